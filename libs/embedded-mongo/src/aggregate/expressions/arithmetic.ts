import { exactNumber, toDecimal } from '../../bson/decimal.js';
import type { BsonValue, NumericValue } from '../../bson/values.js';
import { DateTime, Decimal128, Double, int32, Int32, isNumeric, typeNameOf } from '../../bson/values.js';
import { refuse, refuseWith } from '../../errors.js';
import { numberOf } from '../../query/arguments.js';
import { combine } from '../../update/arithmetic.js';
import { decimalQuotient, decimalRemainder, rounded } from './decimal-arithmetic.js';
import { fixed, int32Of, isNullish, variadic } from './operands.js';
import type { OperatorCompiler, Operators } from './scope.js';

type Values = readonly (BsonValue | undefined)[];

const asDouble = (value: NumericValue): number => numberOf(value) ?? Number.NaN;
/** Where Longs overflow, an expression goes on with a Double. */
const combined = (operation: 'add' | 'multiply', left: NumericValue, right: NumericValue): NumericValue =>
  combine(operation, left, right) ??
  new Double(operation === 'add' ? asDouble(left) + asDouble(right) : asDouble(left) * asDouble(right));

const negated = (value: NumericValue): NumericValue => combined('multiply', value, int32(-1));

/** Milliseconds from a number, as a whole. */
function millisOf(value: NumericValue): bigint {
  if (typeof value === 'bigint') return value;
  return BigInt(Math.round(asDouble(value)));
}

function add(values: Values): BsonValue {
  let date: bigint | undefined;
  let total: NumericValue = int32(0);
  for (const value of values) {
    if (isNullish(value)) return null;
    if (value instanceof DateTime) {
      if (date !== undefined) refuseWith(16_612, 'only one date allowed in an $add expression');
      date = value.millis;
    } else if (isNumeric(value)) {
      total = combined('add', total, value);
    } else {
      refuse('TypeMismatch', `$add only supports numeric or date types, not ${typeNameOf(value)}`);
    }
  }
  return date === undefined ? total : new DateTime(BigInt.asIntN(64, date + millisOf(total)));
}

function subtract([left, right]: Values): BsonValue {
  if (isNullish(left) || isNullish(right)) return null;
  if (left instanceof DateTime && right instanceof DateTime) return left.millis - right.millis;
  if (left instanceof DateTime && isNumeric(right))
    return new DateTime(BigInt.asIntN(64, left.millis - millisOf(right)));
  if (isNumeric(left) && isNumeric(right)) return combined('add', left, negated(right));
  return refuse('TypeMismatch', `can't $subtract ${typeNameOf(right)} from ${typeNameOf(left)}`);
}

function multiply(values: Values): BsonValue {
  let total: NumericValue = int32(1);
  for (const value of values) {
    if (isNullish(value)) return null;
    if (!isNumeric(value))
      return refuse('TypeMismatch', `$multiply only supports numeric types, not ${typeNameOf(value)}`);
    total = combined('multiply', total, value);
  }
  return total;
}

function divide([left, right]: Values): BsonValue {
  if (isNullish(left) || isNullish(right)) return null;
  if (!isNumeric(left) || !isNumeric(right)) {
    return refuse(
      'TypeMismatch',
      `$divide only supports numeric types, not ${typeNameOf(left)} and ${typeNameOf(right)}`,
    );
  }
  if (asDouble(right) === 0) return refuse('BadValue', "can't $divide by zero");
  if (left instanceof Decimal128 || right instanceof Decimal128) {
    return decimalQuotient(exactNumber(left), exactNumber(right));
  }
  return new Double(asDouble(left) / asDouble(right));
}

function remainder([left, right]: Values): BsonValue {
  if (isNullish(left) || isNullish(right)) return null;
  if (!isNumeric(left) || !isNumeric(right)) {
    return refuseWith(16_611, `$mod only supports numeric types, not ${typeNameOf(left)} and ${typeNameOf(right)}`);
  }
  if (asDouble(right) === 0) return refuseWith(16_610, "can't $mod by zero");
  if (left instanceof Decimal128 || right instanceof Decimal128) {
    return decimalRemainder(exactNumber(left), exactNumber(right));
  }
  if (left instanceof Double || right instanceof Double) return new Double(asDouble(left) % asDouble(right));
  if (left instanceof Int32 && right instanceof Int32) return int32((left.value % right.value) | 0);
  return wholeOf(left) % wholeOf(right);
}

const wholeOf = (value: Int32 | bigint): bigint => (typeof value === 'bigint' ? value : BigInt(value.value));

/** An operator of one number that keeps null. */
const unary = (work: (value: NumericValue, name: string) => BsonValue): OperatorCompiler =>
  fixed(1, 1, ([value], name) => {
    if (isNullish(value)) return null;
    if (isNumeric(value)) return work(value, name);
    return refuseWith(28_765, `${name} only supports numeric types, not ${typeNameOf(value)}`);
  });

/** A function of doubles; a Decimal128 goes through a double and keeps its type. */
const ofDouble = (work: (value: number) => number, check?: (value: number) => void): OperatorCompiler =>
  unary((value) => {
    check?.(asDouble(value));
    const result = work(asDouble(value));
    return value instanceof Decimal128 ? decimalFrom(result) : new Double(result);
  });

const decimalFrom = (value: number): Decimal128 => toDecimal(exactNumber(new Double(value)));

function absolute(value: NumericValue): BsonValue {
  if (value instanceof Int32) return value.value === -(2 ** 31) ? 2n ** 31n : int32(Math.abs(value.value));
  if (value instanceof Double) return new Double(Math.abs(value.value));
  if (typeof value === 'bigint') {
    if (value === -(2n ** 63n)) refuseWith(28_680, "can't take $abs of long long min");
    return value < 0n ? -value : value;
  }
  const exact = exactNumber(value);
  if (typeof exact === 'string') return toDecimal(exact === '-Infinity' ? 'Infinity' : exact);
  return exact.coefficient < 0n ? toDecimal({ ...exact, coefficient: -exact.coefficient }) : value;
}

const roundingTo = (mode: 'floor' | 'ceil'): OperatorCompiler =>
  unary((value) => {
    if (value instanceof Double) return new Double(Math[mode](value.value));
    return value instanceof Decimal128 ? rounded(value, 0, mode) : value;
  });

const LEAST_PLACE = -20;
const GREATEST_PLACE = 100;

/** `$round` (half to even) and `$trunc`, to a number of places after the point; negative ones stand before it. */
const roundingAt = (mode: 'even' | 'trunc'): OperatorCompiler =>
  fixed(1, 2, ([value, place], name) => {
    if (isNullish(value) || (place !== undefined && isNullish(place))) return null;
    if (!isNumeric(value)) return refuseWith(51_081, `${name} only supports numeric types, not ${typeNameOf(value)}`);
    const places = place === undefined ? 0 : int32Of(place);
    if (places === undefined) return refuseWith(51_082, `precision argument to  ${name} must be a integral value`);
    if (places < LEAST_PLACE || places > GREATEST_PLACE) {
      refuseWith(51_083, `cannot apply ${name} with precision value ${places} value must be in [-20, 100]`);
    }
    return rounded(value, places, mode);
  });

function power([base, exponent]: Values): BsonValue {
  if (isNullish(base) || isNullish(exponent)) return null;
  if (!isNumeric(base)) return refuseWith(28_762, `$pow's base must be numeric, not ${typeNameOf(base)}`);
  if (!isNumeric(exponent)) return refuseWith(28_763, `$pow's exponent must be numeric, not ${typeNameOf(exponent)}`);
  const [a, b] = [asDouble(base), asDouble(exponent)];
  if (a === 0 && b < 0) refuseWith(28_764, '$pow cannot take a base of 0 and a negative exponent');
  if (base instanceof Decimal128 || exponent instanceof Decimal128) return decimalFrom(a ** b);
  if (base instanceof Double || exponent instanceof Double || b < 0) return new Double(a ** b);
  const whole = exactPower(wholeOf(base), wholeOf(exponent));
  if (whole === undefined) return new Double(a ** b);
  const small = base instanceof Int32 && exponent instanceof Int32 && BigInt.asIntN(32, whole) === whole;
  return small ? int32(Number(whole)) : whole;
}

/** Undefined where it does not fit into a Long. */
function exactPower(base: bigint, exponent: bigint): bigint | undefined {
  if (exponent > 63n && base !== 0n && base !== 1n && base !== -1n) return undefined;
  const power = base === -1n ? (exponent % 2n === 0n ? 1n : -1n) : base ** (exponent > 63n ? 1n : exponent);
  return BigInt.asIntN(64, power) === power ? power : undefined;
}

const logarithm = fixed(2, 2, ([value, base]) => {
  if (isNullish(value) || isNullish(base)) return null;
  if (!isNumeric(value)) return refuseWith(28_756, `$log's argument must be numeric, not ${typeNameOf(value)}`);
  if (!isNumeric(base)) return refuseWith(28_757, `$log's base must be numeric, not ${typeNameOf(base)}`);
  const [a, b] = [asDouble(value), asDouble(base)];
  if (a <= 0) refuseWith(28_758, `$log's argument must be a positive number, but is ${a}`);
  if (b <= 0 || b === 1) refuseWith(28_759, `$log's base must be a positive number not equal to 1, but is ${b}`);
  return new Double(Math.log(a) / Math.log(b));
});

const positive = (code: number, name: string) => (value: number) => {
  if (value <= 0) refuseWith(code, `${name}'s argument must be a positive number, but is ${value}`);
};

export const arithmeticOperators: Operators = {
  $abs: unary(absolute),
  $add: variadic(add),
  $ceil: roundingTo('ceil'),
  $divide: fixed(2, 2, divide),
  $exp: ofDouble(Math.exp),
  $floor: roundingTo('floor'),
  $ln: ofDouble(Math.log, positive(28_766, '$ln')),
  $log: logarithm,
  $log10: ofDouble(Math.log10, positive(28_761, '$log10')),
  $mod: fixed(2, 2, remainder),
  $multiply: variadic(multiply),
  $pow: fixed(2, 2, power),
  $round: roundingAt('even'),
  $sqrt: ofDouble(Math.sqrt, (value) => {
    if (value < 0) refuseWith(28_714, "$sqrt's argument must be greater than or equal to 0");
  }),
  $subtract: fixed(2, 2, subtract),
  $trunc: roundingAt('trunc'),
};
