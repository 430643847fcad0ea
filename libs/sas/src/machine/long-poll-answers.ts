import {
  meterBytes,
  type Answer,
  type ExtendedMeterReading,
  type LongPoll,
  type MachineMessage,
  type MeterReading,
  type ReadPollName,
  type ResponseData,
} from '../codec/index.js';
import { handpayRecord } from './handpay.js';
import { localTimeAt, offsetOf } from './local-time.js';
import { hasMeter, meter, reading } from './meter-book.js';
import type { Books, MachineState, Pending } from './state.js';

/** What the machine says, what it changed, and what the host's next poll will acknowledge; no message is silence. */
export interface Answered {
  readonly books: Books;
  readonly message: MachineMessage | null;
  readonly pending: Pending;
}

function metersOf({ meters }: Books): ResponseData<'meters'> {
  return {
    cancelledCredits: reading(meters, meter.cancelledCredits),
    coinIn: reading(meters, meter.coinIn),
    coinOut: reading(meters, meter.coinOut),
    drop: reading(meters, meter.totalDrop),
    jackpot: reading(meters, meter.jackpot),
    gamesPlayed: reading(meters, meter.gamesPlayed),
  };
}

/** 2F leaves out what the machine does not have. */
const selectedReadings = ({ meters }: Books, codes: readonly number[]): MeterReading[] =>
  codes.filter((code) => hasMeter(meters, code)).map((code) => ({ code, value: reading(meters, code) }));

/** 6F says by size 0 what the machine does not have. */
const extendedReadings = ({ meters }: Books, codes: readonly number[]): ExtendedMeterReading[] =>
  codes.map((code) =>
    hasMeter(meters, code)
      ? { code, bytes: meterBytes(code), value: reading(meters, code) }
      : { code, bytes: 0, value: null },
  );

/** Meters are kept for the whole machine (game 0000), which on a machine with one game is that game. */
const keepsMetersOf = ({ profile }: MachineState, game: number): boolean =>
  game === 0 || (profile.games === 1 && game === 1);

function identityOf({ profile }: MachineState): ResponseData<'identity'> {
  const { gameId, additionalId, denominationCode, maxBet, progressiveGroup, options, payTable, basePercent } = profile;
  return { gameId, additionalId, denominationCode, maxBet, progressiveGroup, options, payTable, basePercent };
}

/** Carries out one long poll that is meant for this machine. */
export function answerLongPoll(state: MachineState, message: LongPoll, now: number): Answered {
  const { address, books, profile } = state;
  const silence: Answered = { books, message: null, pending: 'nothing' };
  const answer = <Name extends ReadPollName>(poll: Name, data: ResponseData<Name>): Answered => ({
    ...silence,
    message: { kind: 'answer', address, poll, data } as Answer,
  });
  const acknowledge = (changed: Books): Answered => ({
    ...silence,
    books: changed,
    message: { kind: 'acknowledged', address },
  });

  switch (message.poll) {
    case 'lockPlay':
      return profile.refusesLockDuringGame && books.game
        ? { ...silence, message: { kind: 'refused', address } }
        : acknowledge({ ...books, playLocked: true });
    case 'unlockPlay':
      return acknowledge({ ...books, playLocked: false });
    case 'realTimeEvents':
      return acknowledge({ ...books, realTimeEvents: message.data.enable });
    case 'setTime':
      return acknowledge({ ...books, clockOffsetMs: offsetOf(message.data.time, now) });
    case 'meters':
      return answer('meters', metersOf(books));
    case 'currentCredits':
      return answer('currentCredits', { value: reading(books.meters, meter.currentCredits) });
    case 'handpay':
      return { ...answer('handpay', handpayRecord(books.handpay, profile)), pending: 'handpay-record' };
    case 'identity':
      return answer('identity', identityOf(state));
    case 'numberOfGames':
      return answer('numberOfGames', { games: profile.games });
    case 'selectedGame':
      return answer('selectedGame', { game: books.selectedGame });
    case 'versionAndSerial':
      return answer('versionAndSerial', { version: profile.sasVersion, serial: state.serial });
    case 'time':
      return answer('time', { time: localTimeAt(now, books.clockOffsetMs) });
    case 'selectedMeters': {
      const { game, codes } = message.data;
      if (!keepsMetersOf(state, game)) return silence;
      return answer('selectedMeters', { game, meters: selectedReadings(books, codes) });
    }
    case 'extendedMeters': {
      const { game, codes } = message.data;
      if (!keepsMetersOf(state, game)) return silence;
      return answer('extendedMeters', { game, meters: extendedReadings(books, codes) });
    }
    default:
      return silence;
  }
}
