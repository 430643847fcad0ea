import { exceptionCodes } from '../codec/index.js';
import { endWithout } from './aft/complete-transfer.js';
import { plain, report } from './event-queue.js';
import { endGame } from './game.js';
import type { MachineDoor } from './inputs.js';
import { meter, restarted } from './meter-book.js';
import { linkAfterPowerUp, newBooks, type Books, type MachineState } from './state.js';

/** Doors whose opening without power is noticed when it comes back. */
const withoutPower: Readonly<Partial<Record<MachineDoor, number>>> = {
  'card-cage': exceptionCodes.cardCageWithoutPower,
  slot: exceptionCodes.slotDoorWithoutPower,
  cashbox: exceptionCodes.cashboxWithoutPower,
  drop: exceptionCodes.dropDoorWithoutPower,
};

/** A transfer that was under way when power went: it goes on, or is dropped, as the profile has it. Never half. */
function resumeTransfer(state: MachineState, now: number): Books {
  const { books, profile } = state;
  const { current } = books.aft;
  if (!current || current.completesAt === null) return books;
  if (profile.aft.atPowerUp === 'completed') {
    return { ...books, aft: { ...books.aft, current: { ...current, completesAt: now } } };
  }
  return endWithout(state, current, profile.aft.droppedStatus, now);
}

/**
 * Power is on: what was in the books goes on, the link starts anew. A game that was in progress ends with the result that was
 * drawn for it, first of all where the profile has it so. Then exception 17, after 18 where power was lost and the profile has it.
 */
export function powerUp(state: MachineState, now: number, wasLost: boolean): MachineState {
  const { game, doorsWithoutPower } = state.books;
  const lost = wasLost && state.profile.reportsPowerLost ? [plain(exceptionCodes.powerLost)] : [];
  const finished = game && state.profile.gameAtPowerUp === 'finished' ? endGame(state, game, now) : state.books;
  const resumed = resumeTransfer({ ...state, books: finished }, now);
  const meters = restarted(resumed.meters, meter.gamesSincePowerReset);
  const opened = doorsWithoutPower.flatMap((door) =>
    withoutPower[door] === undefined ? [] : [plain(withoutPower[door])],
  );
  const books = report(
    { ...resumed, meters, powerOff: false, doorsWithoutPower: [], powerResets: resumed.powerResets + 1 },
    ...lost,
    plain(exceptionCodes.powerApplied),
    ...opened,
  );
  return { ...state, books, link: linkAfterPowerUp(now) };
}

/** All that the memory held is gone, but for the machine's identity; the operator's asset number stays in its place. */
export function clearMemory(state: MachineState, now: number): MachineState {
  const { books, profile } = state;
  const blank = newBooks(profile, books.random, books.clockOffsetMs);
  const { hostCashOut } = blank.aft;
  const aft = { ...blank.aft, asset: books.aft.asset, hostCashOut: { ...hostCashOut, allowed: false } };
  const kept = { openDoors: books.openDoors, denominationCode: books.denominationCode, aft };
  return {
    ...state,
    books: report({ ...blank, ...kept }, plain(exceptionCodes.metersReset)),
    link: linkAfterPowerUp(now),
  };
}
