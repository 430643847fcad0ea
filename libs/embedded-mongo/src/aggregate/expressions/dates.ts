import type { BsonValue } from '../../bson/values.js';
import { DateTime, typeNameOf } from '../../bson/values.js';
import { refuse, refuseWith } from '../../errors.js';
import { wholeNumberOf } from '../../query/arguments.js';
import { calendarTime, DAY_MS } from './calendar.js';
import { formattedDate, isoFormat, zonedFormat } from './date-format.js';
import { momentOf } from './date-parts.js';
import { isNullish, namedOperands } from './operands.js';
import { fromLocal, offsetMs, utcMs, zoneOf } from './time-zone.js';
import type { OperatorCompiler, Operators, Slots } from './scope.js';

const CLOCK_UNITS: Readonly<Record<string, number>> = {
  hour: 3_600_000,
  minute: 60_000,
  second: 1_000,
  millisecond: 1,
};
const DAY_UNITS: Readonly<Record<string, number>> = { week: 7, day: 1 };
const MONTH_UNITS: Readonly<Record<string, number>> = { year: 12, quarter: 3, month: 1 };
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

function unitOf(value: BsonValue | undefined, name: string): string | undefined {
  if (isNullish(value)) return undefined;
  if (typeof value !== 'string')
    return refuseWith(5_439_013, `${name} requires 'unit' to be a string, but got ${typeNameOf(value)}`);
  if (value in CLOCK_UNITS || value in DAY_UNITS || value in MONTH_UNITS) return value;
  return refuse('FailedToParse', `${name} parameter 'unit' value cannot be recognized as a time unit: ${value}`);
}

/** A local time so many months later; a day that the month does not have becomes its last. */
function monthsLater(localMs: number, months: number): number {
  const date = new Date(localMs);
  const target = date.getUTCFullYear() * 12 + date.getUTCMonth() + months;
  const [year, month] = [Math.floor(target / 12), (((target % 12) + 12) % 12) + 1];
  const lastDay = new Date(utcMs(year, month + 1, 0)).getUTCDate();
  const day = Math.min(date.getUTCDate(), lastDay);
  return utcMs(year, month, day) + (((localMs % DAY_MS) + DAY_MS) % DAY_MS);
}

function moved(millis: number, unit: string, amount: number, zone: string): number {
  const clock = CLOCK_UNITS[unit];
  if (clock !== undefined) return millis + amount * clock;
  const local = millis + offsetMs(zone, millis);
  const days = DAY_UNITS[unit];
  if (days !== undefined) return fromLocal(zone, local + amount * days * DAY_MS);
  return fromLocal(zone, monthsLater(local, amount * (MONTH_UNITS[unit] ?? 1)));
}

const shift = (sign: 1 | -1): OperatorCompiler => {
  return (operand, scope, name) => {
    const parts = namedOperands(operand, scope, name, ['startDate', 'unit', 'amount'], ['timezone']);
    return (slots) => {
      const [date, amount] = [parts['startDate']?.(slots), parts['amount']?.(slots)];
      const unit = unitOf(parts['unit']?.(slots), name);
      const zone = zoneOf(parts['timezone']?.(slots), parts['timezone'] !== undefined);
      if (isNullish(date) || isNullish(amount) || unit === undefined || zone === undefined) return null;
      const count = wholeNumberOf(amount) ?? refuseWith(5_166_405, `${name} expects integer amount of time units`);
      return new DateTime(BigInt(moved(momentOf(date), unit, sign * count, zone)));
    };
  };
};

function weekStart(value: BsonValue | undefined): number {
  if (value === undefined) return 0;
  const index =
    typeof value === 'string'
      ? WEEKDAYS.findIndex((day) => day === value.toLowerCase() || day.slice(0, 3) === value.toLowerCase())
      : -1;
  return index < 0
    ? refuse('FailedToParse', "parameter 'startOfWeek' value cannot be recognized as a day of a week")
    : index;
}

/** Which unit a local time lies in, counted from the epoch of 2000, where MongoDB counts bins from. */
function ordinalOf(localMs: number, unit: string, firstDay: number): number {
  const clock = CLOCK_UNITS[unit];
  if (clock !== undefined) return Math.floor((localMs - EPOCH_2000) / clock);
  const day = Math.floor((localMs - EPOCH_2000) / DAY_MS);
  if (unit === 'day') return day;
  if (unit === 'week') return Math.floor((day - firstWeekDay(firstDay)) / 7);
  const { year, month } = calendarTime(localMs, 'UTC');
  return Math.floor(((year - 2_000) * 12 + month - 1) / (MONTH_UNITS[unit] ?? 1));
}

const EPOCH_2000 = Date.UTC(2_000, 0, 1);
const SATURDAY = 6;
/** Days from 2000-01-01, a Saturday, to the first of the days that weeks begin with. */
const firstWeekDay = (firstDay: number): number => (firstDay - SATURDAY + 7) % 7;

function startOf(ordinal: number, unit: string, firstDay: number): number {
  const clock = CLOCK_UNITS[unit];
  if (clock !== undefined) return EPOCH_2000 + ordinal * clock;
  if (unit === 'day') return EPOCH_2000 + ordinal * DAY_MS;
  if (unit === 'week') return EPOCH_2000 + (ordinal * 7 + firstWeekDay(firstDay)) * DAY_MS;
  return monthsLater(EPOCH_2000, ordinal * (MONTH_UNITS[unit] ?? 1));
}

const dateDiff: OperatorCompiler = (operand, scope, name) => {
  const parts = namedOperands(operand, scope, name, ['startDate', 'endDate', 'unit'], ['timezone', 'startOfWeek']);
  return (slots) => {
    const [start, end] = [parts['startDate']?.(slots), parts['endDate']?.(slots)];
    const unit = unitOf(parts['unit']?.(slots), name);
    const zone = zoneOf(parts['timezone']?.(slots), parts['timezone'] !== undefined);
    if (isNullish(start) || isNullish(end) || unit === undefined || zone === undefined) return null;
    const firstDay = weekStart(parts['startOfWeek']?.(slots));
    const [from, to] = [momentOf(start), momentOf(end)].map((millis) =>
      ordinalOf(millis + offsetMs(zone, millis), unit, firstDay),
    );
    return BigInt((to ?? 0) - (from ?? 0));
  };
};

const dateTrunc: OperatorCompiler = (operand, scope, name) => {
  const parts = namedOperands(operand, scope, name, ['date', 'unit'], ['binSize', 'timezone', 'startOfWeek']);
  const binSize = (slots: Slots): number | undefined => {
    if (parts['binSize'] === undefined) return 1;
    const value = parts['binSize'](slots);
    if (isNullish(value)) return undefined;
    const size = wholeNumberOf(value) ?? refuseWith(5_439_017, "$dateTrunc requires 'binSize' to be a 64-bit integer");
    return size > 0 ? size : refuseWith(5_439_018, "$dateTrunc requires 'binSize' to be greater than 0");
  };
  return (slots) => {
    const date = parts['date']?.(slots);
    const unit = unitOf(parts['unit']?.(slots), name);
    const zone = zoneOf(parts['timezone']?.(slots), parts['timezone'] !== undefined);
    const size = binSize(slots);
    if (isNullish(date) || unit === undefined || zone === undefined || size === undefined) return null;
    const millis = momentOf(date);
    const firstDay = weekStart(parts['startOfWeek']?.(slots));
    const ordinal = ordinalOf(millis + offsetMs(zone, millis), unit, firstDay);
    const start = startOf(Math.floor(ordinal / size) * size, unit, firstDay);
    return new DateTime(BigInt(fromLocal(zone, start)));
  };
};

const dateToString: OperatorCompiler = (operand, scope, name) => {
  const parts = namedOperands(operand, scope, name, ['date'], ['format', 'timezone', 'onNull']);
  return (slots) => {
    const date = parts['date']?.(slots);
    const zone = zoneOf(parts['timezone']?.(slots), parts['timezone'] !== undefined);
    const absent = zone === undefined || zone === 'UTC' ? isoFormat : zonedFormat;
    const format = parts['format'] === undefined ? absent : parts['format'](slots);
    if (isNullish(date)) return parts['onNull'] === undefined ? null : parts['onNull'](slots);
    if (isNullish(format) || zone === undefined) return null;
    if (typeof format !== 'string') {
      return refuseWith(18_533, `$dateToString requires that 'format' be a string, found: ${typeNameOf(format)}`);
    }
    return formattedDate(BigInt(momentOf(date)), zone, format);
  };
};

export const dateOperators: Operators = {
  $dateAdd: shift(1),
  $dateDiff: dateDiff,
  $dateSubtract: shift(-1),
  $dateToString: dateToString,
  $dateTrunc: dateTrunc,
};
