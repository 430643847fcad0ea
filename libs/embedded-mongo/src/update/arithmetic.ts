import { exactNumber, shortDouble, toDecimal } from '../bson/decimal.js';
import type { ParsedDecimal } from '../bson/decimal.js';
import type { NumericValue } from '../bson/values.js';
import { Decimal128, Double, int32, Int32 } from '../bson/values.js';

export type Arithmetic = 'add' | 'multiply';

const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;
const INT_MIN = -(2n ** 31n);
const INT_MAX = 2n ** 31n - 1n;

/**
 * Adds or multiplies as MongoDB does: the widest of the two types wins (Decimal128, Double, Long, Int32) and an Int32
 * that overflows becomes a Long. Undefined where a Long overflows.
 */
export function combine(operation: Arithmetic, left: NumericValue, right: NumericValue): NumericValue | undefined {
  if (left instanceof Decimal128 || right instanceof Decimal128) {
    return toDecimal(combineDecimals(operation, decimalOperand(left), decimalOperand(right)));
  }
  if (left instanceof Double || right instanceof Double) {
    const [a, b] = [asNumber(left), asNumber(right)];
    return new Double(operation === 'add' ? a + b : a * b);
  }
  if (operation === 'add' && left instanceof Int32 && right instanceof Int32) {
    const sum = left.value + right.value;
    return (sum | 0) === sum ? int32(sum) : BigInt(sum);
  }
  const [a, b] = [asBigint(left), asBigint(right)];
  const result = operation === 'add' ? a + b : a * b;
  const stayShort = left instanceof Int32 && right instanceof Int32 && result >= INT_MIN && result <= INT_MAX;
  if (stayShort) return int32(Number(result));
  return result >= LONG_MIN && result <= LONG_MAX ? result : undefined;
}

const decimalOperand = (value: NumericValue): ParsedDecimal =>
  value instanceof Double ? shortDouble(value.value) : exactNumber(value);

const asNumber = (value: Int32 | Double | bigint): number => (typeof value === 'bigint' ? Number(value) : value.value);
const asBigint = (value: Int32 | bigint): bigint => (typeof value === 'bigint' ? value : BigInt(value.value));

function combineDecimals(operation: Arithmetic, left: ParsedDecimal, right: ParsedDecimal): ParsedDecimal {
  if (typeof left === 'string' || typeof right === 'string') {
    const [a, b] = [roughly(left), roughly(right)];
    const result = operation === 'add' ? a + b : a * b;
    return Number.isNaN(result) ? 'NaN' : result > 0 ? 'Infinity' : '-Infinity';
  }
  if (operation === 'multiply') {
    return { coefficient: left.coefficient * right.coefficient, exponent: left.exponent + right.exponent };
  }
  const exponent = Math.min(left.exponent, right.exponent);
  const coefficient =
    left.coefficient * 10n ** BigInt(left.exponent - exponent) +
    right.coefficient * 10n ** BigInt(right.exponent - exponent);
  return { coefficient, exponent };
}

/** Enough of a number to calculate with infinities: itself where it is not finite, else its sign. */
function roughly(value: ParsedDecimal): number {
  if (typeof value === 'string') return Number(value);
  return value.coefficient > 0n ? 1 : value.coefficient < 0n ? -1 : 0;
}

/** Zero in the type of a number, which a missing field becomes when it is multiplied. */
export function zeroLike(value: NumericValue): NumericValue {
  if (typeof value === 'bigint') return 0n;
  if (value instanceof Decimal128) return toDecimal({ coefficient: 0n, exponent: 0 });
  return value instanceof Double ? new Double(0) : int32(0);
}
