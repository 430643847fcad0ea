import { z } from 'zod';

import { gamingDateSchema } from './gaming-date.js';

/** Who did it. `system` is the platform itself: a policy, a deadline, a lease. */
export const actorSchema = z.strictObject({
  kind: z.enum(['client', 'staff', 'gateway', 'machine', 'system']),
  id: z.string().min(1).max(128),
});
export type Actor = z.output<typeof actorSchema>;

/** Why, in the words of the person who did it. */
export const reasonSchema = z.string().trim().min(1).max(500);

/**
 * Who, when and why: part of every stored event. `$correlationId` and `$causationId` are EventStoreDB's own names.
 * `commandHash` is an HMAC of the command's content, by which a repeated key with other content is told apart.
 */
export const eventMetadataSchema = z.looseObject({
  $correlationId: z.string().min(1).max(128),
  $causationId: z.string().min(1).max(128),
  commandId: z.uuid(),
  commandHash: z.string().max(64).optional(),
  actor: actorSchema,
  /** The hall it belongs to; null for facts of the whole platform. */
  hallId: z.string().nullable(),
  gamingDate: gamingDateSchema.nullable(),
  /** The day whose books take it, where that is not `gamingDate` (it arrived after that day was closed). */
  bookedGamingDate: gamingDateSchema.optional(),
  /** When it happened, as heard; the store's own time of recording is separate. */
  occurredAt: z.iso.datetime(),
  reason: reasonSchema.optional(),
});
export type EventMetadata = z.output<typeof eventMetadataSchema>;
