import { exceptionCodes, type ResponseData } from '../codec/index.js';
import { plain, report } from './event-queue.js';
import { meter, moved } from './meter-book.js';
import type { MachineProfile } from './profile.js';
import type { Books, Handpay } from './state.js';

const meterJackpot = (books: Books, credits: number): Books => ({
  ...books,
  meters: moved(
    books.meters,
    [meter.jackpot, credits],
    [meter.attendantPaidPayTable, credits],
    [meter.totalWon, credits],
    [meter.totalHandPaid, credits],
  ),
});

const meterCancelledCredits = (books: Books, credits: number): Books => ({
  ...books,
  meters: moved(
    books.meters,
    [meter.currentCredits, -credits],
    [meter.handPaidCancelled, credits],
    [meter.cancelledCredits, credits],
    [meter.totalHandPaid, credits],
  ),
});

/** Locks the machine up until an attendant has paid. The win never touches the credit meter. */
export function raiseHandpay(books: Books, handpay: Handpay, { jackpotMeterMoves }: MachineProfile): Books {
  const pending = { ...books, handpay };
  return handpay.kind === 'win' && jackpotMeterMoves === 'at-win' ? meterJackpot(pending, handpay.credits) : pending;
}

/** The attendant turns the key: exception 52. Cancelled credits leave the credit meter only now. */
export function resetHandpay(books: Books, handpay: Handpay, { jackpotMeterMoves }: MachineProfile): Books {
  const paid = report({ ...books, handpay: null }, plain(exceptionCodes.handpayReset));
  if (handpay.kind === 'cancelled-credits') return meterCancelledCredits(paid, handpay.credits);
  return jackpotMeterMoves === 'at-reset' ? meterJackpot(paid, handpay.credits) : paid;
}

/** The answer to long poll 1B: all zero when there is no record that the host has not read. Amounts in credits. */
export function handpayRecord(handpay: Handpay | null, profile: MachineProfile): ResponseData<'handpay'> {
  const empty = { progressiveGroup: 0, level: 0, amount: 0, partialPay: 0, resetId: 0, reserved: null };
  if (!handpay || handpay.read) return empty;
  return { ...empty, level: profile.handpayLevels[handpay.kind], amount: handpay.credits };
}
