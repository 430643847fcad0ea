import { refuseWith } from '../../errors.js';
import { DAY_MS, isoYearStart } from './calendar.js';
import { MONTH_NAMES } from './date-format.js';
import { utcMs } from './time-zone.js';

/** What a text says of a moment. */
export interface ParsedDate {
  /** What clocks show there, as milliseconds of UTC. */
  readonly localMs: number;
  /** The zone or the offset that the text names. */
  readonly zone: string | undefined;
}

type PartName =
  | 'year'
  | 'month'
  | 'day'
  | 'dayOfYear'
  | 'isoYear'
  | 'isoWeek'
  | 'isoDay'
  | 'hour'
  | 'minute'
  | 'second'
  | 'millisecond';
type Parts = Partial<Record<PartName, number>> & { zone?: string };

const DATE_TEXT =
  /^(\d{4})-(\d{2})(?:-(\d{2}))?(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/;

/** A date in the form of ISO 8601; undefined where it is none. */
export function parsedDate(text: string): ParsedDate | undefined {
  const found = DATE_TEXT.exec(text.trim());
  if (found === null) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((digits: string | undefined) => (digits === undefined ? undefined : Number(digits)));
  const millisecond = thousandths((found[7] ?? '').slice(0, 3));
  return momentOf({ year, month, day, hour, minute, second, millisecond, ...zonePart(found[8]) });
}

const thousandths = (digits: string): number => Number(digits.padEnd(3, '0'));
const zonePart = (zone: string | undefined): Parts => (zone === undefined ? {} : { zone: zone === 'Z' ? 'UTC' : zone });

interface Specifier {
  /** What it takes of the text, from where the one before ended. */
  readonly pattern: RegExp;
  /** Undefined where what was taken means nothing. */
  readonly read: (taken: string) => Parts | undefined;
}

const digits = (count: string, part: PartName): Specifier => ({
  pattern: new RegExp(`\\d{${count}}`, 'y'),
  read: (taken) => ({ [part]: Number(taken) }),
});

/** January or Jan, in whatever letters. */
const monthName: Specifier = {
  pattern: /[a-z]+/iy,
  read: (taken) => {
    const name = taken.toLowerCase();
    const at = MONTH_NAMES.findIndex((month) => [month, month.slice(0, 3)].some((one) => one.toLowerCase() === name));
    return at === -1 ? undefined : { month: at + 1 };
  },
};

const minutesAsOffset = (text: string): string => {
  const minutes = Number(text.slice(1));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${text.slice(0, 1)}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
};

/** What MongoDB knows in a format to read by, which is a little less than in one to write by. */
const specifiers: Readonly<Record<string, Specifier>> = {
  '%': { pattern: /%/y, read: () => ({}) },
  b: monthName,
  B: monthName,
  d: digits('1,2', 'day'),
  G: digits('4', 'isoYear'),
  H: digits('1,2', 'hour'),
  j: digits('1,3', 'dayOfYear'),
  L: { pattern: /\d{1,3}/y, read: (taken) => ({ millisecond: thousandths(taken) }) },
  m: digits('1,2', 'month'),
  M: digits('1,2', 'minute'),
  S: digits('1,2', 'second'),
  u: digits('1', 'isoDay'),
  V: digits('1,2', 'isoWeek'),
  Y: digits('4', 'year'),
  z: { pattern: /Z|UTC|GMT|[+-]\d{2}:?\d{2}/y, read: zonePart },
  Z: { pattern: /[+-]\d{1,3}/y, read: (taken) => ({ zone: minutesAsOffset(taken) }) },
};

/** A date as `format` has it, all of the text; undefined where it is none or says too little. Refuses a wrong format. */
export function parsedByFormat(text: string, format: string): ParsedDate | undefined {
  const parts: Parts = {};
  let at = 0;
  for (const [symbol, name] of symbolsIn(format)) {
    const taken = name === undefined ? literalAt(text, at, symbol) : takenAt(text, at, name);
    if (taken === undefined) return undefined;
    const read = name === undefined ? {} : name.read(taken);
    if (read === undefined) return undefined;
    Object.assign(parts, read);
    at += taken.length;
  }
  return at === text.length ? momentOf(parts) : undefined;
}

/** A format taken apart, checked before any of the text is looked at. */
function symbolsIn(format: string): readonly (readonly [string, Specifier | undefined])[] {
  return [...format.matchAll(/%(.?)|[^%]+/gsu)].map(([symbol, name]) => {
    if (name === undefined) return [symbol, undefined];
    if (name === '') return refuseWith(18_535, "Unmatched '%' at end of format string");
    const specifier = Object.hasOwn(specifiers, name) ? specifiers[name] : undefined;
    return [symbol, specifier ?? refuseWith(18_536, `Invalid format character '%${name}' in format string`)];
  });
}

const literalAt = (text: string, at: number, literal: string): string | undefined =>
  text.startsWith(literal, at) ? literal : undefined;

function takenAt(text: string, at: number, { pattern }: Specifier): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Missing hours, minutes and seconds are zeros; a day must be told whole, in one of three ways. */
function momentOf(parts: Parts): ParsedDate | undefined {
  const { hour = 0, minute = 0, second = 0, millisecond = 0, zone } = parts;
  const dayMs = dayOf(parts);
  if (dayMs === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  return { localMs: dayMs + ((hour * 60 + minute) * 60 + second) * 1_000 + millisecond, zone };
}

/** Midnight of a day by the calendar, by its number in the year, or by its week as ISO 8601 counts them. */
function dayOf({ year, month, day, dayOfYear, isoYear, isoWeek, isoDay }: Parts): number | undefined {
  const isIso = isoYear !== undefined || isoWeek !== undefined || isoDay !== undefined;
  if (isIso) {
    if ([year, month, day, dayOfYear].some((part) => part !== undefined)) return undefined;
    if (isoYear === undefined || isoWeek === undefined || isoDay === undefined) return undefined;
    const start = isoYearStart(isoYear);
    const weeks = Math.round((isoYearStart(isoYear + 1) - start) / (7 * DAY_MS));
    if (isoWeek < 1 || isoWeek > weeks || isoDay < 1 || isoDay > 7) return undefined;
    return start + ((isoWeek - 1) * 7 + isoDay - 1) * DAY_MS;
  }
  if (year === undefined) return undefined;
  if (dayOfYear !== undefined && month === undefined && day === undefined) {
    const days = Math.round((utcMs(year + 1, 1, 1) - utcMs(year, 1, 1)) / DAY_MS);
    return dayOfYear < 1 || dayOfYear > days ? undefined : utcMs(year, 1, dayOfYear);
  }
  if (month === undefined || day === undefined || month < 1 || month > 12) return undefined;
  const days = new Date(utcMs(year, month + 1, 0)).getUTCDate();
  return day < 1 || day > days ? undefined : utcMs(year, month, day);
}
