import { z } from 'zod';

import { doorSchema, gameMetersSchema, gameReadSchema, metersSchema } from '#gateway-protocol';
import { type EventOf, eventType, moneySchema } from '#kernel';

const credits = z.int().min(0).max(9_999_999_999);
const denomination = z.int().min(1);
const instant = z.iso.datetime();
const counter = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/**
 * What a machine did since it was registered. Money is counted in 1/10 000 of the currency's unit, so that fractions of a
 * minor unit are never lost between games.
 */
export const runningTotalsSchema = z.strictObject({ games: counter, wager: counter, win: counter, billsIn: counter });
export type RunningTotals = z.output<typeof runningTotalsSchema>;

/** Every feed event: whose, from which journal, at which sequence, and the figures after it. The last one alone is the state. */
const common = {
  machineId: z.string().min(1),
  journalId: z.uuid(),
  /** 0 only in the closing event of a feed that nothing was ever written to. */
  sequence: z.int().min(0),
  frame: z.string().optional(),
  totals: runningTotalsSchema,
};

const feedEvent = <const Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  eventType(type, z.strictObject({ ...common, ...shape }));

export const doorOpened = feedEvent('machine.door-opened.v1', { door: doorSchema });
export const doorClosed = feedEvent('machine.door-closed.v1', { door: doorSchema });
export const powerApplied = feedEvent('machine.power-applied.v1', {});
export const powerLost = feedEvent('machine.power-lost.v1', {});
export const billAccepted = feedEvent('machine.bill-accepted.v1', {
  country: z.int(),
  billCode: z.int(),
  amount: moneySchema.nullable(),
  billMeter: credits.nullable(),
});
export const gamePlayed = feedEvent('machine.game-played.v1', {
  wager: moneySchema,
  win: moneySchema,
  wagerCredits: credits,
  winCredits: credits,
  denomination,
  startedAt: instant,
  endedAt: instant,
  coinInMeter: credits,
  gameNumber: z.int().nullable(),
  endFrame: z.string().optional(),
});
export const gameInterrupted = feedEvent('machine.game-interrupted.v1', {
  wager: moneySchema,
  wagerCredits: credits,
  denomination,
  startedAt: instant,
  coinInMeter: credits,
  cause: z.string(),
});
export const gameEndUnmatched = feedEvent('machine.game-end-unmatched.v1', {
  win: moneySchema,
  winCredits: credits,
  denomination,
});
export const gameSelected = feedEvent('machine.game-selected.v1', { gameNumber: z.int() });
export const cashOutRequested = feedEvent('machine.cash-out-requested.v1', {});
export const handpayRequested = feedEvent('machine.handpay-requested.v1', {
  amount: moneySchema,
  credits,
  denomination,
  progressiveGroup: z.int(),
  level: z.int(),
  partialPay: credits,
  resetId: z.int(),
});
export const handpayReset = feedEvent('machine.handpay-reset.v1', {});
export const metersRead = feedEvent('machine.meters-read.v1', {
  trigger: z.string(),
  denomination,
  meters: metersSchema,
  credit: moneySchema.nullable(),
});
export const identityRead = feedEvent('machine.identity-read.v1', {
  sasVersion: z.string(),
  serial: z.string(),
  gameId: z.string(),
  denomination,
  maxBet: z.int(),
  payTable: z.string(),
  basePercent: z.string(),
  games: z.int(),
  selectedGame: z.int(),
});
export const wentOffline = feedEvent('machine.went-offline.v1', {
  missedPolls: z.int(),
  lastAnswerAt: instant.nullable(),
});
export const cameOnline = feedEvent('machine.came-online.v1', {});
export const clockOff = feedEvent('machine.clock-off.v1', { machineTime: z.string(), offsetMs: z.int() });
export const commandSettled = feedEvent('machine.command-settled.v1', {
  commandId: z.uuid(),
  outcome: z.enum(['acknowledged', 'refused', 'expired']),
  detail: z.string().optional(),
});
export const exceptionReported = feedEvent('machine.exception-reported.v1', { code: z.int(), realTime: z.boolean() });
export const metersDisagree = feedEvent('machine.meters-disagree.v1', {
  meter: z.string(),
  expected: credits,
  found: credits,
  cause: z.string(),
});
/** The machine's final word about a transfer, or that there is none. The amount is what moved: zero unless completed. */
export const transferSettled = feedEvent('machine.transfer-settled.v1', {
  commandId: z.uuid(),
  outcome: z.enum(['completed', 'failed', 'expired', 'unresolved']),
  direction: z.enum(['to-machine', 'to-house']),
  amount: moneySchema,
  status: z.int().nullable(),
  transactionId: z.string(),
  detail: z.string().optional(),
});
export const meterEpochStarted = feedEvent('machine.meter-epoch-started.v1', {
  epoch: z.int().min(1),
  reason: z.string(),
  before: metersSchema,
});
/** Credits that went in and out do not add up any more: by so many, signed, since the reading before. */
export const metersUnbalanced = feedEvent('machine.meters-unbalanced.v1', {
  epoch: z.int().min(0),
  denomination,
  credits: z.int(),
  meters: metersSchema,
});
export const romSignatureRead = feedEvent('machine.rom-signature-read.v1', { seed: z.int(), signature: z.int() });
export const configurationRead = feedEvent('machine.configuration-read.v1', {
  features: z.string().nullable(),
  assetNumber: z.int().nullable(),
  enabledGames: z.array(z.int()).nullable(),
  denominationCodes: z.array(z.int()).nullable(),
  tokenDenominationCode: z.int().nullable().optional(),
});
/** What the machine's games are: names, paytables, wager categories. */
export const gamesRead = feedEvent('machine.games-read.v1', { games: z.array(gameReadSchema) });
/** The meters of each game of a machine that has several. */
export const gameMetersRead = feedEvent('machine.game-meters-read.v1', {
  trigger: z.string(),
  denomination,
  games: z.array(gameMetersSchema),
});
/** A progressive level was hit, or one was paid: a win of the host's own progressive is told in both ways. */
export const progressiveTold = feedEvent('machine.progressive-told.v1', {
  stage: z.enum(['hit', 'won']),
  group: z.int(),
  level: z.int(),
  amount: moneySchema,
  credits,
  denomination,
});
/** How a machine is registered for transfers. */
export const registrationRead = feedEvent('machine.registration-read.v1', {
  status: z.enum(['ready', 'registered', 'waits-for-operator', 'not-registered']),
  assetNumber: z.int(),
  posId: z.string(),
  withOurKey: z.boolean(),
});
/** A ticket or handpay that the machine validated, as its own record has it. */
export const ticketRecorded = feedEvent('machine.ticket-recorded.v1', {
  type: z.int(),
  index: z.int(),
  validation: z.string(),
  systemId: z.int(),
  amount: moneySchema,
  ticketNumber: z.int(),
  expiration: z.int(),
  pool: z.int(),
  machineTime: z.string().nullable(),
});
/** What became of a ticket that was put in. */
export const ticketHandled = feedEvent('machine.ticket-handled.v1', { status: z.int(), amount: moneySchema });
export const authenticationRead = feedEvent('machine.authentication-read.v1', { details: z.string() });
/** Facts that the gateway declared lost, from the one after the last up to `sequence`. */
export const factsLost = feedEvent('machine.facts-lost.v1', { from: z.int(), reason: z.string() });
/** The last event of a gaming date's feed: what follows stands in the next one. */
export const feedClosed = feedEvent('machine.feed-closed.v1', { next: z.iso.date() });

export const feedEvents = [
  doorOpened,
  doorClosed,
  powerApplied,
  powerLost,
  billAccepted,
  gamePlayed,
  gameInterrupted,
  gameEndUnmatched,
  gameSelected,
  cashOutRequested,
  handpayRequested,
  handpayReset,
  metersRead,
  identityRead,
  wentOffline,
  cameOnline,
  clockOff,
  commandSettled,
  exceptionReported,
  metersDisagree,
  transferSettled,
  meterEpochStarted,
  metersUnbalanced,
  romSignatureRead,
  configurationRead,
  gamesRead,
  gameMetersRead,
  progressiveTold,
  registrationRead,
  ticketRecorded,
  ticketHandled,
  authenticationRead,
  factsLost,
  feedClosed,
] as const;
export type FeedEventOf<T extends (typeof feedEvents)[number]['type']> = Extract<MachineFeedEvent, { type: T }>;
export type MachineFeedEvent = EventOf<(typeof feedEvents)[number]>;
