import { denominationOfCode, exceptionCodes as codes } from '../codec/index.js';
import { creditsOn, gameMetered, metered } from './credits.js';
import { plain, report } from './event-queue.js';
import type { CabinetInput } from './inputs.js';
import { meter, zeroGameMeters } from './meter-book.js';
import { kept, refused, type CabinetOutcome } from './outcome.js';
import { clearMemory } from './power.js';
import { sayOnce } from './priorities.js';
import type { Books, MachineState } from './state.js';

const menuCodes = {
  attendant: { opened: codes.attendantMenuEntered, closed: codes.attendantMenuLeft },
  operator: { opened: codes.operatorMenuEntered, closed: codes.operatorMenuLeft },
} as const;

const changedOptions = (state: MachineState, books: Books): CabinetOutcome =>
  kept(state, report(books, plain(codes.operatorChangedOptions)));

/** Another denomination changes what a credit is worth: only without credits on the machine. */
function setDenomination(state: MachineState, denominationCode: number): CabinetOutcome {
  const { books } = state;
  if (books.game || books.handpay || creditsOn(books) > 0) return refused('in-use');
  if (denominationCode !== 0 && denominationOfCode(denominationCode) === null) return refused('not-now');
  return changedOptions(state, { ...books, denominationCode });
}

function age({ books }: MachineState, games: number): Books {
  const aged = metered(
    books,
    [meter.coinIn, games],
    [meter.coinOut, games],
    [meter.machinePaidPayTable, games],
    [meter.totalWon, games],
    [meter.gamesPlayed, games],
    [meter.gamesWon, games],
  );
  const { coinIn, coinOut, gamesPlayed, gamesWon } = meter;
  const moves = [coinIn, coinOut, gamesPlayed, gamesWon, meter.machinePaidPayTable, meter.totalWon];
  return gameMetered(aged, books.selectedGame, zeroGameMeters, ...moves.map((code) => [code, games] as const));
}

function confirmRegistration({ books }: MachineState, confirmed: boolean): Books {
  const { aft } = books;
  const registration = confirmed ? 0x01 : 0x80;
  const said = confirmed ? codes.registrationAcknowledged : codes.registrationCancelled;
  return sayOnce({ ...books, aft: { ...aft, registration } }, said);
}

function setUp(state: MachineState, input: CabinetInput, now: number): CabinetOutcome | undefined {
  const { books } = state;
  const { aft } = books;
  switch (input.input) {
    case 'set-denomination':
      return setDenomination(state, input.denominationCode);
    case 'set-asset':
      return changedOptions(state, { ...books, aft: { ...aft, asset: input.asset, registration: 0x80 } });
    case 'allow-host-cash-out': {
      const hostCashOut = {
        ...aft.hostCashOut,
        allowed: input.allowed,
        enabled: input.allowed && aft.hostCashOut.enabled,
      };
      return changedOptions(state, { ...books, aft: { ...aft, hostCashOut } });
    }
    case 'ask-registration':
      return kept(state, { ...books, aft: { ...aft, registrationWanted: true } });
    case 'confirm-registration':
      return aft.registration === 0x40 ? kept(state, confirmRegistration(state, input.confirmed)) : refused('not-now');
    case 'clear-memory':
      return { state: clearMemory(state, now) };
    case 'age':
      return books.game ? refused('game-in-progress') : kept(state, age(state, input.games));
    case 'force-transfer-status':
      return kept(state, { ...books, aft: { ...aft, forced: [...aft.forced, input.status] } });
    default:
      return undefined;
  }
}

/** What operators and technicians do, and what fails; undefined for what others do. */
export function operatorStep(state: MachineState, input: CabinetInput, now: number): CabinetOutcome | undefined {
  const { books } = state;
  switch (input.input) {
    case 'open-menu':
      if (books.menu !== 'none' || books.game) return refused('in-use');
      return kept(state, report({ ...books, menu: input.menu }, plain(menuCodes[input.menu].opened)));
    case 'close-menu':
      if (books.menu === 'none') return refused('not-now');
      return kept(state, report({ ...books, menu: 'none' }, plain(menuCodes[books.menu].closed)));
    case 'set-out-of-service':
      return kept(
        state,
        input.out
          ? report({ ...books, outOfService: true }, plain(codes.outOfService))
          : { ...books, outOfService: false },
      );
    case 'remove-cashbox':
      if (books.cashboxRemoved || !books.openDoors.includes('cashbox')) return refused('not-now');
      return kept(state, report({ ...books, cashboxRemoved: true }, plain(codes.cashboxRemoved)));
    case 'install-cashbox':
      if (!books.cashboxRemoved) return refused('not-now');
      return kept(state, report({ ...books, cashboxRemoved: false }, plain(codes.cashboxInstalled)));
    case 'raise-tilt':
      return kept(state, report({ ...books, tilt: input.code }, plain(input.code)));
    case 'clear-tilt':
      return books.tilt === null ? refused('not-now') : kept(state, { ...books, tilt: null });
    case 'report':
      return kept(state, report(books, plain(input.code)));
    default:
      return setUp(state, input, now);
  }
}
