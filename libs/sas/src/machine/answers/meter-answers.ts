import {
  billUnitsByCode,
  definitionOf,
  meterBytes,
  type Answer,
  type ExtendedMeterReading,
  type LongPoll,
  type MeterReading,
  type PollName,
  type ResponseData,
} from '../../codec/index.js';
import { creditsOn } from '../credits.js';
import { hasMeter, meter, reading, zeroGameMeters, type MeterBook } from '../meter-book.js';
import { denominationOf } from '../profile.js';
import { nothingPending, type Books, type MachineState } from '../state.js';
import { answer, silence, type Answered } from './answered.js';

/** Polls that read one meter of the book. */
const single: Readonly<Partial<Record<PollName, number>>> = {
  cancelledCredits: meter.cancelledCredits,
  coinIn: meter.coinIn,
  coinOut: meter.coinOut,
  drop: meter.totalDrop,
  jackpot: meter.jackpot,
  gamesPlayed: meter.gamesPlayed,
  gamesWon: meter.gamesWon,
  gamesLost: meter.gamesLost,
  currentCredits: meter.currentCredits,
  trueCoinIn: meter.coinsAccepted,
  trueCoinOut: meter.hopperPaid,
  billsCredits: meter.billsAccepted,
  externalCoin: 0x27,
  billsInStacker: meter.billsInStacker,
  stackerCredits: meter.stackerCredits,
  ...Object.fromEntries(billUnitsByCode.map((units, billCode) => [`billsOf${units}`, 0x40 + billCode])),
};

/** The book of a game: 0000 is the whole machine, and so is the only game of a machine with one. */
export function bookOf({ books, profile }: MachineState, game: number): MeterBook | null {
  if (game === 0 || (profile.games === 1 && game === 1)) return books.meters;
  return game <= profile.games ? (books.gameMeters?.[String(game)] ?? zeroGameMeters) : null;
}

/** 2F leaves out what the machine does not have. */
const selected = (book: MeterBook, codes: readonly number[]): MeterReading[] =>
  codes.filter((code) => hasMeter(book, code)).map((code) => ({ code, value: reading(book, code) }));

/** 6F says by size 0 what the machine does not have. */
const extended = (book: MeterBook, codes: readonly number[]): ExtendedMeterReading[] =>
  codes.map((code) =>
    hasMeter(book, code)
      ? { code, bytes: meterBytes(code), value: reading(book, code) }
      : { code, bytes: 0, value: null },
  );

function basic({ meters }: Books): ResponseData<'meters'> {
  return {
    cancelledCredits: reading(meters, meter.cancelledCredits),
    coinIn: reading(meters, meter.coinIn),
    coinOut: reading(meters, meter.coinOut),
    drop: reading(meters, meter.totalDrop),
    jackpot: reading(meters, meter.jackpot),
    gamesPlayed: reading(meters, meter.gamesPlayed),
  };
}

const billsOf = ({ meters }: Books, units: number): number => reading(meters, 0x40 + billUnitsByCode.indexOf(units));

const unitsAccepted = (books: Books): number =>
  Math.floor((reading(books.meters, meter.billsAccepted) * denominationOf(books)) / 10_000);

const validationMeterCodes: Readonly<Record<number, readonly [cents: number, count: number]>> = {
  0x00: [0x86, 0x87],
  0x01: [0x88, 0x89],
  0x04: [0x8a, 0x8b],
  0x10: [0x8c, 0x8d],
  0x20: [0x8e, 0x8f],
  0x40: [0x90, 0x91],
  0x60: [0x92, 0x93],
  0x80: [0x80, 0x81],
  0x81: [0x82, 0x83],
  0x82: [0x84, 0x85],
};

const highestCount = 9999;
const hopperHolds = 100_000;

function ofGame(state: MachineState, message: LongPoll): Answered | undefined {
  switch (message.poll) {
    case 'selectedMeters':
    case 'extendedMeters':
    case 'extendedMetersTwin': {
      const { game, codes } = message.data;
      const book = bookOf(state, game);
      if (!book) return silence(state);
      const meters = message.poll === 'selectedMeters' ? selected(book, codes) : extended(book, codes);
      const data = { game, meters };
      const { address, books } = state;
      return {
        books,
        pending: nothingPending,
        message: { kind: 'answer', address, poll: message.poll, data } as Answer,
      };
    }
    case 'handPaidCancelled': {
      const { game } = message.data;
      const book = bookOf(state, game);
      return book ? answer(state, 'handPaidCancelled', { game, value: reading(book, 0x03) }) : silence(state);
    }
    case 'gameMeters': {
      const { game } = message.data;
      const book = bookOf(state, game);
      if (!book) return silence(state);
      const [coinIn, coinOut, jackpot, gamesPlayed] = [0x00, 0x01, 0x02, 0x05].map((code) => reading(book, code));
      return answer(state, 'gameMeters', {
        ...{ game, coinIn: coinIn ?? 0, coinOut: coinOut ?? 0, jackpot: jackpot ?? 0, gamesPlayed: gamesPlayed ?? 0 },
      });
    }
    default:
      return undefined;
  }
}

function ofMachine(state: MachineState, message: LongPoll): Answered | undefined {
  const { books } = state;
  const { meters } = books;
  const { cancelledCredits: _, ...without } = basic(books);
  switch (message.poll) {
    case 'meters':
      return answer(state, 'meters', basic(books));
    case 'metersWithoutCancelled':
      return answer(state, 'metersWithoutCancelled', without);
    case 'gamingMeters':
      return answer(state, 'gamingMeters', {
        ...without,
        gamesWon: reading(meters, meter.gamesWon),
        slotDoorOpenings: books.slotDoorOpenings,
        powerResets: books.powerResets,
      });
    case 'gamesSince':
      return answer(state, 'gamesSince', {
        powerUp: Math.min(highestCount, reading(meters, meter.gamesSincePowerReset)),
        doorClose: Math.min(highestCount, reading(meters, meter.gamesSinceDoorClose)),
      });
    case 'billMeters': {
      const of = (units: number): number => billsOf(books, units);
      return answer(state, 'billMeters', {
        ...{ of1: of(1), of5: of(5), of10: of(10), of20: of(20), of50: of(50), of100: of(100) },
      });
    }
    case 'billsWorth':
      return answer(state, 'billsWorth', { value: unitsAccepted(books) });
    case 'hopperLevel':
      return answer(state, 'hopperLevel', { value: hopperHolds });
    case 'hopperStatus':
      return answer(state, 'hopperStatus', { status: 0, percentFull: 50, hopper: { level: hopperHolds } });
    case 'lastBill': {
      const { billCode, meter: count } = books.lastBill ?? { billCode: 0, meter: 0 };
      return answer(state, 'lastBill', { country: state.profile.countryCode, billCode, meter: count });
    }
    case 'validationMeters': {
      const { type } = message.data;
      const [cents, count] = validationMeterCodes[type] ?? [0xff, 0xff];
      return answer(state, 'validationMeters', { type, count: reading(meters, count), amount: reading(meters, cents) });
    }
    default:
      return undefined;
  }
}

/** Meters and counters; undefined for polls that are about something else. */
export function answerMeters(state: MachineState, message: LongPoll): Answered | undefined {
  const code = single[message.poll];
  if (code === undefined) return ofMachine(state, message) ?? ofGame(state, message);
  const value = code === meter.currentCredits ? creditsOn(state.books) : reading(state.books.meters, code);
  const { address, books } = state;
  const { poll } = definitionOf(message.poll);
  return { books, pending: nothingPending, message: { kind: 'answer', address, poll, data: { value } } as Answer };
}
