import type { ExactNumber, ParsedDecimal } from '../../bson/decimal.js';
import { exactNumber, toDecimal } from '../../bson/decimal.js';
import type { BsonValue, NumericValue } from '../../bson/values.js';
import { Decimal128, Double, int32, Int32 } from '../../bson/values.js';
import { refuseWith } from '../../errors.js';

/** Digits worked out before a quotient is rounded to the 34 of a Decimal128. */
const QUOTIENT_DIGITS = 70n;

const sign = (value: ParsedDecimal): number => {
  if (typeof value === 'string') return value === 'NaN' ? Number.NaN : value === 'Infinity' ? 1 : -1;
  return value.coefficient < 0n ? -1 : value.coefficient > 0n ? 1 : 0;
};

/** A quotient to 34 digits, whole ones without needless zeros. */
export function decimalQuotient(left: ParsedDecimal, right: ParsedDecimal): Decimal128 {
  if (typeof left === 'string' || typeof right === 'string') return specialQuotient(left, right);
  const scale = 10n ** QUOTIENT_DIGITS;
  const scaled = left.coefficient * scale;
  const exponent = left.exponent - right.exponent - Number(QUOTIENT_DIGITS);
  const isExact = scaled % right.coefficient === 0n;
  const quotient = scaled / right.coefficient;
  return toDecimal(
    isExact
      ? shortened(quotient, exponent, left.exponent - right.exponent)
      : { coefficient: quotient * 10n + 1n, exponent: exponent - 1 },
  );
}

/** Takes zeros off the end, up to an exponent. */
function shortened(coefficient: bigint, exponent: number, most: number): ExactNumber {
  let [digits, power] = [coefficient, exponent];
  while (power < most && digits % 10n === 0n && digits !== 0n) [digits, power] = [digits / 10n, power + 1];
  return digits === 0n ? { coefficient: 0n, exponent: most } : { coefficient: digits, exponent: power };
}

function specialQuotient(left: ParsedDecimal, right: ParsedDecimal): Decimal128 {
  if (left === 'NaN' || right === 'NaN') return toDecimal('NaN');
  if (typeof right === 'string')
    return typeof left === 'string' ? toDecimal('NaN') : toDecimal({ coefficient: 0n, exponent: 0 });
  return toDecimal(sign(left) * (sign(right) || 1) < 0 ? '-Infinity' : 'Infinity');
}

/** The remainder with the sign of the dividend. */
export function decimalRemainder(left: ParsedDecimal, right: ParsedDecimal): Decimal128 {
  if (typeof left === 'string' || right === 'NaN') return toDecimal('NaN');
  if (typeof right === 'string') return toDecimal(left);
  const exponent = Math.min(left.exponent, right.exponent);
  const a = left.coefficient * 10n ** BigInt(left.exponent - exponent);
  const b = right.coefficient * 10n ** BigInt(right.exponent - exponent);
  return toDecimal({ coefficient: a % b, exponent });
}

export type Rounding = 'even' | 'trunc' | 'floor' | 'ceil';

/** A number rounded to places after the point, in its own type. */
export function rounded(value: NumericValue, places: number, mode: Rounding): BsonValue {
  const exact = exactNumber(value);
  if (typeof exact === 'string') return value;
  if (exact.exponent >= -places) return value;
  const result = { coefficient: roundedAt(exact, places, mode), exponent: -places };
  if (value instanceof Decimal128) return toDecimal(result);
  if (value instanceof Double) return new Double(Number(`${result.coefficient}e${result.exponent}`));
  const whole = result.coefficient * 10n ** BigInt(-places);
  if (value instanceof Int32 && BigInt.asIntN(32, whole) === whole) return int32(Number(whole));
  if (BigInt.asIntN(64, whole) !== whole) {
    return refuseWith(51_080, 'invalid conversion from Decimal128 result in $round resulting from arguments');
  }
  return whole;
}

function roundedAt({ coefficient, exponent }: ExactNumber, places: number, mode: Rounding): bigint {
  const divisor = 10n ** BigInt(-places - exponent);
  const quotient = coefficient / divisor;
  const rest = coefficient % divisor;
  if (rest === 0n || mode === 'trunc') return quotient;
  const away = rest < 0n ? quotient - 1n : quotient + 1n;
  if (mode === 'floor') return rest < 0n ? away : quotient;
  if (mode === 'ceil') return rest > 0n ? away : quotient;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  return twice > divisor || (twice === divisor && quotient % 2n !== 0n) ? away : quotient;
}
