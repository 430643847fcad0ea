import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEventStore } from '#embedded-eventstore';
import { startMongo } from '#embedded-mongo';
import { connectEventStore, type EventStore, identifyStore, type NewEvent } from '#event-sourcing';
import { derivedId, type RecordedEvent } from '#kernel';
import { connectReadModels, type MongoReadModels } from '#read-models';
import { noteSigner } from '#tamper-log';

import { LogCollections } from './log-collections.js';
import { LogKeeper } from './log-keeper.js';
import { storePages } from './store-pages.js';

export const storeId = '2f1f7d3c-5b0e-4a55-8d6f-0c9b6f0f6a01';
export const signer = noteSigner(`tallyhall/${storeId}`, Buffer.alloc(32, 7));
export const clock = () => new Date('2026-01-15T13:30:00.000Z');

/** Both engines in a folder of their own, with a log behind the store. */
export interface TestStores {
  readonly folder: string;
  readonly store: EventStore;
  readonly readModels: MongoReadModels;
  readonly storage: LogCollections;
  /** A keeper as a process that has just started has it. */
  keeper(): Promise<LogKeeper>;
  /** Deposits to wallets in turn, one event an append. */
  deposit(count: number): Promise<void>;
  history(): Promise<RecordedEvent[]>;
  /** The event store goes away, somebody changes its files, and it comes back. */
  whileStoreIsAway(change: (dataDir: string) => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

const wallets = 5;

export async function startStores(): Promise<TestStores> {
  const folder = await mkdtemp(join(tmpdir(), 'audit-'));
  const startStore = () => startEventStore({ dataDir: join(folder, 'events'), socketPath: join(folder, 'es.sock') });
  const connect = () => connectEventStore({ url: `unix:${join(folder, 'es.sock')}` });
  let server = await startStore();
  const mongo = await startMongo({ dataDir: join(folder, 'mongo'), socketPath: join(folder, 'mongo.sock') });
  let store = connect();
  await identifyStore(store, storeId, clock);
  const readModels = await connectReadModels({ url: mongo.uri, projections: [], storeId: async () => storeId });
  let deposited = 0;
  return {
    folder,
    get store() {
      return store;
    },
    readModels,
    storage: new LogCollections(readModels),
    keeper: () => LogKeeper.open({ store, storage: new LogCollections(readModels), signer, clock, everyMs: 20 }),
    deposit: async (count) => {
      for (let number = 0; number < count; number += 1, deposited += 1)
        await store.append(`wallet-${deposited % wallets}`, [depositEvent(deposited)], 'any');
    },
    history: async () => {
      const events: RecordedEvent[] = [];
      for await (const page of storePages(store)) events.push(...page);
      return events;
    },
    whileStoreIsAway: async (change) => {
      await store.close();
      await server.stop();
      await change(join(folder, 'events'));
      server = await startStore();
      store = connect();
    },
    stop: async () => {
      await store.close();
      await readModels.close();
      await mongo.stop();
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

export function depositEvent(number: number): NewEvent {
  const id = derivedId('deposit', number.toString());
  return {
    id,
    type: 'wallet.funds-deposited.v1',
    data: { entryId: id, amount: { value: 10_000 + number, currency: 'EUR' } },
    metadata: {
      $correlationId: id,
      $causationId: id,
      commandId: id,
      actor: { kind: 'client', id: 'c1' },
      hallId: null,
      gamingDate: null,
      occurredAt: clock().toISOString(),
    },
  };
}
