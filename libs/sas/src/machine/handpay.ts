import { exceptionCodes, type ResponseData } from '../codec/index.js';
import { centsOf, gameMetered, metered } from './credits.js';
import { plain, report } from './event-queue.js';
import { meter, zeroGameMeters } from './meter-book.js';
import type { MachineProfile } from './profile.js';
import type { Books, Handpay } from './state.js';

function meterJackpot(books: Books, credits: number): Books {
  const paid = metered(
    books,
    [meter.jackpot, credits],
    [meter.attendantPaidPayTable, credits],
    [meter.totalWon, credits],
    [meter.totalHandPaid, credits],
  );
  const { jackpot, attendantPaidPayTable, totalWon } = meter;
  return gameMetered(
    paid,
    books.selectedGame,
    zeroGameMeters,
    [jackpot, credits],
    [attendantPaidPayTable, credits],
    [totalWon, credits],
  );
}

const meterCancelledCredits = (books: Books, credits: number): Books =>
  metered(
    books,
    [meter.currentCredits, -credits],
    [meter.handPaidCancelled, credits],
    [meter.cancelledCredits, credits],
    [meter.totalHandPaid, credits],
  );

/** A handpay that the host lets go to the credit meter is a win like any other. */
export function payToCredits(books: Books, credits: number): Books {
  const paid = metered(
    books,
    [meter.coinOut, credits],
    [meter.machinePaidPayTable, credits],
    [meter.totalWon, credits],
    [meter.currentCredits, credits],
  );
  const { coinOut, machinePaidPayTable, totalWon } = meter;
  return gameMetered(
    paid,
    books.selectedGame,
    zeroGameMeters,
    [coinOut, credits],
    [machinePaidPayTable, credits],
    [totalWon, credits],
  );
}

const metersAtWin = ({ kind, offeredUntil }: Handpay, { jackpotMeterMoves }: MachineProfile): boolean =>
  kind === 'win' && offeredUntil === undefined && jackpotMeterMoves === 'at-win';

/** Locks the machine up until an attendant has paid. The win never touches the credit meter. */
export function raiseHandpay(books: Books, handpay: Handpay, profile: MachineProfile): Books {
  const pending = { ...books, handpay };
  return metersAtWin(handpay, profile) ? meterJackpot(pending, handpay.credits) : pending;
}

/** The attendant turns the key: exception 52. Cancelled credits leave the credit meter only now. */
export function resetHandpay(books: Books, handpay: Handpay, profile: MachineProfile): Books {
  const toCredits = books.controls.handpayToCredits && !metersAtWin(handpay, profile);
  const controls = { ...books.controls, handpayToCredits: false };
  const paid = report({ ...books, handpay: null, controls }, plain(exceptionCodes.handpayReset));
  if (handpay.kind === 'cancelled-credits') return meterCancelledCredits(paid, handpay.credits);
  if (metersAtWin(handpay, profile)) return paid;
  return toCredits ? payToCredits(paid, handpay.credits) : meterJackpot(paid, handpay.credits);
}

/** The answer to long poll 1B: all zero when there is no record that the host has not read. */
export function handpayRecord(books: Books, profile: MachineProfile): ResponseData<'handpay'> {
  const { handpay } = books;
  const empty = { progressiveGroup: 0, level: 0, amount: 0, partialPay: 0, resetId: 0, reserved: null };
  if (!handpay || handpay.read || handpay.offeredUntil !== undefined) return empty;
  const amount = profile.handpayAmounts === 'cents' ? Math.floor(centsOf(books, handpay.credits)) : handpay.credits;
  const resetId = handpay.kind === 'win' && profile.jackpotMeterMoves === 'at-reset' ? 0x01 : 0x00;
  return { ...empty, level: profile.handpayLevels[handpay.kind], amount, resetId };
}
