import { z } from 'zod';

import type { Permission, PublicEvent, Topic } from '#kernel';

/** Most sockets of one process. */
export const maximumSockets = 5_000;
/** Most subscriptions of one socket. */
export const maximumSubscriptions = 64;
/** Most events in one page of a replay. */
export const maximumPageEvents = 500;
/** Most packets that may wait for one client; one that is slower than that is disconnected. */
export const maximumWaitingPackets = 5_000;
/** How long a client has to acknowledge a page, in milliseconds. */
export const acknowledgementMs = 30_000;
/** How often it is asked whether something changed about connected clients, in milliseconds: a suspension ends their connection within a second. */
export const recheckMs = 200;
/** Most commands of one socket that may be under way at once. */
export const maximumCommandsUnderWay = 16;
/** Largest message from a client, in bytes. */
export const maximumMessageBytes = 64 * 1024;

const idSchema = z.string().min(1).max(128);

/** A position in the log: decimal digits, below 2^63. */
export const positionSchema = z
  .string()
  .regex(/^(0|[1-9]\d{0,18})$/, 'must be a position, in decimal digits')
  .transform(BigInt)
  .refine((position) => position < 2n ** 63n, 'must be below 2^63');

export const topics = ['machines', 'bets', 'alarms', 'wallets'] as const satisfies readonly Topic[];

/** What each topic asks for, beside `live:subscribe`. */
export const topicPermissions: Readonly<Record<Topic, Permission>> = {
  machines: 'machines:read',
  bets: 'bets:read',
  alarms: 'machines:read',
  wallets: 'wallets:read',
};

const filterShape = { topic: z.enum(topics), hallId: idSchema, machineId: idSchema.optional() };

export const unsubscribeSchema = z.strictObject(filterShape);
/** `after`: the last position that the client has; what followed is replayed. Without it, only what happens from now on. */
export const subscribeSchema = z.strictObject({ ...filterShape, after: positionSchema.optional() });
export const commandSchema = z.strictObject({
  name: z.string().min(1).max(64),
  /** The socket's Idempotency-Key. */
  key: z.string().regex(/^[\x20-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters'),
  data: z.unknown(),
});

/** What a subscription takes: one topic of one hall, or of one machine in it. */
export type LiveFilter = z.output<typeof unsubscribeSchema>;

/** A page of a replay. After the one that is `last`, single events follow. */
export interface EventsPage extends LiveFilter {
  readonly items: readonly PublicEvent[];
  /** Everything up to this position has been replayed. */
  readonly next: string;
  readonly last: boolean;
}

/** Why the server ends a connection, sent as `closing { reason }` before it does. (socket.io keeps `disconnecting` for itself.) */
export type DisconnectReason = 'slow' | 'unacknowledged' | 'token_expired' | 'access_ended' | 'unavailable';
