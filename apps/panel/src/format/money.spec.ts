import { describe, expect, it } from '@jest/globals';

import { decimalText, formatCount, formatMoney } from './money.js';

describe('money for people', () => {
  it.each([
    [{ value: 0, currency: 'EUR' }, '€0.00'],
    [{ value: 5, currency: 'EUR' }, '€0.05'],
    [{ value: 123_450, currency: 'EUR' }, '€1,234.50'],
    [{ value: -199, currency: 'USD' }, '-$1.99'],
    [{ value: 1_500, currency: 'JPY' }, '¥1,500'],
    [{ value: 1_500, currency: 'KWD' }, 'KWD 1.500'],
  ])('%p is %s', (money, text) => {
    expect(formatMoney(money, 'en').replaceAll('\u00a0', ' ')).toBe(text);
  });

  it('is exact where a float would round', () => {
    expect(formatMoney({ value: Number.MAX_SAFE_INTEGER, currency: 'EUR' }, 'en')).toBe('€90,071,992,547,409.91');
  });

  it('writes the digits of the minor units', () => {
    expect([decimalText(7, 3), decimalText(-70, 2), decimalText(70, 0)]).toEqual(['0.007', '-0.70', '70']);
  });

  it('separates thousands of a count', () => {
    expect(formatCount(12_345, 'en')).toBe('12,345');
  });
});
