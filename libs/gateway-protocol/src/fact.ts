import { z } from 'zod';

/** Credits are whole; a machine's meters are at most ten decimal digits. */
const creditsSchema = z.int().min(0).max(9_999_999_999);
/** A denomination in 1/10 000 of the currency's unit: 0.01 is 100. */
const denominationSchema = z.int().min(1).max(1_000_000_000);
const instantSchema = z.iso.datetime();

export const doors = ['slot', 'drop', 'card-cage', 'cashbox'] as const;
export const doorSchema = z.enum(doors);
export type Door = z.output<typeof doorSchema>;

/** A SAS meter code of two hexadecimal digits (`00` is coin in) and its reading, in the meter's own unit. */
export const metersSchema = z.record(z.string().regex(/^[0-9A-F]{2,4}$/), creditsSchema);

const game = { wager: creditsSchema, denomination: denominationSchema, startedAt: instantSchema };

const metersTriggerSchema = z.enum(['schedule', 'start', 'online', 'power', 'handpay', 'events-lost', 'request']);

/** Games of one machine that are told one by one. */
const maximumGames = 40;
const gameNumberSchema = z.int().min(0).max(9999);

/** What a game of a machine is; null where the machine does not say. */
export const gameReadSchema = z.strictObject({
  game: gameNumberSchema,
  name: z.string().max(20).nullable(),
  gameId: z.string().max(2).nullable(),
  payTable: z.string().max(6).nullable(),
  /** Hundredths of a percent, four digits. */
  basePercent: z.string().max(4).nullable(),
  denominationCode: z.int().min(0).max(255).nullable(),
  maxBet: z.int().min(0).max(9999).nullable(),
  progressiveGroup: z.int().min(0).max(255).nullable(),
  /** `coinIn` is the category's own meter, in credits; null where it is beyond what is counted exactly. */
  wagerCategories: z
    .array(
      z.strictObject({
        category: z.int().min(0).max(9999),
        payback: z.string().max(4),
        coinIn: z.int().min(0).max(Number.MAX_SAFE_INTEGER).nullable(),
      }),
    )
    .max(10),
});
export const gameMetersSchema = z.strictObject({ game: gameNumberSchema, meters: metersSchema });

/** What a machine reported or the gateway found, by kind. Amounts are credits; the platform turns them into money. */
const kinds = [
  z.strictObject({ kind: z.literal('door-opened'), door: doorSchema }),
  z.strictObject({ kind: z.literal('door-closed'), door: doorSchema }),
  z.strictObject({ kind: z.literal('power-applied') }),
  z.strictObject({ kind: z.literal('power-lost') }),
  z.strictObject({
    kind: z.literal('bill-accepted'),
    country: z.int().min(0).max(99),
    /** SAS bill denomination code. */
    billCode: z.int().min(0).max(255),
    /** Worth of the bill in whole currency units, where the code is known. */
    units: z.int().min(0).max(1_000_000).nullable(),
    /** The machine's own count of bills of this denomination, after this one. */
    billMeter: creditsSchema.nullable(),
  }),
  z.strictObject({
    kind: z.literal('game-played'),
    ...game,
    endedAt: instantSchema,
    win: creditsSchema,
    /** The machine's coin-in meter after the wager: tells a repeat from a game, and shows a loss. */
    coinInMeter: creditsSchema,
    gameNumber: z.int().min(0).max(9999).nullable(),
    endFrame: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal('game-interrupted'),
    ...game,
    coinInMeter: creditsSchema,
    cause: z.enum(['started-again', 'power', 'end-not-heard']),
  }),
  z.strictObject({ kind: z.literal('game-end-unmatched'), win: creditsSchema, denomination: denominationSchema }),
  z.strictObject({ kind: z.literal('game-selected'), gameNumber: z.int().min(0).max(9999) }),
  z.strictObject({ kind: z.literal('cash-out-requested') }),
  z.strictObject({
    kind: z.literal('handpay-requested'),
    /** As long poll 1B answers it. */
    credits: creditsSchema,
    denomination: denominationSchema,
    progressiveGroup: z.int().min(0).max(255),
    level: z.int().min(0).max(255),
    partialPay: creditsSchema,
    resetId: z.int().min(0).max(255),
  }),
  z.strictObject({ kind: z.literal('handpay-reset') }),
  z.strictObject({
    kind: z.literal('meters-read'),
    trigger: metersTriggerSchema,
    denomination: denominationSchema,
    meters: metersSchema,
  }),
  z.strictObject({
    kind: z.literal('identity-read'),
    sasVersion: z.string().max(3),
    serial: z.string().max(40),
    gameId: z.string().max(2),
    denomination: denominationSchema,
    maxBet: z.int().min(0).max(255),
    payTable: z.string().max(6),
    basePercent: z.string().max(4),
    games: z.int().min(0).max(9999),
    selectedGame: z.int().min(0).max(9999),
  }),
  z.strictObject({
    kind: z.literal('went-offline'),
    missedPolls: z.int().min(1).max(1_000_000),
    lastAnswerAt: instantSchema.nullable(),
  }),
  z.strictObject({ kind: z.literal('came-online') }),
  z.strictObject({
    kind: z.literal('clock-off'),
    machineTime: z.string().max(32),
    offsetMs: z.int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER),
  }),
  z.strictObject({
    kind: z.literal('command-settled'),
    commandId: z.uuid(),
    outcome: z.enum(['acknowledged', 'refused', 'expired']),
    detail: z.string().max(200).optional(),
  }),
  z.strictObject({
    kind: z.literal('transfer-settled'),
    commandId: z.uuid(),
    /** `unresolved`: the machine’s word cannot be had any more; somebody has to look. */
    outcome: z.enum(['completed', 'failed', 'expired', 'unresolved']),
    direction: z.enum(['to-machine', 'to-house']),
    /** What the machine says it moved; 0 unless completed. */
    cents: z.int().min(0).max(9_999_999_999),
    /** The machine’s final status, as long poll 72 has it; null where it never took the transfer up. */
    status: z.int().min(0).max(255).nullable(),
    transactionId: z.string().max(20),
    detail: z.string().max(200).optional(),
  }),
  z.strictObject({
    kind: z.literal('meter-epoch-started'),
    epoch: z.int().min(1),
    reason: z.enum(['meters-reset', 'denomination-changed', 'serial-changed', 'meters-decreased']),
    /** Last readings of the epoch before, of the meters that tell one. */
    before: metersSchema,
  }),
  z.strictObject({
    kind: z.literal('meters-unbalanced'),
    epoch: z.int().min(0),
    denomination: denominationSchema,
    /** By how many credits the sum of what went in and out jumped since the last reading; signed. */
    credits: z.int().min(-9_999_999_999).max(9_999_999_999),
    meters: metersSchema,
  }),
  z.strictObject({
    kind: z.literal('rom-signature-read'),
    seed: z.int().min(0).max(65_535),
    signature: z.int().min(0).max(65_535),
  }),
  z.strictObject({
    kind: z.literal('configuration-read'),
    /** Bytes of long poll A0 in hexadecimal; null where the machine does not say. */
    features: z
      .string()
      .regex(/^[0-9A-F]{6}$/)
      .nullable(),
    assetNumber: z.int().min(0).max(0xffff_ffff).nullable(),
    enabledGames: z.array(z.int().min(0).max(9999)).max(120).nullable(),
    /** SAS denomination codes. */
    denominationCodes: z.array(z.int().min(0).max(255)).max(32).nullable(),
    tokenDenominationCode: z.int().min(0).max(255).nullable().optional(),
  }),
  z.strictObject({ kind: z.literal('games-read'), games: z.array(gameReadSchema).min(1).max(maximumGames) }),
  z.strictObject({
    kind: z.literal('game-meters-read'),
    trigger: metersTriggerSchema,
    denomination: denominationSchema,
    games: z.array(gameMetersSchema).min(1).max(maximumGames),
  }),
  z.strictObject({
    kind: z.literal('progressive-told'),
    /** `hit`: a level that the host announces was hit (56, 85). `won`: a progressive was paid (54, 84). One win may be told in both ways. */
    stage: z.enum(['hit', 'won']),
    group: z.int().min(0).max(255),
    level: z.int().min(0).max(255),
    credits: creditsSchema,
    denomination: denominationSchema,
  }),
  z.strictObject({
    kind: z.literal('registration-read'),
    status: z.enum(['ready', 'registered', 'waits-for-operator', 'not-registered']),
    assetNumber: z.int().min(0).max(0xffff_ffff),
    posId: z.string().regex(/^[0-9A-F]{8}$/),
    withOurKey: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('ticket-recorded'),
    /** As long poll 4D has them. */
    type: z.int().min(0).max(255),
    index: z.int().min(0).max(255),
    validation: z.string().regex(/^\d{16}$/),
    /** 0 where the machine made the number itself. */
    systemId: z.int().min(0).max(99),
    cents: z.int().min(0).max(9_999_999_999),
    ticketNumber: z.int().min(0).max(65_535),
    expiration: z.int().min(0).max(99_999_999),
    pool: z.int().min(0).max(65_535),
    machineTime: z.string().max(32).nullable(),
  }),
  /** What became of a ticket that was put in: long poll 71's status of the machine. */
  z.strictObject({
    kind: z.literal('ticket-handled'),
    status: z.int().min(0).max(255),
    cents: z.int().min(0).max(9_999_999_999),
  }),
  /** What long poll 6E says of an authentication that ended; its layout is not public. */
  z.strictObject({
    kind: z.literal('authentication-read'),
    details: z
      .string()
      .regex(/^([0-9A-F]{2})*$/)
      .max(400),
  }),
  z.strictObject({ kind: z.literal('exception-reported'), code: z.int().min(0).max(255), realTime: z.boolean() }),
  z.strictObject({
    kind: z.literal('meters-disagree'),
    meter: z.string().max(4),
    expected: creditsSchema,
    found: creditsSchema,
    cause: z.string().max(200),
  }),
  /** Only the gateway may declare a loss. It stands for all sequences from its own to `to`; the next fact is `to + 1`. */
  z.strictObject({ kind: z.literal('facts-lost'), to: z.int().min(1), reason: z.string().max(200) }),
] as const;

export const factBodySchema = z.discriminatedUnion('kind', [...kinds]);
export type FactBody = z.output<typeof factBodySchema>;

export const factSchema = z.strictObject({
  /** Counts from 1 for each machine in each journal, without a gap. */
  sequence: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  /** When the gateway heard it. */
  at: instantSchema,
  /** The raw frame in hexadecimal, where there was one. */
  frame: z
    .string()
    .regex(/^([0-9A-F]{2})*$/)
    .max(600)
    .optional(),
  body: factBodySchema,
});
export type Fact = z.output<typeof factSchema>;
