import { exactNumber, parseDecimal, shortDouble, toDecimal } from '../../bson/decimal.js';
import type { ExactNumber } from '../../bson/decimal.js';
import type { BsonTypeName, BsonValue, NumericValue } from '../../bson/values.js';
import {
  bsonType,
  BsonUndefined,
  DateTime,
  Decimal128,
  Double,
  int32,
  Int32,
  isNumeric,
  ObjectId,
  Timestamp,
  typeNameOf,
} from '../../bson/values.js';
import { CommandError, refuse } from '../../errors.js';
import { numberOf } from '../../query/arguments.js';
import { formattedDate, isoFormat } from './date-format.js';
import { parsedDate } from './date-parsing.js';
import { fromLocal } from './time-zone.js';
import { fixed, isNullish, namedOperands } from './operands.js';
import type { OperatorCompiler, Operators } from './scope.js';

type Target = 'double' | 'string' | 'objectId' | 'bool' | 'date' | 'int' | 'long' | 'decimal';

const TARGETS: readonly Target[] = ['double', 'string', 'objectId', 'bool', 'date', 'int', 'long', 'decimal'];

const failed = (reason: string): never => refuse('ConversionFailure', `${reason} in $convert with no onError value`);
const unsupported = (value: BsonValue, target: Target): never =>
  failed(`Unsupported conversion from ${typeNameOf(value)} to ${target}`);

/** A number as it is written without a type around it. */
export function numberText(value: NumericValue): string {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Int32) return String(value.value);
  if (value instanceof Decimal128) return decimalText(value);
  if (Number.isNaN(value.value)) return 'NaN';
  if (!Number.isFinite(value.value)) return value.value > 0 ? 'Infinity' : '-Infinity';
  return String(value.value).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** A decimal as IEEE 754 writes it: plainly where the exponent allows it, else with an E. */
export function decimalText(decimal: Decimal128): string {
  const parsed = parseDecimal(decimal);
  if (typeof parsed === 'string') return parsed;
  const sign = parsed.coefficient < 0n ? '-' : '';
  const digits = String(parsed.coefficient < 0n ? -parsed.coefficient : parsed.coefficient);
  const adjusted = digits.length - 1 + parsed.exponent;
  if (parsed.exponent > 0 || adjusted < -6) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${sign}${digits.charAt(0)}${fraction}E${adjusted < 0 ? '' : '+'}${adjusted}`;
  }
  if (parsed.exponent === 0) return sign + digits;
  const padded = digits.padStart(1 - parsed.exponent, '0');
  return `${sign}${padded.slice(0, parsed.exponent)}.${padded.slice(parsed.exponent)}`;
}

function parsedNumber(text: string): ExactNumber | undefined {
  const found = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?$|^([+-]?)\.(\d+)(?:[eE]([+-]?\d{1,5}))?$/.exec(text);
  if (found === null) return undefined;
  const [sign, whole, fraction, exponent] =
    found[2] === undefined ? [found[5], '', found[6], found[7]] : [found[1], found[2], found[3], found[4]];
  const coefficient = BigInt(`${whole}${fraction ?? ''}`);
  return {
    coefficient: sign === '-' ? -coefficient : coefficient,
    exponent: Number(exponent ?? 0) - (fraction?.length ?? 0),
  };
}

function toWhole(value: BsonValue, target: 'int' | 'long'): BsonValue {
  const bits = target === 'int' ? 32 : 64;
  const whole = wholeFrom(value, target);
  if (BigInt.asIntN(bits, whole) !== whole) {
    return failed('Conversion would overflow target type');
  }
  return target === 'int' ? int32(Number(whole)) : whole;
}

function wholeFrom(value: BsonValue, target: 'int' | 'long'): bigint {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'string') {
    if (!/^[+-]?\d+$/.test(value)) return failed(`Failed to parse number '${value}'`);
    return BigInt(value.replace('+', ''));
  }
  if (value instanceof DateTime && target === 'long') return value.millis;
  if (!isNumeric(value)) return unsupported(value, target);
  const exact = exactNumber(value);
  if (typeof exact === 'string')
    return failed(`Attempt to convert ${exact === 'NaN' ? 'NaN' : 'infinity'} value to integer type`);
  return exact.exponent >= 0
    ? exact.coefficient * 10n ** BigInt(exact.exponent)
    : exact.coefficient / 10n ** BigInt(-exact.exponent);
}

function toDouble(value: BsonValue): BsonValue {
  if (typeof value === 'boolean') return new Double(value ? 1 : 0);
  if (value instanceof DateTime) return new Double(Number(value.millis));
  if (isNumeric(value)) return new Double(numberOf(value) ?? Number.NaN);
  if (typeof value !== 'string') return unsupported(value, 'double');
  const named = namedNumber(value);
  if (named !== undefined) return new Double(Number(named));
  const parsed = parsedNumber(value);
  return parsed === undefined
    ? failed(`Failed to parse number '${value}'`)
    : new Double(Number(`${parsed.coefficient}e${parsed.exponent}`));
}

function namedNumber(text: string): 'NaN' | 'Infinity' | '-Infinity' | undefined {
  const lower = text.toLowerCase();
  if (lower === 'nan') return 'NaN';
  if (lower === 'infinity' || lower === 'inf') return 'Infinity';
  return lower === '-infinity' || lower === '-inf' ? '-Infinity' : undefined;
}

/** A double becomes the decimal of its 15 significant digits. */
function toDecimalValue(value: BsonValue): BsonValue {
  if (typeof value === 'boolean') return toDecimal({ coefficient: value ? 1n : 0n, exponent: 0 });
  if (value instanceof DateTime) return toDecimal({ coefficient: value.millis, exponent: 0 });
  if (value instanceof Double && Number.isFinite(value.value)) {
    return toDecimal(shortDouble(value.value));
  }
  if (isNumeric(value)) return value instanceof Decimal128 ? value : toDecimal(exactNumber(value));
  if (typeof value !== 'string') return unsupported(value, 'decimal');
  const parsed = namedNumber(value) ?? parsedNumber(value);
  return parsed === undefined ? failed(`Failed to parse number '${value}'`) : toDecimal(parsed);
}

function toText(value: BsonValue): BsonValue {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (isNumeric(value)) return numberText(value);
  if (value instanceof ObjectId) return value.bytes.toString('hex');
  if (value instanceof DateTime) return formattedDate(value.millis, 'UTC', isoFormat);
  return unsupported(value, 'string');
}

function toDate(value: BsonValue): BsonValue {
  if (value instanceof DateTime) return value;
  if (value instanceof ObjectId) return new DateTime(BigInt(value.bytes.readUInt32BE(0)) * 1_000n);
  if (value instanceof Timestamp) return new DateTime((value.value >> 32n) * 1_000n);
  if (typeof value === 'string') {
    const parsed = parsedDate(value);
    if (parsed === undefined) return failed(`Error parsing date string '${value}'`);
    return new DateTime(BigInt(fromLocal(parsed.zone ?? 'UTC', parsed.localMs)));
  }
  if (!isNumeric(value) || value instanceof Int32) return unsupported(value, 'date');
  return new DateTime(wholeFrom(value, 'long'));
}

function toObjectId(value: BsonValue): BsonValue {
  if (value instanceof ObjectId) return value;
  if (typeof value !== 'string') return unsupported(value, 'objectId');
  if (!/^[0-9a-f]{24}$/i.test(value)) return failed(`Failed to parse objectId '${value}'`);
  return new ObjectId(Buffer.from(value, 'hex'));
}

const converters: Readonly<Record<Target, (value: BsonValue) => BsonValue>> = {
  bool: (value) => (typeof value === 'boolean' ? value : !isNumeric(value) || numberOf(value) !== 0),
  date: toDate,
  decimal: toDecimalValue,
  double: toDouble,
  int: (value) => toWhole(value, 'int'),
  long: (value) => toWhole(value, 'long'),
  objectId: toObjectId,
  string: toText,
};

const to = (target: Target): OperatorCompiler =>
  fixed(1, 1, ([value]) => (isNullish(value) ? null : converters[target](value)));

function targetOf(value: BsonValue): Target {
  const name = typeof value === 'string' ? value : nameOfNumber(numberOf(value));
  const target = TARGETS.find((one) => one === name);
  if (target !== undefined) return target;
  if (name !== undefined && Object.hasOwn(bsonType, name)) return failed(`Unsupported conversion to ${name}`);
  return refuse('BadValue', `Unknown type name: ${String(name)}`);
}

const nameOfNumber = (type: number | undefined): string | undefined =>
  (Object.keys(bsonType) as BsonTypeName[]).find((name) => bsonType[name] === type);

const convert: OperatorCompiler = (operand, scope, name) => {
  const {
    input,
    to: target,
    onError,
    onNull,
  } = namedOperands(operand, scope, name, ['input', 'to'], ['onError', 'onNull']);
  return (slots) => {
    const [value, type] = [input?.(slots), target?.(slots)];
    if (isNullish(value)) return onNull === undefined ? null : onNull(slots);
    if (isNullish(type)) return null;
    const wanted = targetOf(type);
    try {
      return converters[wanted](value);
    } catch (error) {
      if (onError === undefined || !(error instanceof CommandError) || error.codeName !== 'ConversionFailure')
        throw error;
      return onError(slots);
    }
  };
};

export const conversionOperators: Operators = {
  $convert: convert,
  $isNumber: fixed(1, 1, ([value]) => isNumeric(value)),
  $toBool: to('bool'),
  $toDate: to('date'),
  $toDecimal: to('decimal'),
  $toDouble: to('double'),
  $toInt: to('int'),
  $toLong: to('long'),
  $toObjectId: to('objectId'),
  $toString: to('string'),
  $type: fixed(1, 1, ([value]) => (value instanceof BsonUndefined ? 'undefined' : typeNameOf(value))),
};
