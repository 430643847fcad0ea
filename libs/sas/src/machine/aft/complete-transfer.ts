import { centsOf, creditsOf, creditsOn, gameMetered, metered } from '../credits.js';
import { meter, zeroGameMeters } from '../meter-book.js';
import { printTicket } from '../print-ticket.js';
import type { Books, MachineState } from '../state.js';
import type { Amounts, Transfer, TransferRequest } from './aft-books.js';
import { amountsOn, isToHost, sumOf, transferStatus, transferType } from './judge-transfer.js';

const nothing: Amounts = { cashable: 0, restricted: 0, nonRestricted: 0 };
const refusedFrom = 0x80;

/** What goes through of what was asked: all, or the part that fits. */
function fitting(state: MachineState, { code, request }: Transfer): Amounts {
  const asked: Amounts = {
    cashable: request.cashable,
    restricted: request.restricted,
    nonRestricted: request.nonRestricted,
  };
  if (code === 0x00 || request.type === transferType.winToHost) return asked;
  if (isToHost(request.type)) {
    const on = amountsOn(state);
    return {
      cashable: Math.min(asked.cashable, on.cashable),
      restricted: Math.min(asked.restricted, on.restricted),
      nonRestricted: Math.min(asked.nonRestricted, on.nonRestricted),
    };
  }
  const room = Math.floor(centsOf(state.books, state.profile.creditLimit - creditsOn(state.books)));
  const part = Math.min(sumOf(asked), state.profile.aft.limit, room);
  return part === sumOf(asked) ? asked : { ...nothing, cashable: wholeCredits(state.books, part) };
}

function wholeCredits(books: Books, cents: number): number {
  const perCredit = centsOf(books, 1);
  return perCredit >= 1 ? Math.floor(cents / perCredit) * perCredit : cents;
}

const credits = (books: Books, cents: number): number => creditsOf(books, cents) ?? 0;

const inHouse = (books: Books, done: Amounts): Books => ({
  ...metered(
    books,
    [0x2e, credits(books, done.cashable)],
    [0x2f, credits(books, done.restricted)],
    [0x30, credits(books, done.nonRestricted)],
    [meter.electronicIn, credits(books, sumOf(done))],
    [meter.currentCredits, credits(books, sumOf(done))],
    [meter.restrictedCredits, credits(books, done.restricted)],
    ...counted(0xa0, done),
  ),
  nonRestrictedCredits: books.nonRestrictedCredits + credits(books, done.nonRestricted),
});

/** A pair of meters for each kind: cents, and how often. */
const counted = (first: number, { cashable, restricted, nonRestricted }: Amounts): [number, number][] =>
  [cashable, restricted, nonRestricted].flatMap((cents, kind): [number, number][] =>
    cents > 0
      ? [
          [first + 2 * kind, cents],
          [first + 2 * kind + 1, 1],
        ]
      : [],
  );

function bonus(books: Books, done: Amounts): Books {
  const won = credits(books, sumOf(done));
  const paid = metered(
    books,
    [meter.machinePaidBonus, won],
    [meter.coinOut, won],
    [meter.totalWon, won],
    [meter.currentCredits, won],
    [0xae, done.cashable],
    [0xaf, done.cashable > 0 ? 1 : 0],
    [0xb0, done.nonRestricted],
    [0xb1, done.nonRestricted > 0 ? 1 : 0],
  );
  return { ...paid, nonRestrictedCredits: books.nonRestrictedCredits + credits(books, done.nonRestricted) };
}

const toHost = (books: Books, done: Amounts): Books => ({
  ...metered(
    books,
    [0x32, credits(books, done.cashable)],
    [0x33, credits(books, done.restricted)],
    [0x34, credits(books, done.nonRestricted)],
    [meter.electronicOut, credits(books, sumOf(done))],
    [meter.currentCredits, -credits(books, sumOf(done))],
    [meter.restrictedCredits, -credits(books, done.restricted)],
    ...counted(0xb8, done),
  ),
  nonRestrictedCredits: books.nonRestrictedCredits - credits(books, done.nonRestricted),
  aft: { ...books.aft, cashOutOfferedUntil: null },
});

/** A win that was offered to the host and not metered yet: the machine pays it, and the host takes it at once. */
function winToHost(books: Books, done: Amounts): Books {
  const won = credits(books, sumOf(done));
  const paid = metered(
    books,
    [meter.machinePaidPayTable, won],
    [meter.coinOut, won],
    [meter.totalWon, won],
    [meter.currentCredits, won],
  );
  const game = gameMetered(paid, books.selectedGame, zeroGameMeters, [0x01, won], [0x22, won], [0x1c, won]);
  return toHost({ ...game, handpay: null }, done);
}

function moveMoney(books: Books, request: TransferRequest, done: Amounts, now: number): Books {
  switch (request.type) {
    case transferType.bonus:
    case transferType.bonusJackpot:
      return bonus(books, done);
    case transferType.debit: {
      const amount = credits(books, done.cashable);
      return metered(
        books,
        [0x31, amount],
        [meter.electronicIn, amount],
        [meter.currentCredits, amount],
        [0xa6, done.cashable],
        [0xa7, 1],
      );
    }
    case transferType.toTicket:
    case transferType.debitToTicket: {
      const debit = request.type === transferType.debitToTicket;
      const tickets = metered(
        books,
        ...(debit
          ? ([
              [0xac, sumOf(done)],
              [0xad, 1],
            ] as const)
          : counted(0xa8, done)),
      );
      return printTicket(tickets, { type: debit ? 0x04 : 0x02, cents: sumOf(done), systemId: 0 }, now);
    }
    case transferType.toHost:
      return toHost(books, done);
    case transferType.winToHost:
      return winToHost(books, done);
    default:
      return inHouse(books, done);
  }
}

/** The end of a transfer: money and meters move together, and the outcome is kept until the host has heard it. */
export function completeTransfer(state: MachineState, transfer: Transfer, now: number): Books {
  const { books, profile } = state;
  const failed = transfer.forced !== null && transfer.forced >= refusedFrom;
  const done = failed ? nothing : fitting(state, transfer);
  const whole = sumOf(done) === sumOf(transfer.request);
  const status = failed ? (transfer.forced ?? 0) : whole ? transferStatus.full : transferStatus.partial;
  const after = failed ? books : moveMoney(books, transfer.request, done, now);
  const receiptStatus = !failed && transfer.receiptStatus !== 0xff ? 0x00 : transfer.receiptStatus;
  const ended: Transfer = { ...transfer, status, done, receiptStatus, completesAt: null, completedAt: now };
  const history = [ended, ...after.aft.history].slice(0, profile.aft.history);
  return { ...after, aft: { ...after.aft, current: ended, history } };
}

/** A transfer that ends without money: refused when it was asked, or cancelled while it waited. */
export function endWithout(state: MachineState, transfer: Transfer, status: number, now: number): Books {
  const { books, profile } = state;
  const ended: Transfer = { ...transfer, status, done: nothing, completesAt: null, completedAt: now };
  const history = [ended, ...books.aft.history].slice(0, profile.aft.history);
  return { ...books, aft: { ...books.aft, current: ended, history } };
}
