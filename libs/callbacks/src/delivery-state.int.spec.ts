import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type MongoServer, startMongo } from '#embedded-mongo';
import { connectReadModels, type MongoReadModels } from '#read-models';

import { DeliveryLog, type DeliveryRecord } from './delivery-log.js';
import { DeliveryState, type EndpointRecord, HoldTakenOver, type OwnedHold } from './delivery-state.js';

let folder: string;
let mongo: MongoServer;
let readModels: MongoReadModels;
let state: DeliveryState;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'callbacks-'));
  mongo = await startMongo({ dataDir: join(folder, 'data'), socketPath: join(folder, 'mongo.sock') });
  const storeId = (): Promise<string> => Promise.resolve('2f1f7d3c-5b0e-4a55-8d6f-0c9b6f0f6a01');
  readModels = await connectReadModels({ url: mongo.uri, storeId, projections: [] });
  state = new DeliveryState({
    endpoints: readModels.keyCollection('callback-endpoints'),
    holds: readModels.keyCollection('callback-holds'),
    control: readModels.keyCollection('callback-control'),
  });
});
afterAll(async () => {
  await readModels.close();
  await mongo.stop();
  await rm(folder, { recursive: true });
});

const endpoint = (cursor: bigint): EndpointRecord => ({
  hallId: 'h1',
  url: 'https://example.org/',
  types: ['wallet.deposit', 'machine.bet'],
  status: 'active',
  cursor,
  failingSince: null,
});
const hold = (callbackId: string, stream: string): OwnedHold => ({
  record: {
    callbackId,
    stream,
    revision: 0n,
    nextId: 'e1:wallet.deposit',
    attempts: 1,
    nextAttemptAt: '2026-11-23T12:00:00.000Z',
  },
  version: 0,
});

describe('the delivery state in MongoDB', () => {
  it('comes back as it was written, small and large positions alike', async () => {
    for (const cursor of [0n, 20n, 2n ** 62n]) {
      await state.saveEndpoint('c1', endpoint(cursor));
      expect(await state.endpoint('c1')).toEqual(endpoint(cursor));
    }
    await state.addEndpoint('c1', endpoint(5n));
    expect((await state.endpoint('c1'))?.cursor).toBe(2n ** 62n);
    await state.saveControlPosition(7n);
    expect(await state.controlPosition()).toBe(7n);
  });

  it('keeps the held streams of each callback apart', async () => {
    const streams = ['wallet-p1', 'feed-m1-2026-11-23', 'wallet-p2'];
    for (const stream of streams) await state.saveHold(hold('c1', stream));
    await state.saveHold(hold('c10', 'wallet-p9'));
    const taken = await state.takeHolds('c1');
    expect(taken).toEqual([...streams].sort().map((stream) => ({ ...hold('c1', stream), version: 2 })));
    await state.deleteHold(taken[1]!);
    expect((await state.takeHolds('c1')).map(({ record }) => record.stream)).toEqual([streams[1], streams[2]]);
    await state.deleteEndpoint('c1');
    expect(await state.takeHolds('c1')).toEqual([]);
    expect(await state.endpoint('c1')).toBeUndefined();
    expect(await state.takeHolds('c10')).toHaveLength(1);
  });

  it('lets a process that was away neither change nor let go what another has taken over', async () => {
    const before = await state.saveHold(hold('c2', 'wallet-p1'));
    const [after] = await state.takeHolds('c2');
    await expect(state.saveHold(before)).rejects.toThrow(HoldTakenOver);
    await expect(state.deleteHold(before)).rejects.toThrow(HoldTakenOver);
    await expect(state.saveHold(hold('c2', 'wallet-p1'))).rejects.toThrow(HoldTakenOver);
    expect(await state.takeHolds('c2')).toEqual([{ ...after, version: 3 }]);
  });

  it('gives the attempts newest first, and keeps the latest', async () => {
    const log = new DeliveryLog(readModels.collection<DeliveryRecord>('callback-deliveries'), 3);
    for (let second = 1; second <= 5; second += 1) await log.add('c1', attempt(second));
    const first = await log.page('c1', 2, undefined);
    expect(first.items).toEqual([attempt(5), attempt(4)]);
    await log.trim('c1');
    expect((await log.page('c1', 10, first.next ?? '')).items).toEqual([attempt(3)]);
  });
});

const attempt = (second: number): DeliveryRecord => ({
  eventId: `e${second}:wallet.deposit`,
  type: 'wallet.deposit',
  stream: 'wallet-p1',
  position: '10',
  attempt: 1,
  attemptedAt: `2026-11-23T12:00:0${second}.000Z`,
  delivered: false,
  status: null,
  error: 'no answer in time',
  durationMs: 10_000,
  nextAttemptAt: `2026-11-23T12:00:1${second}.000Z`,
});
