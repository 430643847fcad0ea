import { z } from 'zod';

const meterSchema = z.int().min(0).max(9_999_999_999);

const pendingGameSchema = z.strictObject({
  wager: meterSchema,
  /** In 1/10 000 of the currency's unit; null before the machine's identity was read. */
  denomination: z.int().min(1).nullable().default(null),
  startedAt: z.string(),
  coinInMeter: meterSchema,
  frame: z.string(),
});
/** A game that began and whose end was not heard yet. */
export type PendingGame = z.output<typeof pendingGameSchema>;

const transferSchema = z.strictObject({
  commandId: z.string(),
  direction: z.enum(['to-machine', 'to-house']),
  cents: meterSchema,
  /** At most 20 characters, never used twice. */
  transactionId: z.string(),
  asset: z.int().min(0),
  key: z.string(),
  /**
   * `ready`: not sent yet. `sent`: the machine may have it. `pending`: the machine said so. `clearing`: another transfer's outcome is
   * acknowledged first. `told`: settled, the machine is told that its word was heard.
   */
  phase: z.enum(['ready', 'sent', 'pending', 'clearing', 'told']),
  sendings: z.int().min(0),
  /** The epoch of meters in which it began: a machine that began anew cannot say what became of it. */
  epoch: z.int().min(0),
});
/** A transfer between intent and the machine's last word. */
export type TransferMemory = z.output<typeof transferSchema>;

/** What a host must still know of a machine after it was killed. Journalled with each change that matters. */
export const machineMemorySchema = z.strictObject({
  denomination: z.int().min(1).nullable().default(null),
  /** Null before the machine was ever heard. */
  online: z.boolean().nullable().default(null),
  /** The last event's bytes in hexadecimal, until a later answer shows that the machine took it as acknowledged. */
  outstanding: z.string().nullable().default(null),
  /** The long poll that is on the line: an event may come in place of its answer. */
  longPoll: z.string().nullable().default(null),
  /** The bytes of the last handpay record that became a fact, until the handpay is reset. */
  handpay: z.string().nullable().default(null),
  /** The bytes of the last record that an event asked for and that became a fact, until the next such event. */
  record: z.string().nullable().default(null),
  game: pendingGameSchema.nullable().default(null),
  /** The coin-in meter after the last wager that was heard. */
  coinInMeter: meterSchema.nullable().default(null),
  selectedGame: z.int().min(0).max(9999).nullable().default(null),
  /** The command whose first byte may be on the line. */
  command: z.string().nullable().default(null),
  /** The data of `longPoll`, for a poll that has any. */
  longPollData: z.record(z.string(), z.unknown()).nullable().default(null),
  transfer: transferSchema.nullable().default(null),
  /** Counts the series of meters: a new one begins where no difference to the old means anything. */
  epoch: z.int().min(0).default(0),
  /** The serial number that the machine gave last. */
  serial: z.string().nullable().default(null),
  /** Credits that the meters do not account for, as found last in this epoch. */
  residual: z.int().nullable().default(null),
  /** Last readings of the meters that tell one epoch from the next. */
  telling: z.record(z.string(), meterSchema).default({}),
});
export type MachineMemory = z.output<typeof machineMemorySchema>;

export const noMemory: MachineMemory = {
  denomination: null,
  online: null,
  outstanding: null,
  longPoll: null,
  handpay: null,
  record: null,
  game: null,
  coinInMeter: null,
  selectedGame: null,
  command: null,
  longPollData: null,
  transfer: null,
  epoch: 0,
  serial: null,
  residual: null,
  telling: {},
};
