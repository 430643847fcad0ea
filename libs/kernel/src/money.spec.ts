import { describe, expect, it } from '@jest/globals';

import { money, moneyText, plus, positiveMoneySchema } from '#kernel';

describe('money', () => {
  it('adds whole minor units of one currency', () => {
    expect(plus(money(150, 'EUR'), money(50, 'EUR'))).toEqual(money(200, 'EUR'));
  });

  it('never mixes currencies', () => {
    expect(() => plus(money(1, 'EUR'), money(1, 'USD'))).toThrow('The currency is EUR, not USD.');
  });

  it.each([0.5, 2 ** 53, Number.NaN])('is never %p', (value) => {
    expect(() => money(value, 'EUR')).toThrow(RangeError);
  });

  it('as a positive amount starts at one minor unit', () => {
    expect(positiveMoneySchema.safeParse({ value: 0, currency: 'EUR' }).success).toBe(false);
    expect(positiveMoneySchema.safeParse({ value: 1, currency: 'EUR' }).success).toBe(true);
  });

  it.each([
    [money(1250, 'EUR'), '12.50 EUR'],
    [money(5, 'EUR'), '0.05 EUR'],
    [money(-705, 'EUR'), '-7.05 EUR'],
    [money(1250, 'JPY'), '1250 JPY'],
  ])('of %p reads %p', (amount, text) => {
    expect(moneyText(amount)).toBe(text);
  });
});
