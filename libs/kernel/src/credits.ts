import { money, type Money } from './money.js';

/** Machine amounts are credits of a denomination; a denomination is in 1/10 000 of the currency's unit (0.01 = 100). */
export interface Credits {
  readonly credits: number;
  readonly denomination: number;
}

/** What a number of credits is worth, and the credits that do not make a whole minor unit. */
export interface CreditsInMoney {
  readonly amount: Money;
  readonly remainderCredits: number;
}

const minorUnitDigits = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/**
 * Converts credits to money exactly. What does not make a whole minor unit stays credits.
 * @throws {RangeError} when the amount is beyond the safe whole numbers
 */
export function creditsToMoney({ credits, denomination }: Credits, currency: string): CreditsInMoney {
  const unitsPerMinor = 10n ** BigInt(4 - minorUnitDigits(currency));
  const tenThousandths = BigInt(credits) * BigInt(denomination);
  const value = tenThousandths / unitsPerMinor;
  const rest = tenThousandths - value * unitsPerMinor;
  return wholeCredits(value, rest, BigInt(denomination), unitsPerMinor, currency);
}

/** A remainder that is not whole credits would lose money: give back as much as makes it whole. */
function wholeCredits(
  value: bigint,
  rest: bigint,
  denomination: bigint,
  unitsPerMinor: bigint,
  currency: string,
): CreditsInMoney {
  let minor = value;
  let remainder = rest;
  while (denomination > 0n && remainder % denomination !== 0n) {
    minor -= 1n;
    remainder += unitsPerMinor;
  }
  return {
    amount: money(Number(minor), currency),
    remainderCredits: denomination > 0n ? Number(remainder / denomination) : 0,
  };
}
