import { z } from 'zod';

import { DomainError } from './domain-error.js';

/** An ISO 4217 alphabetic code. */
export const currencySchema = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code of three capital letters')
  .meta({ example: 'EUR' });

/** A whole number of minor units that JavaScript holds exactly (±(2^53 − 1)). */
export const minorUnitsSchema = z.int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);

/** An amount in whole minor units (cents) of a currency. Never a float. */
export const moneySchema = z.strictObject({ value: minorUnitsSchema, currency: currencySchema });

/** An amount above zero. */
export const positiveMoneySchema = z.strictObject({ value: minorUnitsSchema.min(1), currency: currencySchema });

export type Money = z.output<typeof moneySchema>;

/** @throws {RangeError} when `value` is not a safe whole number */
export const money = (value: number, currency: string): Money => ({ value: exact(value), currency });

export const zero = (currency: string): Money => ({ value: 0, currency });

export const plus = (a: Money, b: Money): Money => ({
  value: exact(a.value + sameCurrency(a, b).value),
  currency: a.currency,
});

export const minus = (a: Money, b: Money): Money => ({
  value: exact(a.value - sameCurrency(a, b).value),
  currency: a.currency,
});

export const isPositive = (a: Money): boolean => a.value > 0;

export const isNegative = (a: Money): boolean => a.value < 0;

function sameCurrency(a: Money, b: Money): Money {
  if (a.currency !== b.currency)
    throw new DomainError('currency_mismatch', `The currency is ${a.currency}, not ${b.currency}.`);
  return b;
}

function exact(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a safe whole number of minor units`);
  return value;
}

const digits = new Map<string, number>();

/** Decimal digits of a currency's minor unit, by ISO 4217: 2 for EUR, 0 for JPY. */
export function minorUnitDigits(currency: string): number {
  const known = digits.get(currency);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const found = format.resolvedOptions().maximumFractionDigits ?? 2;
  digits.set(currency, found);
  return found;
}

/** An amount in words that a log or a message can carry: `12.50 EUR`. Exact: no float is involved. */
export function moneyText({ value, currency }: Money): string {
  const places = minorUnitDigits(currency);
  const figures = Math.abs(value)
    .toString()
    .padStart(places + 1, '0');
  const whole = figures.slice(0, figures.length - places);
  const sign = value < 0 ? '-' : '';
  return `${sign}${whole}${places === 0 ? '' : `.${figures.slice(-places)}`} ${currency}`;
}
