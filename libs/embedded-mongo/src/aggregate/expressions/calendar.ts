import { offsetMs, utcMs } from './time-zone.js';

/** A moment as a zone's calendar and clocks show it. */
export interface CalendarTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** 1 is Sunday. */
  readonly dayOfWeek: number;
  readonly dayOfYear: number;
  /** Weeks begin on Sunday; days before the first are in week 0. */
  readonly week: number;
  /** 1 is Monday. */
  readonly isoDayOfWeek: number;
  readonly isoWeek: number;
  readonly isoWeekYear: number;
}

export const DAY_MS = 86_400_000;

export function calendarTime(millis: number, zone: string): CalendarTime {
  const local = new Date(millis + offsetMs(zone, millis));
  const year = local.getUTCFullYear();
  const dayOfWeek = local.getUTCDay() + 1;
  const dayOfYear = Math.floor((local.getTime() - utcMs(year, 1, 1)) / DAY_MS) + 1;
  const isoDayOfWeek = dayOfWeek === 1 ? 7 : dayOfWeek - 1;
  const thursday = new Date(local.getTime() + (4 - isoDayOfWeek) * DAY_MS);
  const isoWeekYear = thursday.getUTCFullYear();
  return {
    year,
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    millisecond: local.getUTCMilliseconds(),
    dayOfWeek,
    dayOfYear,
    week: Math.floor((dayOfYear + 6 - (dayOfWeek - 1)) / 7),
    isoDayOfWeek,
    isoWeek: Math.floor((thursday.getTime() - utcMs(isoWeekYear, 1, 1)) / (7 * DAY_MS)) + 1,
    isoWeekYear,
  };
}

/** Midnight of the Monday on which the first ISO week of a year begins, as if in UTC. */
export function isoYearStart(year: number): number {
  const fourth = utcMs(year, 1, 4);
  const day = new Date(fourth).getUTCDay();
  return fourth - ((day + 6) % 7) * DAY_MS;
}
