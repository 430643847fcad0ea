import { z } from 'zod';

import { type Clock, derivedId, eventType, type RecordedEvent } from '#kernel';

import { type EventStore, RevisionConflict } from './event-store.js';

/** The first event of every store: which store it is, and the format of what follows. */
export const storeIdentified = eventType(
  'platform.store-identified.v1',
  z.strictObject({ storeId: z.uuid(), format: z.int().min(1) }),
);

const stream = 'platform-store';
/** The format of streams and metadata that this program writes and reads. */
const newestFormat = 1;

/**
 * The id that a store was given when it was first used; an empty store is given one. Of several processes that find it empty,
 * one gives it.
 * @param newId the id for an empty store
 * @throws {Error} the store was written by a newer program, or by another program altogether
 */
export async function identifyStore(store: EventStore, newId: string, clock: Clock): Promise<string> {
  const known = await readStoreId(store);
  if (known) return known;
  for await (const event of store.readAll({ maxCount: 1 })) {
    if (event.stream === stream) return storeIdIn(event);
    throw new Error(
      `The event store holds events of another program (the first is ${event.type} in ${event.stream}); Tallyhall needs a store of its own.`,
    );
  }
  try {
    await store.append(stream, [firstEvent(newId, clock().toISOString())], 'no-stream');
    return newId;
  } catch (error) {
    if (!(error instanceof RevisionConflict)) throw error;
    return (await readStoreId(store)) ?? newId;
  }
}

async function readStoreId(store: EventStore): Promise<string | undefined> {
  for await (const event of store.readStream(stream, { from: 0n, maxCount: 1 })) return storeIdIn(event);
  return undefined;
}

function storeIdIn({ data }: RecordedEvent): string {
  const { storeId, format } = storeIdentified.schema.parse(data);
  if (format > newestFormat)
    throw new Error(
      `The event store has format ${format}; this program knows up to ${newestFormat}. Use a newer Tallyhall.`,
    );
  return storeId;
}

const firstEvent = (storeId: string, occurredAt: string) => ({
  id: derivedId('store', storeId),
  type: storeIdentified.type,
  data: { storeId, format: newestFormat },
  metadata: {
    $correlationId: storeId,
    $causationId: storeId,
    commandId: derivedId('store', storeId),
    actor: { kind: 'system' as const, id: 'platform' },
    hallId: null,
    gamingDate: null,
    occurredAt,
  },
});
