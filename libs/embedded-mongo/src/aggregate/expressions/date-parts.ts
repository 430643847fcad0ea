import type { BsonValue } from '../../bson/values.js';
import { DateTime, int32, ObjectId, Timestamp, typeNameOf } from '../../bson/values.js';
import { refuseWith } from '../../errors.js';
import type { CalendarTime } from './calendar.js';
import { calendarTime, DAY_MS, isoYearStart } from './calendar.js';
import { compile } from './compile.js';
import { documentOperand, int32Of, isNullish, namedOperands, truthy } from './operands.js';
import { fromLocal, utcMs, zoneOf } from './time-zone.js';
import type { Expression, OperatorCompiler, Operators, Scope } from './scope.js';

/** The moment that a value stands for: a date, a timestamp's seconds, an ObjectId's. */
export function momentOf(value: BsonValue): number {
  if (value instanceof DateTime) return Number(value.millis);
  if (value instanceof Timestamp) return Number(value.value >> 32n) * 1_000;
  if (value instanceof ObjectId) return value.bytes.readUInt32BE(0) * 1_000;
  return refuseWith(16_006, `can't convert from BSON type ${typeNameOf(value)} to Date`);
}

/** `{ date, timezone }`, or the date alone. */
function dateOperand(
  operand: BsonValue,
  scope: Scope,
  name: string,
): { date: Expression; zone: Expression | undefined } {
  const [single] = Array.isArray(operand) && operand.length === 1 ? operand : [operand];
  if (single instanceof Map && single.keys().next().value?.startsWith('$') !== true) {
    for (const argument of single.keys()) {
      if (argument !== 'date' && argument !== 'timezone')
        refuseWith(40_535, `unrecognized option to ${name}: "${argument}"`);
    }
    const date = single.get('date') ?? refuseWith(40_539, `missing 'date' argument to ${name}, provided: ${name}`);
    const zone = single.get('timezone');
    return { date: compile(date, scope), zone: zone === undefined ? undefined : compile(zone, scope) };
  }
  if (Array.isArray(operand) && operand.length !== 1) {
    refuseWith(40_536, `${name} accepts exactly one argument if given an array, but was given ${operand.length}`);
  }
  return { date: compile(single ?? null, scope), zone: undefined };
}

const part = (pick: (time: CalendarTime) => number): OperatorCompiler => {
  return (operand, scope, name) => {
    const { date, zone } = dateOperand(operand, scope, name);
    return (slots) => {
      const value = date(slots);
      const where = zoneOf(zone?.(slots), zone !== undefined);
      return isNullish(value) || where === undefined ? null : int32(pick(calendarTime(momentOf(value), where)));
    };
  };
};

const dateToParts: OperatorCompiler = (operand, scope, name) => {
  const { date, timezone, iso8601 } = namedOperands(operand, scope, name, ['date'], ['timezone', 'iso8601']);
  return (slots) => {
    const value = date?.(slots);
    const zone = zoneOf(timezone?.(slots), timezone !== undefined);
    if (isNullish(value) || zone === undefined) return null;
    const time = calendarTime(momentOf(value), zone);
    const day = truthy(iso8601?.(slots))
      ? { isoWeekYear: time.isoWeekYear, isoWeek: time.isoWeek, isoDayOfWeek: time.isoDayOfWeek }
      : { year: time.year, month: time.month, day: time.day };
    const { hour, minute, second, millisecond } = time;
    const parts = Object.entries({ ...day, hour, minute, second, millisecond });
    return new Map(parts.map(([field, number]) => [field, int32(number)]));
  };
};

const CALENDAR_PARTS = ['year', 'month', 'day'];
const ISO_PARTS = ['isoWeekYear', 'isoWeek', 'isoDayOfWeek'];
const CLOCK_PARTS = ['hour', 'minute', 'second', 'millisecond'];

const dateFromParts: OperatorCompiler = (operand, scope, name) => {
  const document = documentOperand(operand, name);
  const iso = document.has('isoWeekYear');
  if (!iso && !document.has('year'))
    refuseWith(40_516, "$dateFromParts requires either 'year' or 'isoWeekYear' to be present");
  const dayParts = iso ? ISO_PARTS : CALENDAR_PARTS;
  const parts = namedOperands(
    document,
    scope,
    name,
    [dayParts[0] ?? ''],
    [...dayParts.slice(1), ...CLOCK_PARTS, 'timezone'],
  );
  return (slots) => {
    const zone = zoneOf(parts['timezone']?.(slots), parts['timezone'] !== undefined);
    const numbers = [...dayParts, ...CLOCK_PARTS].map((field, index) =>
      partNumber(parts[field]?.(slots), index, field),
    );
    if (zone === undefined || numbers.includes(undefined)) return null;
    const [a = 0, b = 1, c = 1, hour, minute, second, ms] = numbers;
    const day = iso ? isoYearStart(a) + ((b - 1) * 7 + c - 1) * DAY_MS : utcMs(a, b, c);
    const clock = (((hour ?? 0) * 60 + (minute ?? 0)) * 60 + (second ?? 0)) * 1_000 + (ms ?? 0);
    return new DateTime(BigInt(fromLocal(zone, day + clock)));
  };
};

function partNumber(value: BsonValue | undefined, index: number, field: string): number | undefined {
  if (value === undefined) return index === 1 || index === 2 ? 1 : index === 0 ? undefined : 0;
  if (value === null) return undefined;
  return int32Of(value) ?? refuseWith(40_515, `'${field}' must evaluate to an integer, found ${typeNameOf(value)}`);
}

export const datePartOperators: Operators = {
  $dateFromParts: dateFromParts,
  $dateToParts: dateToParts,
  $dayOfMonth: part(({ day }) => day),
  $dayOfWeek: part(({ dayOfWeek }) => dayOfWeek),
  $dayOfYear: part(({ dayOfYear }) => dayOfYear),
  $hour: part(({ hour }) => hour),
  $isoDayOfWeek: part(({ isoDayOfWeek }) => isoDayOfWeek),
  $isoWeek: part(({ isoWeek }) => isoWeek),
  $isoWeekYear: part(({ isoWeekYear }) => isoWeekYear),
  $millisecond: part(({ millisecond }) => millisecond),
  $minute: part(({ minute }) => minute),
  $month: part(({ month }) => month),
  $second: part(({ second }) => second),
  $week: part(({ week }) => week),
  $year: part(({ year }) => year),
};
