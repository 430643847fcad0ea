import { refuseWith } from '../../errors.js';
import type { CalendarTime } from './calendar.js';
import { calendarTime } from './calendar.js';
import { offsetMs } from './time-zone.js';

/** What a date looks like where no format is given. */
export const isoFormat = '%Y-%m-%dT%H:%M:%S.%LZ';
export const zonedFormat = '%Y-%m-%dT%H:%M:%S.%L';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'];
export const MONTH_NAMES = [...MONTHS, 'November', 'December'];

const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');

type Specifier = (time: CalendarTime, offsetMinutes: number) => string;

const specifiers: Readonly<Record<string, Specifier>> = {
  '%': () => '%',
  b: ({ month }) => (MONTH_NAMES[month - 1] ?? '').slice(0, 3),
  B: ({ month }) => MONTH_NAMES[month - 1] ?? '',
  d: ({ day }) => padded(day, 2),
  G: ({ isoWeekYear }) => padded(isoWeekYear, 4),
  H: ({ hour }) => padded(hour, 2),
  j: ({ dayOfYear }) => padded(dayOfYear, 3),
  L: ({ millisecond }) => padded(millisecond, 3),
  m: ({ month }) => padded(month, 2),
  M: ({ minute }) => padded(minute, 2),
  S: ({ second }) => padded(second, 2),
  u: ({ isoDayOfWeek }) => String(isoDayOfWeek),
  U: ({ week }) => padded(week, 2),
  V: ({ isoWeek }) => padded(isoWeek, 2),
  w: ({ dayOfWeek }) => String(dayOfWeek),
  Y: ({ year }) => padded(year, 4),
  z: (_, minutes) => {
    const size = Math.abs(minutes);
    return `${minutes < 0 ? '-' : '+'}${padded(Math.floor(size / 60), 2)}${padded(size % 60, 2)}`;
  },
  Z: (_, minutes) => String(minutes),
};

/** A date as text. @param millis since the Unix epoch */
export function formattedDate(millis: bigint, zone: string, format: string): string {
  const number = Number(millis);
  const time = calendarTime(number, zone);
  const minutes = Math.round(offsetMs(zone, number) / 60_000);
  if (!Number.isFinite(time.year) || time.year < 0 || time.year > 9_999) {
    refuseWith(18_537, `$dateToString is only defined on year 0-9999, tried to use year ${time.year}`);
  }
  return format.replace(/%(.?)/gs, (_, name: string) => {
    if (name === '') return refuseWith(18_535, "Unmatched '%' at end of format string");
    const specifier = Object.hasOwn(specifiers, name) ? specifiers[name] : undefined;
    if (specifier === undefined) return refuseWith(18_536, `Invalid format character '%${name}' in format string`);
    return specifier(time, minutes);
  });
}
