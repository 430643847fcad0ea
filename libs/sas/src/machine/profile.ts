import { z } from 'zod';

import { denominationOfCode } from '../codec/index.js';

const byte = z.int().min(0).max(255);
const credits = z.int().min(1).max(99_999_999);
const cents = z.int().min(0).max(9_999_999_999);
const milliseconds = z.int().min(0).max(86_400_000);
const text = (bytes: number): z.ZodString => z.string().max(bytes);

const hexadecimal = z
  .string('not bytes in hexadecimal, in quotes')
  .regex(/^([0-9A-F]{2})*$/, 'not bytes in hexadecimal capitals');

/** An answer that is always the same, for what no public source explains: component lists, tournaments. */
const fixedAnswerSchema = z.strictObject({
  /** The poll's code. */
  poll: byte,
  /** How the poll's data begins, its length byte included. */
  when: hexadecimal.default(''),
  /** What stands between command byte and CRC of the answer, its length byte included. */
  answer: hexadecimal,
});
export type FixedAnswer = z.output<typeof fixedAnswerSchema>;

/**
 * What differs from brand to brand and from hall to hall. Most of it is not proven by any public source, hence data. Amounts are
 * credits where nothing else is said, times milliseconds.
 */
export const machineProfileSchema = z.strictObject({
  sasVersion: z.string().length(3),
  gameId: text(2),
  additionalId: text(3),
  denominationCode: byte,
  maxBet: z.int().min(1).max(9999),
  progressiveGroup: byte,
  options: z.int().min(0).max(65_535),
  payTable: text(6),
  basePercent: z.string().regex(/^\d{4}$/),
  games: z.int().min(1).max(20),
  /** How long a game lasts between exceptions 7E and 7F. */
  gameLastsMs: milliseconds,
  /**
   * A game that power cut short: shown to its end before the power is reported, or played on after it. A host that closes a game
   * when it hears of the power finds the end of the latter without its beginning.
   */
  gameAtPowerUp: z.enum(['finished', 'resumed']),
  /** A win from here on is paid by an attendant. */
  handpayLimit: credits,
  /** Most credits that the hopper pays on cash-out; more is a handpay of cancelled credits. */
  hopperLimit: z.int().min(0).max(99_999_999),
  /** What pays a cash-out, where the host does not take it. */
  cashOutDevice: z.enum(['hopper', 'ticket']),
  /** Credits beyond which no bill is taken. */
  creditLimit: credits,
  countryCode: z.int().min(0).max(99),
  acceptedBillCodes: z.array(z.int().min(0).max(0x17)),
  /** A bill in answer to a general poll without real-time events: by its own code (47 to 50), or as 4F. */
  billExceptions: z.enum(['by-denomination', 'any-bill']),
  /** Level byte of 1B for a win and for cancelled credits. */
  handpayLevels: z.strictObject({ win: byte, 'cancelled-credits': byte }),
  handpayAmounts: z.enum(['credits', 'cents']),
  /** Whether the jackpot meter waits for the attendant, or moves when the win is known. */
  jackpotMeterMoves: z.enum(['at-win', 'at-reset']),
  remoteHandpayReset: z.boolean(),
  /** Between two issues of a priority exception that nobody served. */
  reissueMs: milliseconds,
  /** What a general poll gets when there is nothing to report: 00, or 1F on machines that wait for a player. */
  idleException: z.union([z.literal(0x00), z.literal(0x1f)]),
  reportsPowerLost: z.boolean(),
  /** Whether 0E is known. Without it, games are seen by their meters only. */
  realTimeEvents: z.boolean(),
  /** Whether a long poll may be answered with a waiting real-time event in place of its data. */
  eventsInPlaceOfAnswers: z.boolean(),
  busyAnswer: z.enum(['address-and-zero', 'address', 'refusal']),
  /** A busy machine answers this many polls with busy, then is silent. */
  busyBurst: z.int().min(0).max(1_000_000),
  refusesLockDuringGame: z.boolean(),
  /** Whether a game may start while no host polls; without it, a long silence overflows the queue. */
  playsWithoutHost: z.boolean(),
  loopBreakMs: milliseconds,
  chirpEveryMs: milliseconds.min(1),
  /** Long polls that get silence, by code: 6F and AF on older machines. */
  silentTo: z.array(byte),
  /** A0 is taken as a plain read, without a game. */
  featuresAsRead: z.boolean(),
  /** B0, which asks a poll for one denomination, is known. */
  multiDenomination: z.boolean(),
  fixedAnswers: z.array(fixedAnswerSchema).max(100),
  /** Meters that the machine does not have. */
  missingMeters: z.array(byte),
  printer: z.boolean(),
  /** Who makes validation numbers: the machine itself, or the host for each ticket. */
  validation: z.enum(['standard', 'system', 'enhanced']),
  /** How long the machine waits for a validation number before its own fallback. */
  validationWaitMs: milliseconds,
  /** How long a ticket stays in escrow without a word from the host. */
  escrowMs: milliseconds,
  aft: z.strictObject({
    enabled: z.boolean(),
    asset: z.int().min(0).max(0xffff_ffff),
    /** In cents, one transfer. */
    limit: cents,
    /** From acceptance to completion. */
    takesMs: milliseconds,
    /** Whether transfers need a registration with the host's key. */
    registration: z.enum(['required', 'not-required']),
    zeroKey: z.enum(['taken', 'refused']),
    partialToHost: z.boolean(),
    needsLock: z.boolean(),
    receiptDataRequired: z.boolean(),
    /** A transfer that power cut short: done at power-up, or dropped with this status. */
    atPowerUp: z.enum(['completed', 'dropped']),
    droppedStatus: byte,
    /** How long the machine waits for the host to take a cash-out (6A) or a win (6B). */
    hostCashOutMs: milliseconds,
    /** Whether the operator menu has "cash-out to host". RAM clear turns it off. */
    hostCashOut: z.boolean(),
    /** Whether wins from the handpay limit on are first offered to the host. */
    winsToHost: z.boolean(),
    history: z.int().min(1).max(127),
  }),
});

export type MachineProfile = z.output<typeof machineProfileSchema>;

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
  cashOutDevice: 'hopper',
  creditLimit: 500_000,
  countryCode: 0,
  acceptedBillCodes: [2, 3, 4, 6, 7],
  billExceptions: 'by-denomination',
  handpayLevels: { win: 0x40, 'cancelled-credits': 0x80 },
  handpayAmounts: 'credits',
  jackpotMeterMoves: 'at-win',
  remoteHandpayReset: true,
  reissueMs: 15_000,
  idleException: 0x00,
  reportsPowerLost: true,
  realTimeEvents: true,
  eventsInPlaceOfAnswers: false,
  busyAnswer: 'address-and-zero',
  busyBurst: 1_000_000,
  refusesLockDuringGame: false,
  playsWithoutHost: true,
  loopBreakMs: 5000,
  chirpEveryMs: 200,
  silentTo: [],
  featuresAsRead: false,
  multiDenomination: false,
  fixedAnswers: [],
  missingMeters: [],
  printer: true,
  validation: 'standard',
  validationWaitMs: 10_000,
  escrowMs: 30_000,
  aft: {
    enabled: true,
    asset: 0x7a,
    limit: 1_000_000,
    takesMs: 400,
    registration: 'not-required',
    zeroKey: 'taken',
    partialToHost: false,
    needsLock: false,
    receiptDataRequired: false,
    atPowerUp: 'completed',
    droppedStatus: 0x87,
    hostCashOutMs: 800,
    hostCashOut: true,
    winsToHost: false,
    history: 3,
  },
};

/**
 * A denomination code's worth in 1/10 000 of the currency's unit.
 * @throws {RangeError} when the code is none
 */
export function denominationOf({ denominationCode }: { readonly denominationCode: number }): number {
  const denomination = denominationOfCode(denominationCode);
  if (denomination === null) throw new RangeError(`${denominationCode} is no denomination code`);
  return denomination;
}
