import { exceptionCodes } from '../codec/index.js';
import { completeTransfer } from './aft/complete-transfer.js';
import { mayLock } from './aft/lock-answers.js';
import { plain, report } from './event-queue.js';
import { endGame, payOut } from './game.js';
import { raiseHandpay } from './handpay.js';
import { forgetServed, sayOnce } from './priorities.js';
import { isTransferring } from './readiness.js';
import type { Books, MachineState } from './state.js';
import { payByTicket, returnTicket } from './tickets.js';

/** A machine with a progressive says so when the host has been silent about it for this long. */
const progressiveSilenceMs = 5000;

type Passage = (state: MachineState, now: number) => Books;

const games: Passage = (state, now) => {
  const { game } = state.books;
  return game && now >= game.endsAt ? endGame(state, game, now) : state.books;
};

const transfers: Passage = (state, now) => {
  const { current } = state.books.aft;
  return current && current.completesAt !== null && now >= current.completesAt
    ? completeTransfer(state, current, now)
    : state.books;
};

/** A lock is granted when the machine is free, and given up when its time is over. */
const locks: Passage = ({ books }, now) => {
  const { lock } = books.aft;
  if (lock.status === 'unlocked') return books;
  if (now >= lock.until) return { ...books, aft: { ...books.aft, lock: { ...lock, status: 'unlocked' } } };
  if (lock.status === 'locked' || !mayLock(books)) return books;
  return sayOnce({ ...books, aft: { ...books.aft, lock: { ...lock, status: 'locked' } } }, exceptionCodes.gameLocked);
};

/** What was offered to the host and not taken goes the machine's own way. */
const offers: Passage = (state, now) => {
  const { books, profile } = state;
  const { cashOutOfferedUntil } = books.aft;
  const moving = isTransferring(books);
  if (cashOutOfferedUntil !== null && !moving && now >= cashOutOfferedUntil) return payOut(state, now);
  const { handpay } = books;
  if (handpay?.offeredUntil === undefined || moving || now < handpay.offeredUntil) return books;
  const { offeredUntil: _, ...pending } = handpay;
  return raiseHandpay(books, pending, profile);
};

const tickets: Passage = (state, now) => {
  const { cashOut, escrow } = state.books.tickets;
  if (cashOut && now >= cashOut.until) return payByTicket(state, cashOut.credits, null, now);
  return escrow && now >= escrow.until ? returnTicket(state.books) : state.books;
};

const progressives: Passage = ({ books, profile }, now) => {
  const { heardAt } = books.progressive;
  if (profile.progressiveGroup === 0 || heardAt === null || now - heardAt < progressiveSilenceMs) return books;
  const silent = { ...books, progressive: { ...books.progressive, heardAt: null } };
  return report(silent, plain(exceptionCodes.noProgressiveInformation));
};

const passages: readonly Passage[] = [games, transfers, offers, locks, tickets, progressives];

/** Lets time pass in a machine: what was due has happened. */
export function passTime(state: MachineState, now: number): MachineState {
  if (state.books.powerOff) return state;
  let { books } = state;
  for (const passage of passages) books = passage(books === state.books ? state : { ...state, books }, now);
  return forgetServed(books === state.books ? state : { ...state, books });
}
