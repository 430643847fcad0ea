import { exactNumber } from '../bson/decimal.js';
import type { BsonValue } from '../bson/values.js';
import { Binary, Double, isNumeric } from '../bson/values.js';
import { refuse } from '../errors.js';
import type { ValueTest } from './paths.js';

/** The whole part of a number; undefined where it has none that fits into 64 bits. */
function wholePart(value: BsonValue | undefined): bigint | undefined {
  if (!isNumeric(value)) return undefined;
  const exact = exactNumber(value);
  if (typeof exact === 'string') return undefined;
  const whole =
    exact.exponent >= 0
      ? exact.coefficient * 10n ** BigInt(exact.exponent)
      : exact.coefficient / 10n ** BigInt(-exact.exponent);
  return BigInt.asIntN(64, whole) === whole ? whole : undefined;
}

/** `$mod: [divisor, remainder]`; fractions are cut off on both sides. */
export function modTest(operand: BsonValue): ValueTest {
  if (!Array.isArray(operand)) return refuse('BadValue', 'malformed mod, needs to be an array');
  if (operand.length < 2) refuse('BadValue', 'malformed mod, not enough elements');
  if (operand.length > 2) refuse('BadValue', 'malformed mod, too many elements');
  const [divisor, remainder] = operand.map(wholePart);
  if (divisor === undefined) return refuse('BadValue', 'malformed mod, divisor not a number');
  if (remainder === undefined) return refuse('BadValue', 'malformed mod, remainder not a number');
  if (divisor === 0n) return refuse('BadValue', 'divisor cannot be 0');
  return (value) => {
    const whole = wholePart(value);
    return whole !== undefined && whole % divisor === remainder;
  };
}

const MAX_BIT = 10_000;

/** `$bitsAllSet` and its kin, over whole numbers as two's complement and over binary data. */
export function bitTest(operator: string, operand: BsonValue): ValueTest {
  const positions = bitPositions(operator, operand);
  const wanted = operator.endsWith('Set');
  const every = operator.startsWith('$bitsAll');
  return (value) => {
    const bitAt = bitsOf(value);
    if (bitAt === undefined) return false;
    return every
      ? positions.every((position) => bitAt(position) === wanted)
      : positions.some((position) => bitAt(position) === wanted);
  };
}

function bitPositions(operator: string, operand: BsonValue): number[] {
  if (Array.isArray(operand)) {
    return operand.map((position) => {
      const whole = exactWhole(position);
      if (whole === undefined) return refuse('BadValue', `bit positions must be an integer: ${operator}`);
      if (whole < 0n) return refuse('BadValue', `bit positions must be >= 0: ${operator}`);
      return Math.min(Number(whole), MAX_BIT);
    });
  }
  if (operand instanceof Binary) {
    return [...operand.bytes].flatMap((byte, index) => bitsIn(BigInt(byte)).map((bit) => index * 8 + bit));
  }
  const mask = exactWhole(operand);
  if (mask === undefined) return refuse('BadValue', `${operator} takes an Array, a number, or a BinData`);
  if (mask < 0n) return refuse('BadValue', `${operator}: Expected a non-negative number`);
  return bitsIn(mask);
}

const bitsIn = (mask: bigint): number[] =>
  Array.from({ length: 64 }, (_, bit) => bit).filter((bit) => ((mask >> BigInt(bit)) & 1n) === 1n);

/** A number that is whole and fits into a Long. */
function exactWhole(value: BsonValue | undefined): bigint | undefined {
  const whole = wholePart(value);
  if (whole === undefined || (value instanceof Double && !Number.isInteger(value.value))) return undefined;
  return whole;
}

function bitsOf(value: BsonValue | undefined): ((position: number) => boolean) | undefined {
  if (value instanceof Binary) {
    const { bytes } = value;
    return (position) => (((bytes[position >> 3] ?? 0) >> (position & 7)) & 1) === 1;
  }
  const whole = exactWhole(value);
  if (whole === undefined) return undefined;
  return (position) => ((whole >> BigInt(Math.min(position, 63))) & 1n) === 1n;
}
