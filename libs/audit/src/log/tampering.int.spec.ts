import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { startEventStore } from '#embedded-eventstore';
import { connectEventStore } from '#event-sourcing';
import type { RecordedEvent } from '#kernel';
import { type Finding, signCheckpoint, verifyLog } from '#tamper-log';

import { LogInconsistent } from './log-keeper.js';
import { logMetadata } from './log-events.js';
import { storePages } from './store-pages.js';
import { clock, depositEvent, signer, startStores, type TestStores } from './stores.test-support.js';

/** Where the engine's records begin, and what a record's header says (libs/embedded-eventstore/src/storage/record.ts). */
const segmentHeaderBytes = 64;
const recordHeaderBytes = 32;
const deposits = 320;
/** Leaf 0 is the store's own first event; then come deposits. */
const leafOfDeposit = (number: number): number => number + 1;

let stores: TestStores;

beforeEach(async () => {
  stores = await startStores();
  await stores.deposit(deposits);
  await (await stores.keeper()).look();
  expect(await findings()).toEqual([]);
});
afterEach(() => stores.stop());

const findings = async (): Promise<readonly Finding[]> =>
  (await verifyLog({ events: storePages(stores.store), storage: stores.storage, verifier: signer })).findings;

const kindsAndLeaves = async (): Promise<string[]> => (await findings()).map(({ kind, leaf }) => `${kind} ${leaf}`);

/** One byte of an event's data, in the engine's file, with the record's checksum made right again. */
async function changeByte(dataDir: string, from: string, to: string): Promise<void> {
  const [name = ''] = (await readdir(dataDir)).filter((file) => file.endsWith('.log'));
  const bytes = await readFile(join(dataDir, name));
  const place = bytes.indexOf(from);
  expect(place).toBeGreaterThan(0);
  bytes.write(to, place);
  for (let at = segmentHeaderBytes; at < place;) {
    const end = at + recordHeaderBytes + bytes.readUInt32LE(at + 4);
    if (place < end) bytes.writeUInt32LE(crc32(bytes.subarray(at + 4, end)), at);
    at = Math.ceil(end / 8) * 8;
  }
  await writeFile(join(dataDir, name), bytes);
}

/** The store written anew from a changed history, every event with its own id and the time it was taken. */
async function rewrite(change: (history: RecordedEvent[]) => RecordedEvent[]): Promise<void> {
  const history = change(await stores.history());
  await stores.whileStoreIsAway(async (dataDir) => {
    await rm(dataDir, { recursive: true });
    let now = 0;
    const socketPath = join(stores.folder, 'forger.sock');
    const server = await startEventStore({ dataDir, socketPath, now: () => now });
    const store = connectEventStore({ url: `unix:${socketPath}` });
    for (const { stream, id, type, data, metadata, recordedAt } of history) {
      now = recordedAt.getTime();
      await store.append(stream, [{ id, type, data: data as Record<string, unknown>, metadata }], 'any');
    }
    await store.close();
    await server.stop();
  });
}

const indexOf = (history: readonly RecordedEvent[], number: number): number =>
  history.findIndex(({ id }) => id === depositEvent(number).id);

describe('tampering is found and named by its leaf', () => {
  it('when the store was written anew, and nothing was changed, there is nothing to find', async () => {
    await rewrite((history) => history);
    expect(await findings()).toEqual([]);
    await stores.deposit(1);
    await (await stores.keeper()).look();
    expect(await findings()).toEqual([]);
  });

  it('one byte of an event, in the store’s own file, with its checksum made right', async () => {
    await stores.whileStoreIsAway((dataDir) => changeByte(dataDir, '"value":10123', '"value":90123'));
    expect(await findings()).toEqual([
      expect.objectContaining({
        kind: 'event-changed',
        leaf: leafOfDeposit(123),
        stream: 'wallet-3',
        revision: '24',
        detail: 'its data is not what was logged',
      }),
    ]);
  });

  it('an event removed', async () => {
    await rewrite((history) => history.toSpliced(indexOf(history, 317), 1));
    expect(await kindsAndLeaves()).toEqual([`event-removed ${leafOfDeposit(317)}`]);
  });

  it('an event removed from the middle of its stream: those behind it have other revisions', async () => {
    await rewrite((history) => history.toSpliced(indexOf(history, 305), 1));
    const expected = ['event-removed 306', 'event-changed 311', 'event-changed 316'];
    expect(await kindsAndLeaves()).toEqual(expected);
  });

  it('two events swapped', async () => {
    await rewrite((history) => {
      const [a, b] = [indexOf(history, 100), indexOf(history, 201)];
      return history.with(a, history[b]!).with(b, history[a]!);
    });
    const found = await kindsAndLeaves();
    expect(found).toEqual(
      expect.arrayContaining([`event-moved ${leafOfDeposit(100)}`, `event-moved ${leafOfDeposit(201)}`]),
    );
  });

  it('an event inserted', async () => {
    const { id, type, data, metadata } = depositEvent(9_000);
    await rewrite((history) => {
      const at = indexOf(history, 200);
      return history.toSpliced(at, 0, { ...history[at]!, stream: 'wallet-77', id, type, data, metadata });
    });
    const found = await findings();
    expect(found).toEqual([
      expect.objectContaining({ kind: 'event-inserted', leaf: leafOfDeposit(200), stream: 'wallet-77', eventId: id }),
    ]);
  });

  it('a tile changed', async () => {
    const tiles = stores.readModels.collection<{ hashes: string }>('audit-log-tiles');
    const { hashes } = (await tiles.get('0/0000000000000000'))!;
    const bytes = Buffer.from(hashes, 'base64');
    bytes.writeUInt8((bytes[77 * 32] ?? 0) ^ 1, 77 * 32);
    await tiles.put('0/0000000000000000', { hashes: bytes.toString('base64') });
    expect(await kindsAndLeaves()).toEqual(['tile-changed 77']);
  });

  it('a tile changed above the leaves, which is not built upon either', async () => {
    const tiles = stores.readModels.collection<{ hashes: string }>('audit-log-tiles');
    await tiles.put('1/0000000000000000', { hashes: Buffer.alloc(32, 1).toString('base64') });
    expect(await kindsAndLeaves()).toEqual(['tile-changed 0']);
    await expect(stores.keeper()).rejects.toThrow(LogInconsistent);
  });

  it('a checkpoint re-signed over another tree', async () => {
    const [last] = (await stores.history()).filter(({ stream }) => stream === 'audit-checkpoints');
    const root = Buffer.alloc(32, 1);
    const size = deposits + 1;
    const data = { size: `${size}`, root: root.toString('base64'), note: signCheckpoint({ size, root }, signer) };
    const forged = { id: depositEvent(9_001).id, type: last!.type, data, metadata: logMetadata(clock(), 'forged') };
    await stores.store.append('audit-checkpoints', [forged], last!.revision);
    await stores.deposit(1);
    await expect((await stores.keeper()).look()).rejects.toThrow('are not those that were signed');
    const found = await findings();
    expect(found).toEqual([
      expect.objectContaining({ kind: 'checkpoint-of-another-tree', leaf: deposits + 2, eventId: forged.id }),
    ]);
  });

  it('the store’s last events cut off, as a restored backup has it', async () => {
    await rewrite((history) => history.slice(0, 300));
    expect((await findings())[0]).toMatchObject({ kind: 'event-removed', leaf: 300 });
  });
});
