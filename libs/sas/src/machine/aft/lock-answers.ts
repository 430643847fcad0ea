import type { RequestData, ResponseData } from '../../codec/index.js';
import { isTransferring, outOfPlay } from '../readiness.js';
import type { Books, MachineState } from '../state.js';
import { amountsOn } from './judge-transfer.js';

const hundredthMs = 10;
const lockCodes = { lock: 0x00, cancel: 0x80 } as const;
const lockStatus = { locked: 0x00, pending: 0x40, unlocked: 0xff } as const;

/** A lock that was asked for is granted once no game is in progress and nothing is open. */
export const mayLock = (books: Books): boolean => !outOfPlay(books) && books.game === null && !isTransferring(books);

/** Long poll 74: asks for a lock, gives it up, or only asks. */
export function answerLock(
  state: MachineState,
  { code, condition, timeout }: RequestData<'lockAndStatus'>,
  now: number,
): { books: Books; data: ResponseData<'lockAndStatus'> } {
  const books = locked(state.books, code, condition, now + timeout * hundredthMs);
  return { books, data: statusOf({ ...state, books }) };
}

function locked(books: Books, code: number, condition: number, until: number): Books {
  if (code === lockCodes.cancel)
    return { ...books, aft: { ...books.aft, lock: { ...books.aft.lock, status: 'unlocked' } } };
  if (code !== lockCodes.lock) return books;
  return { ...books, aft: { ...books.aft, lock: { status: 'pending', condition, until } } };
}

function statusOf(state: MachineState): ResponseData<'lockAndStatus'> {
  const { books, profile } = state;
  const { aft } = books;
  const ready = !outOfPlay(books) && books.game === null;
  const winPending = books.handpay?.offeredUntil !== undefined;
  const { allowed, enabled, hard } = aft.hostCashOut;
  const registered = aft.registration === 0x01;
  return {
    asset: aft.asset,
    lock: lockStatus[aft.lock.status],
    available: (ready ? 0b011 : 0) + (ready && profile.printer ? 0b100 : 0) + (winPending ? 0b1000 : 0),
    hostCashOut: (allowed ? 1 : 0) + (enabled ? 2 : 0) + (hard ? 4 : 0),
    aft: (profile.printer ? 0x01 : 0) + (registered ? 0x08 : 0) + 0x10 + 0x20 + (registered ? 0x40 : 0) + 0x80,
    maximumHistory: profile.aft.history,
    ...amountsOn(state),
    limit: profile.aft.limit,
    expiration: books.restrictedExpiration,
    pool: books.restrictedPool,
  };
}

/** Long poll 73. A machine without a key takes the first; `register` with another than the initialised one is refused by staying as it was. */
export function answerRegistration(
  books: Books,
  { code, details }: RequestData<'registration'>,
): { books: Books; data: ResponseData<'registration'> } {
  const aft = registered(books.aft, code, details);
  const { registration, asset, key, posId } = aft;
  return { books: { ...books, aft }, data: { status: registration, asset, key, posId } };
}

function registered(aft: Books['aft'], code: number, details: RequestData<'registration'>['details']): Books['aft'] {
  if (code === 0x80) return { ...aft, registration: 0x80, registrationWanted: false };
  if (!details || code === 0xff) return aft;
  if (details.asset !== aft.asset || aft.asset === 0) return { ...aft, registration: 0x80 };
  const known = { ...aft, key: details.key, posId: details.posId, registrationWanted: false };
  if (code === 0x00) return { ...known, registration: 0x00 };
  if (code === 0x40) return { ...known, registration: 0x40 };
  return code === 0x01 ? { ...known, registration: 0x01 } : aft;
}
