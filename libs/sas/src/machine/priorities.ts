import { exceptionCodes as codes, type RealTimeEvent } from '../codec/index.js';
import { plain } from './event-queue.js';
import type { Books, MachineState, Pending } from './state.js';

type Condition = readonly [code: number, holds: (state: MachineState) => boolean];

/** Exceptions that are made while something waits for the host, the most urgent first. */
const conditions: readonly Condition[] = [
  [codes.transferComplete, ({ books: { aft } }) => aft.current?.completesAt === null && !aft.current.told],
  [
    codes.handpayPending,
    ({ books: { handpay } }) => handpay !== null && !handpay.read && handpay.offeredUntil === undefined,
  ],
  [codes.ticketTransferComplete, ({ books: { tickets } }) => tickets.outcome !== null && !tickets.outcome.told],
  [codes.ticketInserted, ({ books: { tickets } }) => tickets.escrow !== null && !tickets.escrow.read],
  [codes.validationRequested, ({ books: { tickets } }) => tickets.cashOut !== null],
  [codes.hostCashOutRequested, ({ books: { aft } }) => aft.cashOutOfferedUntil !== null],
  [codes.winCashOutRequested, ({ books: { handpay } }) => handpay?.offeredUntil !== undefined],
  [codes.registrationRequested, ({ books: { aft } }) => aft.registrationWanted],
  [codes.progressiveHit, ({ books: { progressive } }) => progressive.win !== null],
  [codes.validationIdMissing, ({ books, profile }) => profile.validation === 'enhanced' && books.tickets.id === 0],
  [codes.queueOverflow, ({ books }) => books.queueOverflowed],
];

export interface Due {
  readonly event: RealTimeEvent;
  readonly pending: Pending;
}

/** What is to be reported now: what waits for the host, what is said once, then the queue. */
export function dueEvent(state: MachineState, now: number): Due | null {
  const { books, link, profile } = state;
  for (const [code, holds] of conditions) {
    const issuedAt = link.issuedAt[code];
    const quiet = issuedAt !== undefined && now - issuedAt < profile.reissueMs;
    if (!quiet && holds(state)) return { event: plain(code), pending: { kind: 'priority', code } };
  }
  const [once] = books.oneShots;
  if (once !== undefined) return { event: plain(once), pending: { kind: 'priority', code: once } };
  const [event] = books.queue;
  return event ? { event, pending: { kind: 'queued-event' } } : null;
}

/** A priority exception was acknowledged: it comes again only after a while, where nobody served it. */
export function acknowledgePriority(state: MachineState, code: number, now: number): MachineState {
  const { books, link } = state;
  if (code === codes.queueOverflow) return { ...state, books: { ...books, queueOverflowed: false } };
  if (books.oneShots.includes(code)) {
    return { ...state, books: { ...books, oneShots: books.oneShots.filter((each) => each !== code) } };
  }
  return { ...state, link: { ...link, issuedAt: { ...link.issuedAt, [code]: now } } };
}

/** Forgets when those were issued that nothing waits for any more: the next of their kind is said at once. */
export function forgetServed(state: MachineState): MachineState {
  const issued = Object.keys(state.link.issuedAt).map(Number);
  if (issued.length === 0) return state;
  const waiting = issued.filter((code) => conditions.some(([each, holds]) => each === code && holds(state)));
  if (waiting.length === issued.length) return state;
  const issuedAt = Object.fromEntries(waiting.map((code) => [code, state.link.issuedAt[code] ?? 0]));
  return { ...state, link: { ...state.link, issuedAt } };
}

/** Says an exception once, before the queue. */
export const sayOnce = (books: Books, code: number): Books =>
  books.oneShots.includes(code) ? books : { ...books, oneShots: [...books.oneShots, code] };
