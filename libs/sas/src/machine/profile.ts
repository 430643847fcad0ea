import { denominationOfCode } from '../codec/index.js';

/**
 * What differs from brand to brand and from hall to hall. Most of it is not proven by any public source, hence data. Amounts are
 * credits, times milliseconds.
 */
export interface MachineProfile {
  readonly sasVersion: string;
  readonly gameId: string;
  readonly additionalId: string;
  readonly denominationCode: number;
  readonly maxBet: number;
  readonly progressiveGroup: number;
  readonly options: number;
  readonly payTable: string;
  readonly basePercent: string;
  readonly games: number;
  /** How long a game lasts between exceptions 7E and 7F. */
  readonly gameLastsMs: number;
  /**
   * A game that power cut short: shown to its end before the power is reported, or played on after it. A host that closes a game
   * when it hears of the power finds the end of the latter without its beginning.
   */
  readonly gameAtPowerUp: 'finished' | 'resumed';
  /** A win from here on is paid by an attendant. */
  readonly handpayLimit: number;
  /** Most credits that the hopper pays on cash-out; more is a handpay of cancelled credits. */
  readonly hopperLimit: number;
  /** Credits beyond which no bill is taken. */
  readonly creditLimit: number;
  readonly countryCode: number;
  readonly acceptedBillCodes: readonly number[];
  /** Level byte of 1B for a win and for cancelled credits. */
  readonly handpayLevels: { readonly win: number; readonly 'cancelled-credits': number };
  /** Whether the jackpot meter waits for the attendant, or moves when the win is known. */
  readonly jackpotMeterMoves: 'at-win' | 'at-reset';
  readonly handpayReissueMs: number;
  /** What a general poll gets when there is nothing to report: 00, or 1F on machines that wait for a player. */
  readonly idleException: 0x00 | 0x1f;
  readonly reportsPowerLost: boolean;
  /** Whether a long poll may be answered with a waiting real-time event in place of its data. */
  readonly eventsInPlaceOfAnswers: boolean;
  readonly busyAnswer: 'address-and-zero' | 'address' | 'refusal';
  readonly refusesLockDuringGame: boolean;
  /** Whether a game may start while no host polls; without it, a long silence overflows the queue. */
  readonly playsWithoutHost: boolean;
  readonly loopBreakMs: number;
  readonly chirpEveryMs: number;
}

export const standardProfile: MachineProfile = {
  sasVersion: '602',
  gameId: 'TH',
  additionalId: '001',
  denominationCode: 0x01,
  maxBet: 50,
  progressiveGroup: 0,
  options: 0,
  payTable: 'TALLY1',
  basePercent: '9400',
  games: 1,
  gameLastsMs: 3000,
  gameAtPowerUp: 'finished',
  handpayLimit: 5000,
  hopperLimit: 40_000,
  creditLimit: 500_000,
  countryCode: 0,
  acceptedBillCodes: [2, 3, 4, 6, 7],
  handpayLevels: { win: 0x40, 'cancelled-credits': 0x80 },
  jackpotMeterMoves: 'at-win',
  handpayReissueMs: 15_000,
  idleException: 0x00,
  reportsPowerLost: true,
  eventsInPlaceOfAnswers: false,
  busyAnswer: 'address-and-zero',
  refusesLockDuringGame: false,
  playsWithoutHost: true,
  loopBreakMs: 5000,
  chirpEveryMs: 200,
};

/**
 * The accounting denomination in 1/10 000 of the currency's unit.
 * @throws {RangeError} when the profile's code is none
 */
export function denominationOf({ denominationCode }: MachineProfile): number {
  const denomination = denominationOfCode(denominationCode);
  if (denomination === null) throw new RangeError(`${denominationCode} is no denomination code`);
  return denomination;
}
