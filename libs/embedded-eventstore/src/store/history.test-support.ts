/** Histories of a store as if by chance, and everything that its readers find. */
import type { LogReader } from '../storage/log-reader.js';
import {
  createdAtMsOf,
  eventIdAt,
  isTombstone,
  positionAt,
  revisionAt,
  streamNameAt,
  type StoredEvent,
} from '../storage/record.js';
import { messageAt } from '../storage/record.js';
import { dataIn } from '../storage/event-message.js';
import { machineDisk, type Disk } from '../storage/disk.js';
import { eventOf } from '../testing.test-support.js';
import { readAllForwards, readStreamEvents } from './reading.js';
import { metadataEvent } from './system-events.js';
import type { Store } from './store.js';

/** A disk for what is written, not for whether it is synced: that is for the power cuts. */
export const hastyDisk: Disk = { ...machineDisk, sync: () => Promise.resolve() };

/** Whole numbers below a bound as if by chance, the same for the same seed. */
export const numbersBy = (seed: number) => {
  let state = (seed + 1) >>> 0;
  return (bound: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
};

export interface Found {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly createdMs: number;
  readonly isTombstone: boolean;
  readonly data: string;
}

const foundOf = ({ buffer, at }: StoredEvent): Found => ({
  position: positionAt(buffer, at),
  stream: streamNameAt(buffer, at),
  revision: revisionAt(buffer, at),
  id: eventIdAt(buffer, at).toString('hex'),
  createdMs: createdAtMsOf(buffer, at),
  isTombstone: isTombstone(buffer, at),
  data: dataIn(messageAt(buffer, at)).toString(),
});

/** What is in a batch; a scavenge writes about itself, and that is left out. */
export const foundInBatch = (events: readonly StoredEvent[]): Found[] =>
  events.map(foundOf).filter(({ stream }) => !/^(\$\$)?\$scavenges/.test(stream));

export const foundIn = async (batches: AsyncIterable<readonly StoredEvent[]>): Promise<Found[]> => {
  const found: Found[] = [];
  for await (const events of batches) found.push(...foundInBatch(events));
  return found;
};

/** Everything in $all, in order. */
export const allOf = (reader: LogReader, position = 0): Promise<Found[]> => foundIn(readAllForwards(reader, position));

/** What a reader of a stream gets: its events, or why there are none. */
export const streamOf = async (store: Store, stream: string): Promise<Found[] | string> => {
  const view = store.views.view(Buffer.from(stream).toString('latin1'));
  if (view.kind !== 'events') return view.kind;
  return foundIn(readStreamEvents(store, stream, view.first, view.last, 1));
};

export const streamsOf = async (store: Store, streams: readonly string[]): Promise<(Found[] | string)[]> => {
  const found: (Found[] | string)[] = [];
  for (const stream of streams) found.push(await streamOf(store, stream), await streamOf(store, `$$${stream}`));
  return found;
};

export const streamNames = Array.from({ length: 9 }, (_, number) => `s-${number}`);

/** Sets the metadata of a stream. */
export const setMetadata = (store: Store, stream: string, metadata: object): Promise<unknown> =>
  store.append({
    streamKey: `$$${stream}`,
    expected: 'any',
    events: [metadataEvent(stream, Buffer.from(JSON.stringify(metadata)))],
  });

/** Does so many things to the streams, as if by chance, and lets time pass; answers the number of the next event. */
export const live = async (
  store: Store,
  steps: number,
  seed: number,
  passTime: () => void,
  firstNumber = 1,
): Promise<number> => {
  const choose = numbersBy(seed);
  let number = firstNumber;
  for (let step = 0; step < steps; step += 1) {
    const stream = streamNames[choose(streamNames.length)] ?? '';
    const what = choose(100);
    passTime();
    if (what < 4) await store.softDelete(stream, 'any');
    else if (what < 5) await store.tombstone(stream, 'any');
    else if (what < 10) await setMetadata(store, stream, { $maxCount: 1 + choose(6) });
    else if (what < 13) await setMetadata(store, stream, { $tb: choose(60) });
    else if (what < 15) await setMetadata(store, stream, { $maxAge: 1 + choose(40) });
    else if (what < 16) await setMetadata(store, stream, {});
    else {
      const events = Array.from({ length: 1 + choose(4) }, () =>
        eventOf(number++, { streamName: Buffer.from(stream), data: Buffer.alloc(choose(600), 97) }),
      );
      await store.append({ streamKey: stream, expected: 'any', events });
    }
  }
  return number;
};

/** What must be left of $all, told from nothing but what was in it: the rules once more, for those before `end`. */
export const kept = (all: readonly Found[], end: number, nowMs: number): Found[] => {
  const lastOf = new Map<string, Found>();
  for (const found of all) if (!found.isTombstone) lastOf.set(found.stream, found);
  const ended = new Set(all.filter(({ isTombstone }) => isTombstone).map(({ stream }) => stream));
  return all.filter((found) => {
    const { stream, revision, position, createdMs, isTombstone } = found;
    const described = stream.startsWith('$$') ? stream.slice(2) : stream;
    if (position >= end || isTombstone) return true;
    if (ended.has(described)) return false;
    const last = lastOf.get(stream)?.revision ?? 0;
    if (revision === last) return true;
    if (stream.startsWith('$$')) return false;
    const text = lastOf.get(`$$${stream}`)?.data ?? '{}';
    const { $maxCount = Infinity, $maxAge = Infinity, $tb = 0 } = JSON.parse(text) as Record<string, number>;
    return revision > last - $maxCount && revision >= $tb && createdMs >= nowMs - $maxAge * 1000;
  });
};

export const keysOf = (all: readonly Found[]): string[] =>
  all.map(({ position, stream, revision, id }) => `${position} ${stream} ${revision} ${id}`);

/** Those of the keys that are not among others. */
export const without = (keys: readonly string[], others: readonly string[]): string[] => {
  const known = new Set(others);
  return keys.filter((key) => !known.has(key));
};

/** Where the segments that a scavenge takes end. */
export const settledEnd = (store: Store): number => store.reader.settledSegments.at(-1)?.endPosition ?? 0;
