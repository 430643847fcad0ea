import { z } from 'zod';

/** A hall's calendar day of trade, `YYYY-MM-DD`. It starts at the hall's start of day, not at midnight. */
export const gamingDateSchema = z.iso.date();

export interface HallCalendar {
  /** IANA name, such as `Europe/Sofia`. */
  readonly timeZone: string;
  /** Local wall-clock time at which the gaming day starts, `HH:MM`. */
  readonly dayStart: string;
}

/** `HH:MM`, 00:00 to 23:59. */
export const dayStartSchema = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM between 00:00 and 23:59')
  .meta({ example: '06:00' });

/** An IANA time-zone name that this platform knows. */
export const timeZoneSchema = z
  .string()
  .min(1)
  .max(64)
  .refine(isTimeZone, 'must be an IANA time zone such as Europe/Sofia')
  .meta({ example: 'Europe/Sofia' });

/** The gaming date to which an instant belongs in a hall: the local date, or the day before when the day has not started yet. */
export function gamingDateOf(instant: Date, { timeZone, dayStart }: HallCalendar): string {
  const local = localParts(instant, timeZone);
  if (local.time >= dayStart) return local.date;
  return new Date(Date.parse(`${local.date}T00:00:00Z`) - millisecondsPerDay).toISOString().slice(0, 10);
}

const millisecondsPerDay = 86_400_000;

const formatters = new Map<string, Intl.DateTimeFormat>();

interface LocalParts {
  readonly date: string;
  readonly time: string;
}

const millisecondsPerMinute = 60_000;
/** The last minute of each zone: offsets are whole minutes, and most facts are of the present one. */
const lastMinutes = new Map<string, { readonly minute: number; readonly parts: LocalParts }>();

function localParts(instant: Date, timeZone: string): LocalParts {
  const minute = Math.floor(instant.getTime() / millisecondsPerMinute);
  const known = lastMinutes.get(timeZone);
  if (known?.minute === minute) return known.parts;
  const [date = '', time = ''] = formatterFor(timeZone).format(instant).split(' ');
  const parts = { date, time };
  lastMinutes.set(timeZone, { minute, parts });
  return parts;
}

/** The Swedish locale writes ISO dates. Formatters are costly to make, and there are few zones. */
function formatterFor(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formatters.set(timeZone, made);
  return made;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
