import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent, START } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEventStore, type EventStoreServer } from './index.js';

let directory: string;
let server: EventStoreServer;
let client: EventStoreDBClient;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'es-'));
  server = await startEventStore({ dataDir: join(directory, 'data'), socketPath: join(directory, 's') });
  client = new EventStoreDBClient({ endpoint: server.address }, { insecure: true });
});

afterAll(async () => {
  await client.dispose();
  await server.stop();
  await rm(directory, { recursive: true });
});

describe('the engine', () => {
  it('stores and reads', async () => {
    const result = await client.appendToStream('a-1', [
      jsonEvent({ type: 'x', data: { n: 1 } }),
      jsonEvent({ type: 'y', data: { n: 2 } }),
    ]);
    expect(result.nextExpectedRevision).toBe(1n);
    const seen: unknown[] = [];
    for await (const { event } of client.readStream('a-1')) seen.push(event?.data);
    expect(seen).toEqual([{ n: 1 }, { n: 2 }]);
    const all: bigint[] = [];
    for await (const { event } of client.readAll({ fromPosition: START })) all.push(event?.position?.commit ?? 0n);
    expect(all).toHaveLength(2);
    expect(all[1]).toBe(result.position?.commit);
  });

  it('subscribes', async () => {
    const seen: string[] = [];
    const subscription = client.subscribeToAll();
    const appended = client.appendToStream('a-2', jsonEvent({ type: 'z', data: {} }));
    for await (const { event } of subscription) {
      seen.push(event?.type ?? '');
      if (seen.length === 3) break;
    }
    await appended;
    expect(seen).toEqual(['x', 'y', 'z']);
  });
});
