import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exactNumber, toDecimal } from '../bson/decimal.js';
import type { NumericValue } from '../bson/values.js';
import { Decimal128, Double, Int32 } from '../bson/values.js';
import { combine, zeroLike } from './arithmetic.js';

const int = fc.integer().map((value) => new Int32(value));
const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const whole: fc.Arbitrary<Int32 | bigint> = fc.oneof(int, long);
const asBigint = (value: Int32 | bigint): bigint => (typeof value === 'bigint' ? value : BigInt(value.value));

describe('arithmetic on BSON numbers', () => {
  it.each(['add', 'multiply'] as const)(
    'is exact on whole numbers, and says when a Long overflows: %s',
    (operation) => {
      fc.assert(
        fc.property(whole, whole, (left, right) => {
          const [a, b] = [asBigint(left), asBigint(right)];
          const exact = operation === 'add' ? a + b : a * b;
          const result = combine(operation, left, right);
          const fits = BigInt.asIntN(64, exact) === exact;
          expect(result === undefined ? undefined : asBigint(result as Int32 | bigint)).toBe(fits ? exact : undefined);
          const short = left instanceof Int32 && right instanceof Int32 && BigInt.asIntN(32, exact) === exact;
          expect(result instanceof Int32).toBe(short);
        }),
      );
    },
  );

  it('adds decimals exactly', () => {
    const tenth = toDecimal({ coefficient: 1n, exponent: -1 });
    const sum = combine('add', tenth, toDecimal({ coefficient: 2n, exponent: -1 }));
    expect(sum).toBeInstanceOf(Decimal128);
    expect(sum === undefined ? undefined : exactNumber(sum)).toEqual({ coefficient: 3n, exponent: -1 });
  });

  it.each<[NumericValue, NumericValue, string]>([
    [toDecimal('Infinity'), new Int32(1), 'Infinity'],
    [toDecimal('Infinity'), toDecimal('-Infinity'), 'NaN'],
    [toDecimal('NaN'), new Double(1), 'NaN'],
  ])('adds what is not finite', (left, right, expected) => {
    const sum = combine('add', left, right);
    expect(sum === undefined ? undefined : exactNumber(sum)).toBe(expected);
  });

  it.each<[NumericValue]>([[new Int32(5)], [new Double(5)], [5n], [toDecimal({ coefficient: 5n, exponent: 0 })]])(
    'has a zero of each type',
    (value) => {
      const zero = zeroLike(value);
      expect(typeof zero === 'bigint' ? typeof value : zero.constructor).toBe(
        typeof value === 'bigint' ? 'bigint' : value.constructor,
      );
    },
  );
});
