import { describe, expect, it } from '@jest/globals';
import { Decimal128 as Official } from 'bson';
import fc from 'fast-check';
import { exactNumber, parseDecimal, toDecimal } from './decimal.js';
import { Decimal128, Double } from './values.js';

const official = (text: string): Decimal128 => new Decimal128(Buffer.from(Official.fromString(text).bytes));

describe('a decimal128', () => {
  it.each([
    ['1.5', { coefficient: 15n, exponent: -1 }],
    ['-0.001', { coefficient: -1n, exponent: -3 }],
    ['12E+3', { coefficient: 12n, exponent: 3 }],
    ['9999999999999999999999999999999999', { coefficient: 10n ** 34n - 1n, exponent: 0 }],
    ['NaN', 'NaN'],
    ['-Infinity', '-Infinity'],
  ])('reads %s as the official library writes it', (text, parsed) => {
    expect(parseDecimal(official(text))).toEqual(parsed);
  });

  it('writes what the official library reads', () => {
    const parts = fc.record({
      coefficient: fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }),
      exponent: fc.integer({ min: -6_176, max: 6_111 }),
    });
    fc.assert(
      fc.property(parts, (value) => {
        const text = new Official(new Uint8Array(toDecimal(value).bytes)).toString();
        expect(parseDecimal(official(text))).toEqual(value);
      }),
    );
  });

  it('rounds half to even at 34 digits', () => {
    expect(parseDecimal(toDecimal({ coefficient: 10n ** 34n + 5n, exponent: 0 }))).toEqual({
      coefficient: 10n ** 33n,
      exponent: 1,
    });
    expect(parseDecimal(toDecimal({ coefficient: 10n ** 34n + 15n, exponent: 0 }))).toEqual({
      coefficient: 10n ** 33n + 2n,
      exponent: 1,
    });
  });

  it('becomes infinite past its range', () => {
    expect(parseDecimal(toDecimal({ coefficient: 1n, exponent: 7_000 }))).toBe('Infinity');
    expect(parseDecimal(toDecimal({ coefficient: -1n, exponent: 7_000 }))).toBe('-Infinity');
  });

  it('has every double exactly', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const exact = exactNumber(new Double(value));
        expect(exact).toBeInstanceOf(Object);
        if (typeof exact !== 'string')
          expect(Number(`${exact.coefficient}e${exact.exponent}`)).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});
