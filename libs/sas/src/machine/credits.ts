import { meter, moved, reading, type MeterBook, type MeterChange } from './meter-book.js';
import { denominationOf } from './profile.js';
import type { Books } from './state.js';

/** Cents of so many credits, whole; credits of sub-cent denominations may not be. */
export const centsOf = (books: Books, credits: number): number => (credits * denominationOf(books)) / 100;

/** Credits of so many cents, or null when they do not make whole credits. */
export function creditsOf(books: Books, cents: number): number | null {
  const credits = (cents * 100) / denominationOf(books);
  return Number.isInteger(credits) ? credits : null;
}

export const creditsOn = ({ meters }: Books): number => reading(meters, meter.currentCredits);
export const restrictedOn = ({ meters }: Books): number => reading(meters, meter.restrictedCredits);
/** What may be cashed out by anybody. */
export const cashableOn = (books: Books): number => creditsOn(books) - restrictedOn(books) - books.nonRestrictedCredits;

/** Takes a wager: restricted credits first, then non-restricted, then cashable ones. */
export function wagered(books: Books, wager: number): Books {
  const restricted = Math.min(wager, restrictedOn(books));
  const nonRestricted = Math.min(wager - restricted, books.nonRestrictedCredits);
  const meters = moved(
    books.meters,
    [meter.coinIn, wager],
    [meter.currentCredits, -wager],
    [meter.restrictedCredits, -restricted],
    [meter.restrictedPlayed, restricted],
    [meter.nonRestrictedPlayed, nonRestricted],
  );
  return { ...books, meters, nonRestrictedCredits: books.nonRestrictedCredits - nonRestricted };
}

export const metered = (books: Books, ...changes: readonly MeterChange[]): Books => ({
  ...books,
  meters: moved(books.meters, ...changes),
});

/** Moves the meters of one game, on a machine with several. */
export function gameMetered(books: Books, game: number, blank: MeterBook, ...changes: readonly MeterChange[]): Books {
  if (books.gameMeters === null) return books;
  const key = String(game);
  return { ...books, gameMeters: { ...books.gameMeters, [key]: moved(books.gameMeters[key] ?? blank, ...changes) } };
}
