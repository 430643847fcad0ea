import { z } from 'zod';

import { actorSchema, type EventOf, eventType } from '#kernel';

const text = z.string().max(256);
const count = z.int().min(0);

/** One call, without secrets and personal data. */
export const recordedCallSchema = z.strictObject({
  /** When it arrived. */
  at: z.iso.datetime(),
  channel: z.enum(['rest', 'internal', 'sign-in', 'socket']),
  actor: actorSchema.nullable(),
  /** Halls that the caller may see; null where nobody was signed in. */
  hallIds: z.union([z.literal('*'), z.array(text)]).nullable(),
  /** The address, sealed under the key of `sealedFor`. */
  from: z.string().max(512).nullable(),
  sealedFor: text.nullable(),
  method: text,
  /** The route's pattern; null where there is none. */
  route: text.nullable(),
  parameters: z.record(z.string(), text),
  status: z.int().min(0).max(599),
  /** The problem's code, where it was refused. */
  code: text.nullable(),
  durationMs: z.number().min(0),
  correlationId: text,
  /** The command that it became: the events that it caused carry this id. */
  commandId: z.uuid().nullable(),
  /** Position of the last of those events. */
  position: z.string().max(20).nullable(),
});
export type RecordedCall = z.output<typeof recordedCallSchema>;

/** Calls that are not recorded one by one. `lost`: there was no room to keep them until the store was back. */
export const callCountSchema = z.strictObject({
  minute: z.iso.datetime(),
  why: z.enum(['health', 'static', 'empty-poll', 'flood', 'lost']),
  route: text.nullable(),
  status: z.int().min(0).max(599),
  actor: actorSchema.nullable(),
  from: z.string().max(512).nullable(),
  sealedFor: text.nullable(),
  count,
});
export type CallCount = z.output<typeof callCountSchema>;

/** Calls that one process answered, in the order of their answers. */
export const apiCallsRecorded = eventType(
  'audit.api-calls-recorded.v1',
  z.strictObject({ node: text, calls: z.array(recordedCallSchema), counts: z.array(callCountSchema) }),
);
export type ApiCallsRecorded = EventOf<typeof apiCallsRecorded>;

const prefix = 'api-calls-';

/** @param date UTC */
export const callStream = (node: string, date: string): string => `${prefix}${node}-${date}`;
