import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { backupDirectory } from '../storage/backup.js';
import type { Disk } from '../storage/disk.js';
import { verifyDirectory } from '../storage/verify.js';
import { appendTo, openStore, temporaryDirectory } from '../testing.test-support.js';
import {
  allOf,
  foundIn,
  foundInBatch,
  hastyDisk,
  keysOf,
  kept,
  live,
  numbersBy,
  setMetadata,
  settledEnd,
  streamNames,
  streamsOf,
  without,
} from './history.test-support.js';
import { readAllBackwards } from './reading.js';
import type { Store } from './store.js';
import { subscribeToAll } from './subscribing.js';

let directory: { path: string; remove: () => Promise<void> };
let nowMs: number;
beforeEach(async () => {
  directory = await temporaryDirectory();
  nowMs = 1_700_000_000_000;
});
afterEach(() => directory.remove());

const folder = (name: string): string => {
  const path = join(directory.path, name);
  mkdirSync(path, { recursive: true });
  return path;
};
const passTime = (): void => {
  nowMs += 100;
};
const open = (path: string, disk: Disk = hastyDisk): Promise<Store> => openStore(path, { disk, now: () => nowMs });
const scavenge = async (store: Store): Promise<void> => {
  await store.scavenger.start().done;
};
const bytesIn = (path: string): number =>
  readdirSync(path)
    .filter((name) => name.endsWith('.log'))
    .reduce((sum, name) => sum + statSync(join(path, name)).size, 0);

/** Everything from a position on, as a subscription gets it. */
const subscribed = async (store: Store, after: number, count: number): Promise<number[]> => {
  const positions: number[] = [];
  const gone = new AbortController();
  const none = (): undefined => undefined;
  if (count === 0) return positions;
  await subscribeToAll(
    store,
    { after, test: null, eventsPerCheckpoint: 0 },
    {
      signal: gone.signal,
      events: (events) => {
        positions.push(...foundInBatch(events).map(({ position }) => position));
        if (positions.length >= count) gone.abort();
        return undefined;
      },
      checkpoint: none,
      caughtUp: none,
      fellBehind: none,
    },
  );
  return positions.slice(0, count);
};

const dropIndexes = (path: string): void => {
  for (const name of readdirSync(path)) if (name.endsWith('.idx')) rmSync(join(path, name));
};

describe('a scavenge', () => {
  it.each([1, 2, 3, 4])('changes no stream, and nothing in $all but what is hidden (history %i)', async (seed) => {
    const path = folder('data');
    let store = await open(path);
    let number = 1;
    for (let round = 0; round < 3; round += 1) {
      number = await live(store, 500, seed * 10 + round, passTime, number);
      const [streams, all, end] = [await streamsOf(store, streamNames), await allOf(store.reader), settledEnd(store)];
      const bytes = bytesIn(path);
      await scavenge(store);
      const left = await allOf(store.reader);
      expect(keysOf(left)).toEqual(keysOf(kept(all, end, nowMs)));
      expect(left.length).toBeLessThan(all.length);
      expect(bytesIn(path)).toBeLessThan(bytes);
      const check = async (checked: Store): Promise<void> => {
        expect(await streamsOf(checked, streamNames)).toEqual(streams);
        expect(keysOf(await allOf(checked.reader))).toEqual(keysOf(left));
        const backwards = await foundIn(readAllBackwards(checked.reader, end));
        expect(keysOf(backwards.reverse())).toEqual(keysOf(left.filter(({ position }) => position < end)));
        const choose = numbersBy(seed);
        for (let trial = 0; trial < 25; trial += 1) {
          const from = (all[choose(all.length)]?.position ?? 0) + choose(3) - 1;
          const expected = left.map(({ position }) => position).filter((position) => position > from);
          expect((await allOf(checked.reader, from + 1)).map(({ position }) => position)).toEqual(expected);
          const some = expected.filter((position) => position < end);
          expect(await subscribed(checked, from, some.length)).toEqual(some);
        }
      };
      await check(store);
      await store.close();
      expect(verifyDirectory(path).scavengedEvents).toBeGreaterThanOrEqual(all.length - left.length);
      if (round === 1) dropIndexes(path);
      store = await open(path);
      await check(store);
      await backupDirectory(path, folder(`backup-${round}`));
      const copy = await open(folder(`backup-${round}`));
      await check(copy);
      await copy.close();
    }
    await store.close();
  });

  it('of nothing changes nothing', async () => {
    const path = folder('data');
    const store = await open(path);
    for (let number = 1; number < 300; number += 1) await appendTo(store, `s-${number}`, number);
    const before = await allOf(store.reader);
    expect(await store.scavenger.start().done).toEqual({ segments: 0, bytes: 0 });
    expect(await allOf(store.reader)).toEqual(before);
    await store.close();
  });

  it('leaves readers that are under way what they came for', async () => {
    const store = await open(folder('data'));
    await live(store, 800, 7, passTime);
    const all = await allOf(store.reader);
    const reading = allOf(store.reader);
    const late = store.scavenger.start().done.then(() => allOf(store.reader));
    const seen = keysOf(await reading);
    const left = keysOf(await late);
    expect(without(seen, keysOf(all))).toEqual([]);
    const begun = new Set(keysOf(all));
    expect(
      without(
        left.filter((key) => begun.has(key)),
        seen,
      ),
    ).toEqual([]);
    await store.close();
  });

  it('takes nothing that has come into sight again meanwhile', async () => {
    let store: Store | null = null;
    let shown: Promise<unknown> | null = null;
    const disk: Disk = {
      ...hastyDisk,
      create: async (path) => {
        if (store !== null && /\.log\.\d+\.new$/.test(path)) await (shown ??= setMetadata(store, 's-1', { $tb: 0 }));
        return hastyDisk.create(path);
      },
    };
    store = await open(folder('data'), disk);
    for (let number = 1; number < 200; number += 1) await appendTo(store, 's-1', number);
    await setMetadata(store, 's-1', { $maxCount: 2 });
    const all = await allOf(store.reader);
    await scavenge(store);
    expect(shown).not.toBeNull();
    const left = keysOf(await allOf(store.reader));
    expect(left).toEqual(expect.arrayContaining(keysOf(all.filter(({ stream }) => stream === 's-1'))));
    await store.close();
  });

  it('runs once at a time, is stopped by its id, and can be begun again', async () => {
    const store = await open(folder('data'));
    await live(store, 800, 3, passTime);
    const first = store.scavenger.start();
    expect(store.scavenger.start()).toMatchObject({ id: first.id, isNew: false });
    expect(store.scavenger.stop('another')).toBe(false);
    expect(store.scavenger.stop(first.id)).toBe(true);
    await expect(first.done).rejects.toThrow('stopped');
    const { isNew, done } = store.scavenger.start();
    expect(isNew).toBe(true);
    expect((await done).bytes).toBeGreaterThan(0);
    await store.close();
  });

  it('that finds the disk full fails alone, and works when there is room', async () => {
    const path = folder('data');
    let isFull = false;
    const full = Object.assign(new Error('ENOSPC: simulated'), { code: 'ENOSPC' });
    const store = await open(path, {
      ...hastyDisk,
      write: (file, buffers, offset) =>
        isFull && file.path.endsWith('.new') ? Promise.reject(full) : hastyDisk.write(file, buffers, offset),
    });
    await live(store, 800, 5, passTime);
    const streams = await streamsOf(store, streamNames);
    isFull = true;
    await expect(store.scavenger.start().done).rejects.toThrow('ENOSPC');
    isFull = false;
    expect(readdirSync(path).filter((name) => /\.log\.\d+\.new$/.test(name))).toEqual([]);
    expect((await store.scavenger.start().done).segments).toBeGreaterThan(0);
    expect(await streamsOf(store, streamNames)).toEqual(streams);
    await store.close();
  });
});

describe('damage to a segment whose space was given back', () => {
  it('is found by name, wherever a bit is flipped or the file is cut', async () => {
    const path = folder('data');
    const store = await open(path);
    await live(store, 500, 2, passTime);
    await scavenge(store);
    await store.close();
    const name = readdirSync(path).find((file) => /\.log$/.test(file) && statSync(join(path, file)).size < 16 * 1024);
    const file = join(path, name ?? '');
    const whole = readFileSync(file);
    for (let at = 0; at < whole.length; at += 7) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(file, at % 2 === 0 ? bytes : whole.subarray(0, at));
      let refusal = '';
      try {
        verifyDirectory(path);
      } catch (error) {
        refusal = String(error);
      }
      expect(refusal).toContain(name);
    }
    writeFileSync(file, whole);
    verifyDirectory(path);
  });
});
