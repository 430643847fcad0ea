import type { ExactNumber } from './decimal.js';
import { compareExact, exactNumber } from './decimal.js';
import type { KeyWriter } from './key-writer.js';
import type { NumericValue } from './values.js';
import { Decimal128, Double } from './values.js';

const NOT_A_NUMBER = 0;
const A_NUMBER = 1;
const IS_THE_DOUBLE = 0;
const ABOVE_THE_DOUBLE = 1;
const EXPONENT_BIAS = 20_000;

/**
 * A number of any of the four types: the greatest double that is not above it, then, where that is not the number
 * itself (a large Long, most decimals), its exact digits. Equal numbers of different types get equal bytes.
 */
export function encodeNumber(writer: KeyWriter, value: NumericValue): void {
  if (typeof value !== 'bigint' && !(value instanceof Decimal128)) return encodeDouble(writer, value.value);
  if (typeof value === 'bigint') {
    const approximation = Number(value);
    if (BigInt(approximation) === value) return encodeDouble(writer, approximation);
  }
  const exact = exactNumber(value);
  if (typeof exact === 'string') return encodeDouble(writer, Number(exact));
  encodeExact(writer, exact);
}

function encodeDouble(writer: KeyWriter, value: number): void {
  if (Number.isNaN(value)) return writer.byte(NOT_A_NUMBER);
  writer.byte(A_NUMBER);
  writer.double(value);
  writer.byte(IS_THE_DOUBLE);
}

function encodeExact(writer: KeyWriter, exact: ExactNumber): void {
  const floor = greatestDoubleNotAbove(exact);
  const parsed = exactNumber(new Double(floor));
  if (typeof parsed !== 'string' && compareExact(parsed, exact) === 0) return encodeDouble(writer, floor);
  writer.byte(A_NUMBER);
  writer.double(floor);
  writer.byte(ABOVE_THE_DOUBLE);
  encodeDigits(writer, exact);
}

/** Exponent, then significant digits; inverted for a negative number, whose greater digits are the lesser number. */
function encodeDigits(writer: KeyWriter, { coefficient, exponent }: ExactNumber): void {
  const start = writer.length;
  const written = (coefficient < 0n ? -coefficient : coefficient).toString();
  const digits = written.replace(/0+$/, '');
  writer.uint16(written.length + exponent + EXPONENT_BIAS);
  for (const digit of digits) writer.byte(Number(digit) + 1);
  writer.byte(0);
  if (coefficient < 0n) writer.complement(start);
}

function greatestDoubleNotAbove(exact: ExactNumber): number {
  const nearest = Number(`${exact.coefficient}e${exact.exponent}`);
  if (nearest === Number.POSITIVE_INFINITY) return Number.MAX_VALUE;
  if (nearest === Number.NEGATIVE_INFINITY) return nearest;
  const parsed = exactNumber(new Double(nearest));
  return typeof parsed !== 'string' && compareExact(parsed, exact) > 0 ? doubleBelow(nearest) : nearest;
}

const view = new DataView(new ArrayBuffer(8));

function doubleBelow(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? -1n : 1n));
  return view.getFloat64(0);
}
