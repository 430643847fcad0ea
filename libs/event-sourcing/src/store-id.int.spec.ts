import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { startEventStore } from '#embedded-eventstore';

import type { EventStore, ReadStreamOptions } from './event-store.js';
import { connectEventStore } from './eventstore-client.js';
import { recordedEvent } from './recorded.test-support.js';
import { identifyStore } from './store-id.js';

const clock = () => new Date('2026-01-15T13:30:00.000Z');
const identified = (store: EventStore, id: string = randomUUID()): Promise<string> => identifyStore(store, id, clock);

describe('the id of an event store', () => {
  let directory: string;
  let server: Awaited<ReturnType<typeof startEventStore>>;
  let store: EventStore;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'es-'));
    server = await startEventStore({ dataDir: join(directory, 'data'), socketPath: join(directory, 's') });
    store = connectEventStore({ url: `unix:${join(directory, 's')}` });
  });
  afterEach(async () => {
    await store.close();
    await server.stop();
    await rm(directory, { recursive: true });
  });

  /** The store as a process sees it that is held up, for `meanwhile`, each time it has read a stream. */
  const heldUp = (meanwhile: () => Promise<unknown>): EventStore =>
    Object.assign(Object.create(store) as EventStore, {
      async *readStream(name: string, options: ReadStreamOptions) {
        yield* store.readStream(name, options);
        await meanwhile();
      },
    });

  it('is given once, and stays', async () => {
    const id = randomUUID();
    expect(await identified(store, id)).toBe(id);
    expect(await identified(store)).toBe(id);
  });

  it('is one for all who find the store empty at the same time', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => identified(store)));
    expect(new Set(ids).size).toBe(1);
  });

  it('is that of another process which gave it between two looks', async () => {
    const id = randomUUID();
    expect(await identified(heldUp(() => identified(store, id)))).toBe(id);
  });

  it('is not given to the store of another program', async () => {
    const { metadata } = recordedEvent();
    await store.append('orders-1', [{ id: randomUUID(), type: 'ordered', data: {}, metadata }], 'no-stream');
    await expect(identified(store)).rejects.toThrow(
      'holds events of another program (the first is ordered in orders-1)',
    );
  });
});
