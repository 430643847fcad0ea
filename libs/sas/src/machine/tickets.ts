import { centsOf, creditsOf, creditsOn, metered } from './credits.js';
import { raiseHandpay } from './handpay.js';
import { meter } from './meter-book.js';
import { printTicket } from './print-ticket.js';
import type { Books, MachineState } from './state.js';

/** Machine statuses of long poll 71. */
const status = {
  redeemed: 0x00,
  rejected: 0x80,
  numberDiffers: 0x81,
  overLimit: 0x84,
  notMultiple: 0x85,
  notNow: 0x87,
  tooLong: 0x88,
};

interface Number {
  readonly systemId: number;
  readonly validation: string;
}

/**
 * Cashable credits leave on a ticket. Without a number where the host makes them, an attendant pays: the machine's own fallback.
 */
export function payByTicket(state: MachineState, credits: number, number: Number | null, now: number): Books {
  const { books, profile } = state;
  const waited: Books = { ...books, tickets: { ...books.tickets, cashOut: null } };
  if (number === null && profile.validation === 'system') {
    return raiseHandpay(waited, { kind: 'cancelled-credits', credits, read: false }, profile);
  }
  const cents = Math.floor(centsOf(books, credits));
  const left = metered(
    waited,
    [meter.currentCredits, -credits],
    [meter.ticketsOut, credits],
    [0x2c, credits],
    [0x86, cents],
    [0x87, 1],
    [meter.cashableTicketsOutCents, cents],
    [0x12, 1],
    [0x38, 1],
  );
  return printTicket(left, { type: 0x00, cents, systemId: 0, ...number }, now);
}

/** Begins a cash-out by ticket: at once, or once the host has given a number. */
export const beginTicket = (state: MachineState, credits: number, now: number): Books =>
  state.profile.validation === 'system'
    ? {
        ...state.books,
        tickets: { ...state.books.tickets, cashOut: { credits, until: now + state.profile.validationWaitMs } },
      }
    : payByTicket(state, credits, null, now);

type Escrow = NonNullable<Books['tickets']['escrow']>;

const withOutcome = (books: Books, { validation, cents }: Escrow, outcome: number): Books => ({
  ...books,
  tickets: { ...books.tickets, escrow: null, outcome: { status: outcome, validation, cents, told: false } },
});

/** The ticket goes back to the player: the host said no, or nothing. */
export const returnTicket = (books: Books, outcome: number = status.tooLong): Books =>
  books.tickets.escrow ? withOutcome(books, books.tickets.escrow, outcome) : books;

/** Meters of a redeemed ticket by kind: cents, count, credits of its kind, and the totals that the kind belongs to. */
const kinds = {
  0x00: { cents: 0x80, count: 0x81, credits: 0x29, totals: [0x28, 0x15], centsTotal: 0x0d, counts: [0x11, 0x35] },
  0x01: { cents: 0x82, count: 0x83, credits: 0x2a, totals: [0x15], centsTotal: 0x0f, counts: [0x13, 0x36] },
  0x02: { cents: 0x84, count: 0x85, credits: 0x2b, totals: [0x28, 0x15], centsTotal: 0x0d, counts: [0x11, 0x37] },
} as const;

export interface Authorised {
  readonly amount: number;
  readonly validation: string;
}

/** The host has authorised the ticket in escrow: 00 cashable, 01 restricted, 02 non-restricted. */
export function redeem(state: MachineState, escrow: Escrow, code: number, authorised: Authorised): Books {
  const { books, profile } = state;
  const kind = kinds[code as keyof typeof kinds];
  const credits = creditsOf(books, authorised.amount);
  if (kind === undefined) return withOutcome(books, escrow, status.rejected);
  if (authorised.validation !== escrow.validation) return withOutcome(books, escrow, status.numberDiffers);
  if (credits === null) return withOutcome(books, escrow, status.notMultiple);
  if (creditsOn(books) + credits > profile.creditLimit) return withOutcome(books, escrow, status.overLimit);
  if (books.handpay || books.openDoors.length > 0) return withOutcome(books, escrow, status.notNow);
  const restricted = code === 0x01 ? credits : 0;
  const paid = metered(
    books,
    [kind.cents, authorised.amount],
    [kind.centsTotal, authorised.amount],
    [kind.count, 1],
    [kind.credits, credits],
    ...kind.totals.map((total) => [total, credits] as const),
    ...kind.counts.map((count) => [count, 1] as const),
    [meter.currentCredits, credits],
    [meter.restrictedCredits, restricted],
  );
  const nonRestrictedCredits = books.nonRestrictedCredits + (code === 0x02 ? credits : 0);
  return withOutcome({ ...paid, nonRestrictedCredits }, { ...escrow, cents: authorised.amount }, status.redeemed);
}
