import { billMeterCode, billUnits, exceptionCodes } from '../codec/index.js';
import { plain, report } from './event-queue.js';
import { cashOut, endGame, refusalOfGame, startGame } from './game.js';
import { resetHandpay } from './handpay.js';
import type { CabinetInput, MachineDoor, Refusal } from './inputs.js';
import { meter, moved, reading, restarted } from './meter-book.js';
import { denominationOf } from './profile.js';
import { linkAfterPowerUp, type Books, type MachineState } from './state.js';

const doorCodes: Readonly<Record<MachineDoor, { readonly opened: number; readonly closed: number }>> = {
  slot: { opened: exceptionCodes.slotDoorOpened, closed: exceptionCodes.slotDoorClosed },
  drop: { opened: exceptionCodes.dropDoorOpened, closed: exceptionCodes.dropDoorClosed },
  'card-cage': { opened: exceptionCodes.cardCageOpened, closed: exceptionCodes.cardCageClosed },
  cashbox: { opened: exceptionCodes.cashboxDoorOpened, closed: exceptionCodes.cashboxDoorClosed },
};

/** The machine after a person's doing, or why it did not do it. */
export type CabinetOutcome = { readonly state: MachineState } | { readonly refused: Refusal };

const refused = (refusal: Refusal): CabinetOutcome => ({ refused: refusal });
const kept = (state: MachineState, books: Books): CabinetOutcome => ({ state: { ...state, books } });

/** Worth of a bill in credits, or null when it does not make whole credits. */
function creditsOfBill({ profile }: MachineState, billCode: number): number | null {
  const credits = ((billUnits(billCode) ?? 0) * 10_000) / denominationOf(profile);
  return Number.isInteger(credits) && credits > 0 ? credits : null;
}

function insertBill(state: MachineState, billCode: number): CabinetOutcome {
  const { books, profile } = state;
  const credits = creditsOfBill(state, billCode);
  const outOfOrder = books.playLocked || books.handpay !== null || books.openDoors.length > 0;
  if (credits === null || outOfOrder || !profile.acceptedBillCodes.includes(billCode))
    return refused('bill-not-accepted');
  if (reading(books.meters, meter.currentCredits) + credits > profile.creditLimit) return refused('bill-not-accepted');
  const meters = moved(
    books.meters,
    [meter.billsAccepted, credits],
    [meter.currentCredits, credits],
    [billMeterCode(billCode), 1],
    [meter.billsInStacker, 1],
    [meter.stackerCredits, credits],
    [meter.billsToDrop, credits],
    [meter.totalDrop, credits],
  );
  const billMeter = reading(meters, billMeterCode(billCode));
  const data = { country: profile.countryCode, billCode, billMeter };
  return kept(state, report({ ...books, meters }, { name: 'billAccepted', data }));
}

function openDoor(state: MachineState, door: MachineDoor): CabinetOutcome {
  const { books } = state;
  if (books.openDoors.includes(door)) return refused('door-is-like-that');
  return kept(state, report({ ...books, openDoors: [...books.openDoors, door] }, plain(doorCodes[door].opened)));
}

function closeDoor(state: MachineState, door: MachineDoor): CabinetOutcome {
  const { books } = state;
  if (!books.openDoors.includes(door)) return refused('door-is-like-that');
  const meters = door === 'slot' ? restarted(books.meters, meter.gamesSinceDoorClose) : books.meters;
  const openDoors = books.openDoors.filter((each) => each !== door);
  return kept(state, report({ ...books, openDoors, meters }, plain(doorCodes[door].closed)));
}

/** What the host is about to acknowledge belongs to the handpay that ends, not to the next one. */
function forgetHandpay(state: MachineState): MachineState {
  const { last } = state.link;
  const ofHandpay = last?.pending === 'handpay-pending' || last?.pending === 'handpay-record';
  const forgotten = last && ofHandpay ? { ...last, pending: 'nothing' as const } : last;
  return { ...state, link: { ...state.link, last: forgotten, handpayIssuedAt: null } };
}

function selectGame(state: MachineState, game: number): CabinetOutcome {
  if (state.books.game) return refused('game-in-progress');
  if (game > state.profile.games) return refused('no-such-game');
  return kept(state, report({ ...state.books, selectedGame: game }, { name: 'gameSelected', data: { game } }));
}

/**
 * Power is on: what was in the books goes on, the link starts anew. A game that was in progress ends with the result that was
 * drawn for it, first of all where the profile has it so. Then exception 17, after 18 where power was lost and the profile has it.
 */
export function powerUp(state: MachineState, now: number, wasLost: boolean): MachineState {
  const { game } = state.books;
  const lost = wasLost && state.profile.reportsPowerLost ? [plain(exceptionCodes.powerLost)] : [];
  const finished = game && state.profile.gameAtPowerUp === 'finished' ? endGame(state, game) : state.books;
  const meters = restarted(finished.meters, meter.gamesSincePowerReset);
  const books = report({ ...finished, meters }, ...lost, plain(exceptionCodes.powerApplied));
  return { ...state, books, link: linkAfterPowerUp(now) };
}

/** One thing that a person does. */
export function cabinetStep(state: MachineState, input: CabinetInput, now: number): CabinetOutcome {
  const { books } = state;
  switch (input.input) {
    case 'insert-bill':
      return insertBill(state, input.billCode);
    case 'start-game': {
      const refusal = refusalOfGame(state, input.wager, now);
      return refusal ? refused(refusal) : kept(state, startGame(state, input.wager, now, input.win));
    }
    case 'end-game':
      return books.game ? kept(state, endGame(state, books.game)) : refused('no-game-in-progress');
    case 'press-cash-out':
      if (books.game) return refused('game-in-progress');
      if (books.handpay || reading(books.meters, meter.currentCredits) === 0) return refused('no-credits');
      return kept(state, cashOut(state));
    case 'open-door':
      return openDoor(state, input.door);
    case 'close-door':
      return closeDoor(state, input.door);
    case 'reset-handpay':
      if (!books.handpay) return refused('no-handpay-pending');
      return kept(forgetHandpay(state), resetHandpay(books, books.handpay, state.profile));
    case 'select-game':
      return selectGame(state, input.game);
    case 'cycle-power':
      return { state: powerUp(state, now, true) };
    case 'be-busy':
      return { state: { ...state, link: { ...state.link, busyUntil: now + input.forMs } } };
  }
}
