import { Decimal128, type Double } from './values.js';
import type { NumericValue } from './values.js';
import { Int32 } from './values.js';

/** A finite number, exactly: `coefficient × 10^exponent`. */
export interface ExactNumber {
  readonly coefficient: bigint;
  readonly exponent: number;
}

export type ParsedDecimal = ExactNumber | 'NaN' | 'Infinity' | '-Infinity';

const EXPONENT_BIAS = 6_176;
const MIN_EXPONENT = -6_176;
const MAX_EXPONENT = 6_111;
const PRECISION_DIGITS = 34;
const LARGEST_COEFFICIENT = 10n ** 34n - 1n;
const LOW_49_BITS = (1n << 49n) - 1n;

/** Reads a decimal128 (BID). A coefficient past 34 digits is not canonical and stands for zero, as IEEE 754 says. */
export function parseDecimal(decimal: Decimal128): ParsedDecimal {
  const low = decimal.bytes.readBigUInt64LE(0);
  const high = decimal.bytes.readBigUInt64LE(8);
  const negative = high >> 63n === 1n;
  const combination = Number((high >> 58n) & 0x1fn);
  if (combination === 0x1f) return 'NaN';
  if (combination === 0x1e) return negative ? '-Infinity' : 'Infinity';
  const large = combination >> 3 === 3;
  const exponent = Number((high >> (large ? 47n : 49n)) & 0x3fffn) - EXPONENT_BIAS;
  const stored = large ? LARGEST_COEFFICIENT + 1n : ((high & LOW_49_BITS) << 64n) | low;
  const magnitude = stored > LARGEST_COEFFICIENT ? 0n : stored;
  return { coefficient: negative ? -magnitude : magnitude, exponent };
}

function pack(high: bigint, low: bigint): Decimal128 {
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeBigUInt64LE(low, 0);
  bytes.writeBigUInt64LE(high, 8);
  return new Decimal128(bytes);
}

const specials = {
  NaN: pack(0x7cn << 56n, 0n),
  Infinity: pack(0x78n << 56n, 0n),
  '-Infinity': pack(0xf8n << 56n, 0n),
} as const;

/** The decimal128 nearest to a number, rounded half to even at 34 digits. */
export function toDecimal(value: ParsedDecimal): Decimal128 {
  if (typeof value === 'string') return specials[value];
  const negative = value.coefficient < 0n;
  let magnitude = negative ? -value.coefficient : value.coefficient;
  let exponent = value.exponent;
  const surplus = Math.max(magnitude.toString().length - PRECISION_DIGITS, MIN_EXPONENT - exponent, 0);
  if (surplus > 0) {
    magnitude = roundHalfEven(magnitude, 10n ** BigInt(surplus));
    exponent += surplus;
    if (magnitude > LARGEST_COEFFICIENT) {
      magnitude /= 10n;
      exponent += 1;
    }
  }
  while (exponent > MAX_EXPONENT && magnitude * 10n <= LARGEST_COEFFICIENT && magnitude !== 0n) {
    magnitude *= 10n;
    exponent -= 1;
  }
  if (exponent > MAX_EXPONENT && magnitude !== 0n) return specials[negative ? '-Infinity' : 'Infinity'];
  const sign = negative ? 1n << 63n : 0n;
  const biased = BigInt(Math.min(exponent, MAX_EXPONENT) + EXPONENT_BIAS);
  return pack(sign | (biased << 49n) | (magnitude >> 64n), magnitude & 0xffff_ffff_ffff_ffffn);
}

function roundHalfEven(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  const twice = (value % divisor) * 2n;
  return twice > divisor || (twice === divisor && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

const bits = new DataView(new ArrayBuffer(8));

/** A finite double as an exact decimal number; every double is one. */
function exactDouble(value: number): ExactNumber {
  if (Number.isInteger(value)) return { coefficient: BigInt(value), exponent: 0 };
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const biased = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & 0xf_ffff_ffff_ffffn;
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  const binaryExponent = Math.max(biased, 1) - 1_075;
  const magnitude = mantissa * 5n ** BigInt(-binaryExponent);
  return { coefficient: value < 0 ? -magnitude : magnitude, exponent: binaryExponent };
}

/** Any BSON number as an exact decimal number, or the name of what is not finite. */
export function exactNumber(value: NumericValue): ParsedDecimal {
  if (typeof value === 'bigint') return { coefficient: value, exponent: 0 };
  if (value instanceof Decimal128) return parseDecimal(value);
  if (value instanceof Int32) return { coefficient: BigInt(value.value), exponent: 0 };
  return exactFromDouble(value);
}

function exactFromDouble({ value }: Pick<Double, 'value'>): ParsedDecimal {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return exactDouble(value);
}

/** A double as MongoDB takes it into decimal arithmetic: by its first 15 significant digits. */
export function shortDouble(value: number): ParsedDecimal {
  if (!Number.isFinite(value)) return exactFromDouble({ value });
  const [digits = '0', exponent = '0'] = value.toExponential(14).split('e');
  return { coefficient: BigInt(digits.replace('.', '')), exponent: Number(exponent) - 14 };
}

/** -1, 0 or 1, by exact arithmetic. */
export function compareExact(left: ExactNumber, right: ExactNumber): number {
  const exponent = Math.min(left.exponent, right.exponent);
  const scaledLeft = left.coefficient * 10n ** BigInt(left.exponent - exponent);
  const scaledRight = right.coefficient * 10n ** BigInt(right.exponent - exponent);
  return scaledLeft < scaledRight ? -1 : scaledLeft > scaledRight ? 1 : 0;
}
