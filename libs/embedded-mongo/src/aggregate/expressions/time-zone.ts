import type { BsonValue } from '../../bson/values.js';
import { typeNameOf } from '../../bson/values.js';
import { refuseWith } from '../../errors.js';
import { isNullish } from './operands.js';

const MINUTE_MS = 60_000;
const MAX_CACHED_ZONES = 256;
const formatters = new Map<string, Intl.DateTimeFormat>();

/** The zone that an operand names; undefined where it is null, which makes the whole result null. */
export function zoneOf(value: BsonValue | undefined, isGiven: boolean): string | undefined {
  if (!isGiven) return 'UTC';
  if (isNullish(value)) return undefined;
  if (typeof value !== 'string') {
    return refuseWith(40_517, `timezone must evaluate to a string, found ${typeNameOf(value)}`);
  }
  offsetMs(value, 0);
  return value;
}

/** How far a zone's clocks are ahead of UTC at a moment, in milliseconds. */
export function offsetMs(zone: string, millis: number): number {
  if (zone === 'UTC' || zone === 'GMT') return 0;
  const fixed = /^([+-])(\d{2})(?::?(\d{2}))?$/.exec(zone);
  if (fixed !== null) {
    const minutes = Number(fixed[2]) * 60 + Number(fixed[3] ?? 0);
    return (fixed[1] === '-' ? -minutes : minutes) * MINUTE_MS;
  }
  const parts = new Map(
    formatterOf(zone)
      .formatToParts(millis)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const local = utcMs(part('year'), part('month'), part('day'), part('hour') % 24, part('minute'), part('second'));
  return local - Math.floor(millis / 1_000) * 1_000;
}

/** The moment at which a zone's clocks show this time; of two the earlier, and past a gap the later offset. */
export function fromLocal(zone: string, localMs: number): number {
  const guess = localMs - offsetMs(zone, localMs);
  const again = localMs - offsetMs(zone, guess);
  return Math.min(guess, again) + offsetMs(zone, Math.min(guess, again)) === localMs
    ? Math.min(guess, again)
    : Math.max(guess, again);
}

/** Date.UTC without its habit of taking the years 0 to 99 for 1900 to 1999. */
export function utcMs(year: number, month: number, day: number, hour = 0, minute = 0, second = 0, ms = 0): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, ms);
  return date.getTime();
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  try {
    const numeric = 'numeric' as const;
    const created = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone: zone, hourCycle: 'h23', calendar: 'gregory', numberingSystem: 'latn', year: numeric },
      ...{ month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric },
    });
    if (formatters.size >= MAX_CACHED_ZONES) formatters.clear();
    formatters.set(zone, created);
    return created;
  } catch {
    return refuseWith(40_485, `unrecognized time zone identifier: "${zone}"`);
  }
}
