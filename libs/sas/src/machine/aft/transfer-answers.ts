import type { RequestData, ResponseData } from '../../codec/index.js';
import { localTimeAt } from '../local-time.js';
import { reading } from '../meter-book.js';
import { nothingPending, type Books, type MachineState, type Pending } from '../state.js';
import type { Amounts, Transfer, TransferRequest } from './aft-books.js';
import { endWithout } from './complete-transfer.js';
import { isToHost, refusalOfTransfer, transferFlag, transferStatus } from './judge-transfer.js';

export interface TransferAnswer {
  readonly books: Books;
  readonly data: ResponseData<'transfer'>;
  readonly pending: Pending;
}

const nothing: Amounts = { cashable: 0, restricted: 0, nonRestricted: 0 };
const meterBytes = 5;

const short = (books: Books, status: number): TransferAnswer => ({
  books,
  data: { position: 0, status, details: null },
  pending: nothingPending,
});

function long({ books, profile }: MachineState, transfer: Transfer, pending: Pending): TransferAnswer {
  const { request, done, status, position, receiptStatus, completedAt } = transfer;
  const first = isToHost(request.type) ? 0xb8 : 0xa0;
  const cumulative = (code: number): { bytes: number; value: bigint } => ({
    bytes: meterBytes,
    value: BigInt(reading(books.meters, code)),
  });
  const { allowed, enabled, hard } = books.aft.hostCashOut;
  const amounts = status === transferStatus.pending ? amountsOf(request) : done;
  return {
    books,
    pending,
    data: {
      position: status === transferStatus.pending ? 0 : position % (profile.aft.history + 1),
      status,
      details: {
        receiptStatus,
        type: request.type,
        ...amounts,
        flags: (allowed ? 1 : 0) + (enabled ? 2 : 0) + (hard ? 4 : 0),
        asset: books.aft.asset,
        id: request.id,
        time: completedAt === null ? null : localTimeAt(completedAt, books.clockOffsetMs),
        expiration: request.expiration,
        pool: request.pool,
        cashableMeter: cumulative(first),
        restrictedMeter: cumulative(first + 2),
        nonRestrictedMeter: cumulative(first + 4),
      },
    },
  };
}

const amountsOf = ({ cashable, restricted, nonRestricted }: TransferRequest): Amounts => ({
  cashable,
  restricted,
  nonRestricted,
});

const isSame = (a: TransferRequest, b: TransferRequest): boolean =>
  a.id === b.id && a.type === b.type && JSON.stringify(amountsOf(a)) === JSON.stringify(amountsOf(b));

/** FE asks, FF asks and acknowledges what has ended. Index 0 is the current transfer, others stand in the history. */
function interrogate(state: MachineState, code: number, index: number): TransferAnswer {
  const { current, history } = state.books.aft;
  if (index === 0) {
    if (!current) return short(state.books, transferStatus.nothingKnown);
    const ended = current.completesAt === null && !current.told;
    return long(state, current, code === 0xff && ended ? { kind: 'transfer' } : nothingPending);
  }
  const past = history.find(({ position }) => position === index);
  return past ? long(state, past, nothingPending) : short(state.books, transferStatus.nothingKnown);
}

function cancel(state: MachineState, now: number): TransferAnswer {
  const { current } = state.books.aft;
  if (!current) return short(state.books, transferStatus.nothingKnown);
  if (current.completesAt === null) return long(state, current, nothingPending);
  const books = endWithout(state, current, transferStatus.cancelled, now);
  return books.aft.current ? long({ ...state, books }, books.aft.current, nothingPending) : short(books, 0x80);
}

function withCashOutFlags(books: Books, { flags }: TransferRequest): Books {
  if ((flags & transferFlag.controlsCashOut) === 0 || !books.aft.hostCashOut.allowed) return books;
  const hostCashOut = {
    ...books.aft.hostCashOut,
    enabled: (flags & transferFlag.cashOutOn) !== 0,
    hard: (flags & transferFlag.hard) !== 0,
  };
  return { ...books, aft: { ...books.aft, hostCashOut } };
}

/** A transfer that was asked for: taken up, refused, or known already. */
function begin(state: MachineState, code: number, request: TransferRequest, now: number): TransferAnswer {
  const { books, profile } = state;
  const { current, history, forced } = books.aft;
  if (current && current.completesAt !== null) {
    return isSame(current.request, request) ? long(state, current, nothingPending) : short(books, 0xc0);
  }
  const last = history[0];
  if (last?.request.id === request.id && last.status < transferStatus.cancelled) {
    return isSame(last.request, request) ? long(state, last, nothingPending) : short(books, 0x81);
  }
  if (current && !current.told && current.status < transferStatus.cancelled) return short(books, 0xc0);
  const [next, ...rest] = forced;
  const script: Books = { ...books, aft: { ...books.aft, forced: rest } };
  const scripted = next === undefined ? state : { ...state, books: script };
  const atOnce = next !== undefined && refusedAtOnce.has(next) ? next : null;
  const refusal = atOnce ?? (next === undefined ? refusalOfTransfer(state, code, request, now) : null);
  const transfer: Transfer = {
    request,
    code,
    status: transferStatus.pending,
    done: nothing,
    receiptStatus: (request.flags & transferFlag.receipt) === 0 ? 0xff : 0x40,
    completesAt: now + profile.aft.takesMs,
    completedAt: null,
    position: ((history[0]?.position ?? 0) % profile.aft.history) + 1,
    told: false,
    forced: next ?? null,
  };
  if (refusal !== null) {
    const refused: Transfer = { ...transfer, status: refusal, completesAt: null, completedAt: now, told: true };
    const after = { ...scripted.books, aft: { ...scripted.books.aft, current: refused } };
    return { ...long({ ...scripted, books: after }, { ...refused, position: 0 }, nothingPending), books: after };
  }
  const taken = withCashOutFlags(scripted.books, request);
  const after = { ...taken, aft: { ...taken.aft, current: transfer, lock: releasedLock(taken, request) } };
  return long({ ...state, books: after }, transfer, nothingPending);
}

/** Statuses that a machine says at once, in place of taking a transfer up; others end it later. */
const refusedAtOnce: ReadonlySet<number> = new Set([
  ...Array.from({ length: 0x95 - 0x81 + 1 }, (_, index) => 0x81 + index),
  0xc0,
  0xc1,
  0xff,
]);

const releasedLock = ({ aft }: Books, { flags }: TransferRequest): Books['aft']['lock'] =>
  (flags & 0x10) !== 0 ? aft.lock : { ...aft.lock, status: 'unlocked' };

/** Long poll 72. */
export function answerTransfer(
  state: MachineState,
  { code, entry }: RequestData<'transfer'>,
  now: number,
): TransferAnswer {
  if (code === 0x80) return cancel(state, now);
  if (code === 0xfe || code === 0xff) return interrogate(state, code, entry?.index ?? 0);
  if (!entry?.transfer) return short(state.books, transferStatus.codeUnsupported);
  return begin(state, code, entry.transfer, now);
}
