/** What the specs of this library share. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineDisk } from './storage/disk.js';
import type { EventToStore } from './storage/event-message.js';
import { Store, type StoreOptions } from './store/store.js';

/** A directory of the test's own; `remove` takes it away. */
export const temporaryDirectory = async (): Promise<{ path: string; remove: () => Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), 'es-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
};

/** The event id that a number stands for. */
export const idOf = (number: number): Buffer => {
  const id = Buffer.alloc(16);
  id.writeUInt32BE(number, 12);
  return id;
};

/** An event with this number as its id. */
export const eventOf = (number: number, over: Partial<EventToStore> = {}): EventToStore => ({
  id: idOf(number),
  streamName: Buffer.from('wallet-1'),
  type: Buffer.from('wallet.funds-deposited.v1'),
  isJson: true,
  metadata: Buffer.from('{}'),
  data: Buffer.from(`{"number":${number}}`),
  ...over,
});

/** A store over a directory, with small segments and a clock that stands still. */
export const openStore = (directory: string, over: Partial<StoreOptions> = {}): Promise<Store> =>
  Store.open({
    disk: machineDisk,
    directory,
    segmentBytes: 16 * 1024,
    now: () => 1_700_000_000_123,
    onFailure: () => undefined,
    ...over,
  });

/** Appends one event for each number to a stream, whatever its revision. */
export const appendTo = (store: Store, stream: string, ...numbers: number[]): ReturnType<Store['append']> =>
  store.append({
    streamKey: stream,
    expected: 'any',
    events: numbers.map((number) => eventOf(number, { streamName: Buffer.from(stream) })),
  });
