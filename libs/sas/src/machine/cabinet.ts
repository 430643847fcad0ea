import { billMeterCode, billUnits, exceptionCodes as codes } from '../codec/index.js';
import { cashableOn, creditsOn, metered } from './credits.js';
import { plain, report } from './event-queue.js';
import { cashOut, endGame, refusalOfGame, startGame } from './game.js';
import { resetHandpay } from './handpay.js';
import type { CabinetInput, MachineDoor } from './inputs.js';
import { meter, reading, restarted } from './meter-book.js';
import { operatorStep } from './operator.js';
import { kept, refused, type CabinetOutcome } from './outcome.js';
import { powerUp } from './power.js';
import { denominationOf } from './profile.js';
import { sayOnce } from './priorities.js';
import { hasDenomination, isTransferring, outOfPlay } from './readiness.js';
import { nothingPending, type Link, type MachineState } from './state.js';

const doorCodes: Readonly<Record<MachineDoor, { readonly opened: number; readonly closed: number }>> = {
  slot: { opened: codes.slotDoorOpened, closed: codes.slotDoorClosed },
  drop: { opened: codes.dropDoorOpened, closed: codes.dropDoorClosed },
  'card-cage': { opened: codes.cardCageOpened, closed: codes.cardCageClosed },
  cashbox: { opened: codes.cashboxDoorOpened, closed: codes.cashboxDoorClosed },
  belly: { opened: codes.bellyDoorOpened, closed: codes.bellyDoorClosed },
};

/** Worth of a bill in credits, or null when it does not make whole credits. */
function creditsOfBill({ books }: MachineState, billCode: number): number | null {
  if (!hasDenomination(books)) return null;
  const credits = ((billUnits(billCode) ?? 0) * 10_000) / denominationOf(books);
  return Number.isInteger(credits) && credits > 0 ? credits : null;
}

function takesBill({ books, profile }: MachineState, billCode: number): boolean {
  const { billAcceptorOn, billMask } = books.controls;
  const masked = Math.floor(billMask / 2 ** billCode) % 2 === 1;
  return billAcceptorOn && masked && profile.acceptedBillCodes.includes(billCode) && !outOfPlay(books);
}

function insertBill(state: MachineState, billCode: number): CabinetOutcome {
  const { books, profile } = state;
  const credits = creditsOfBill(state, billCode);
  if (credits === null || !takesBill(state, billCode)) return refused('bill-not-accepted');
  if (creditsOn(books) + credits > profile.creditLimit) return refused('bill-not-accepted');
  const after = metered(
    books,
    [meter.billsAccepted, credits],
    [meter.currentCredits, credits],
    [billMeterCode(billCode), 1],
    [meter.billsInStacker, 1],
    [meter.stackerCredits, credits],
    [meter.billsToDrop, credits],
    [meter.totalDrop, credits],
  );
  const billMeter = reading(after.meters, billMeterCode(billCode));
  const controls = { ...books.controls, billAcceptorOn: books.controls.acceptorStaysOn };
  const data = { country: profile.countryCode, billCode, billMeter };
  const inserted = { ...after, controls, lastBill: { billCode, meter: billMeter } };
  return kept(state, report(inserted, { name: 'billAccepted', data }));
}

function insertTicket(state: MachineState, validation: string, cents: number, now: number): CabinetOutcome {
  const { books, profile } = state;
  const { tickets } = books;
  if (tickets.escrow || outOfPlay(books) || !books.controls.billAcceptorOn) return refused('ticket-not-accepted');
  const escrow = { validation, cents, until: now + profile.escrowMs, read: false };
  return kept(state, { ...books, tickets: { ...tickets, escrow, outcome: null } });
}

function openDoor(state: MachineState, door: MachineDoor): CabinetOutcome {
  const { books } = state;
  if (books.openDoors.includes(door)) return refused('door-is-like-that');
  const openDoors = [...books.openDoors, door];
  const slotDoorOpenings = books.slotDoorOpenings + (door === 'slot' ? 1 : 0);
  if (books.powerOff) {
    return kept(state, { ...books, openDoors, doorsWithoutPower: [...books.doorsWithoutPower, door] });
  }
  return kept(state, report({ ...books, openDoors, slotDoorOpenings }, plain(doorCodes[door].opened)));
}

function closeDoor(state: MachineState, door: MachineDoor): CabinetOutcome {
  const { books } = state;
  if (!books.openDoors.includes(door)) return refused('door-is-like-that');
  const meters = door === 'slot' ? restarted(books.meters, meter.gamesSinceDoorClose) : books.meters;
  const openDoors = books.openDoors.filter((each) => each !== door);
  if (books.powerOff) return kept(state, { ...books, openDoors });
  return kept(state, report({ ...books, openDoors, meters }, plain(doorCodes[door].closed)));
}

/** What the host is about to acknowledge belongs to the handpay that ends, not to the next one. */
function forgetHandpay(state: MachineState): MachineState {
  const { last } = state.link;
  const ofHandpay =
    last?.pending.kind === 'handpay-record' ||
    (last?.pending.kind === 'priority' && last.pending.code === codes.handpayPending);
  const issuedAt = Object.fromEntries(
    Object.entries(state.link.issuedAt).filter(([code]) => Number(code) !== codes.handpayPending),
  );
  return linked(state, { last: last && ofHandpay ? { ...last, pending: nothingPending } : last, issuedAt });
}

const linked = (state: MachineState, link: Partial<Link>): MachineState => ({
  ...state,
  link: { ...state.link, ...link },
});

function selectGame(state: MachineState, game: number): CabinetOutcome {
  if (state.books.game) return refused('game-in-progress');
  if (game > state.profile.games) return refused('no-such-game');
  return kept(state, report({ ...state.books, selectedGame: game }, { name: 'gameSelected', data: { game } }));
}

function pressCashOut(state: MachineState, now: number): CabinetOutcome {
  const { books } = state;
  if (books.game) return refused('game-in-progress');
  const asked = books.tickets.cashOut !== null || books.aft.cashOutOfferedUntil !== null;
  if (asked || books.handpay || cashableOn(books) <= 0) return refused('no-credits');
  if (isTransferring(books)) return refused('in-use');
  return kept(state, cashOut(state, now));
}

function hitProgressive(state: MachineState, level: number, now: number): CabinetOutcome {
  const { books } = state;
  const cents = books.progressive.levels[String(level)] ?? 0;
  const win = Math.floor((cents * 100) / denominationOf(books));
  if (!books.game) return refused('no-game-in-progress');
  if (win === 0) return refused('not-now');
  return kept(state, endGame(state, { ...books.game, win, level }, now));
}

function playerStep(state: MachineState, input: CabinetInput, now: number): CabinetOutcome | undefined {
  const { books } = state;
  switch (input.input) {
    case 'insert-bill':
      return insertBill(state, input.billCode);
    case 'insert-ticket':
      return insertTicket(state, input.validation, input.cents, now);
    case 'start-game': {
      const refusal = refusalOfGame(state, input.wager, now);
      return refusal ? refused(refusal) : kept(state, startGame(state, input.wager, now, input.win));
    }
    case 'end-game':
      return books.game ? kept(state, endGame(state, books.game, now)) : refused('no-game-in-progress');
    case 'hit-progressive':
      return hitProgressive(state, input.level, now);
    case 'press-cash-out':
      return pressCashOut(state, now);
    case 'press-change-lamp':
      return kept(state, report(books, plain(input.on ? 0x71 : 0x72)));
    case 'cancel-handpay':
      if (books.handpay?.kind !== 'cancelled-credits') return refused('no-handpay-pending');
      return kept(forgetHandpay(state), sayOnce({ ...books, handpay: null }, codes.handpayCancelled));
    case 'select-game':
      return selectGame(state, input.game);
    default:
      return undefined;
  }
}

function attendantStep(state: MachineState, input: CabinetInput, now: number): CabinetOutcome | undefined {
  const { books, link } = state;
  switch (input.input) {
    case 'reset-handpay':
      if (!books.handpay || books.handpay.offeredUntil !== undefined) return refused('no-handpay-pending');
      return kept(forgetHandpay(state), resetHandpay(books, books.handpay, state.profile));
    case 'cycle-power':
      return { state: powerUp(state, now, true) };
    case 'cut-power':
      return kept(state, { ...books, powerOff: true });
    case 'be-busy':
      return { state: linked(state, { busyUntil: now + input.forMs, busyAnswers: 0 }) };
    case 'hang':
      return { state: linked(state, { stuck: input.how }) };
    case 'recover':
      return link.stuck ? { state: linked(state, { stuck: null }) } : refused('not-now');
    default:
      return undefined;
  }
}

/** What happens to a machine without power: doors open and close, and power comes back. */
function stepWithoutPower(state: MachineState, input: CabinetInput, now: number): CabinetOutcome {
  switch (input.input) {
    case 'restore-power':
      return { state: powerUp(state, now, true) };
    case 'open-door':
      return openDoor(state, input.door);
    case 'close-door':
      return closeDoor(state, input.door);
    default:
      return refused('no-power');
  }
}

/** One thing that a person does, or that fails. */
export function cabinetStep(state: MachineState, input: CabinetInput, now: number): CabinetOutcome {
  if (state.books.powerOff) return stepWithoutPower(state, input, now);
  if (input.input === 'open-door') return openDoor(state, input.door);
  if (input.input === 'close-door') return closeDoor(state, input.door);
  return (
    playerStep(state, input, now) ??
    attendantStep(state, input, now) ??
    operatorStep(state, input, now) ??
    refused('not-now')
  );
}
