import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Disk } from '../storage/disk.js';
import { JournalledDisk, leaveAfterCut } from '../storage/power-cut.test-support.js';
import { verifyDirectory } from '../storage/verify.js';
import { openStore, temporaryDirectory } from '../testing.test-support.js';
import {
  allOf,
  hastyDisk,
  keysOf,
  kept,
  live,
  numbersBy,
  settledEnd,
  streamNames,
  streamsOf,
  without,
  type Found,
} from './history.test-support.js';
import type { Store } from './store.js';

let directory: { path: string; remove: () => Promise<void> };
let nowMs: number;
beforeEach(async () => {
  directory = await temporaryDirectory();
  nowMs = 1_700_000_000_000;
});
afterEach(() => directory.remove());

const dataDir = (): string => {
  const path = join(directory.path, 'data');
  mkdirSync(path, { recursive: true });
  return path;
};
const passTime = (): void => {
  nowMs += 100;
};
const open = (path: string, disk: Disk = hastyDisk): Promise<Store> => openStore(path, { disk, now: () => nowMs });

describe('a scavenge that ends in the middle', () => {
  interface Before {
    readonly store: Store;
    readonly all: readonly Found[];
    readonly streams: readonly (readonly Found[] | string)[];
    /** What a whole scavenge leaves. */
    readonly least: readonly Found[];
  }

  const lived = async (disk: Disk): Promise<Before> => {
    const store = await open(dataDir(), disk);
    await live(store, 200, 11, passTime);
    const all = await allOf(store.reader);
    return { store, all, streams: await streamsOf(store, streamNames), least: kept(all, settledEnd(store), nowMs) };
  };

  const expectWhole = async (path: string, { all, streams, least }: Before): Promise<void> => {
    const verified = verifyDirectory(path);
    const store = await open(path);
    const left = keysOf(await allOf(store.reader));
    expect(without(left, keysOf(all))).toEqual([]);
    expect(without(keysOf(least), left)).toEqual([]);
    expect(verified.scavengedEvents).toBeGreaterThanOrEqual(all.length - left.length);
    expect(await streamsOf(store, streamNames)).toEqual(streams);
    await store.scavenger.start().done;
    expect(without(keysOf(await allOf(store.reader)), left)).toEqual([]);
    expect(await streamsOf(store, streamNames)).toEqual(streams);
    await store.close();
  };

  it('by a kill, before and after anything it does to the disk, has lost nothing', async () => {
    let isWatched = false;
    let snapshots = 0;
    const snapshot = (): void => {
      if (isWatched) cpSync(dataDir(), join(directory.path, `killed-${snapshots++}`), { recursive: true });
    };
    const watched = async <Result>(act: () => Promise<Result>): Promise<Result> => {
      snapshot();
      const result = await act();
      snapshot();
      return result;
    };
    const disk: Disk = {
      create: (path) => watched(() => hastyDisk.create(path)),
      write: (file, buffers, offset) => watched(() => hastyDisk.write(file, buffers, offset)),
      sync: (file) => watched(() => hastyDisk.sync(file)),
      close: (file) => watched(() => hastyDisk.close(file)),
      rename: (from, to) => watched(() => hastyDisk.rename(from, to)),
      syncDirectory: (path) => watched(() => hastyDisk.syncDirectory(path)),
    };
    const before = await lived(disk);
    isWatched = true;
    await before.store.scavenger.start().done;
    isWatched = false;
    await before.store.close();
    expect(snapshots).toBeGreaterThan(40);
    for (let number = 0; number < snapshots; number += 1) {
      await expectWhole(join(directory.path, `killed-${number}`), before);
      rmSync(join(directory.path, `killed-${number}`), { recursive: true });
    }
  }, 180_000);

  it('by a power cut at any step has lost nothing', async () => {
    const disk = new JournalledDisk();
    const before = await lived(disk);
    const begun = disk.journal.length;
    await before.store.scavenger.start().done;
    await before.store.close();
    expect(disk.journal.length - begun).toBeGreaterThan(20);
    for (let steps = begun; steps <= disk.journal.length; steps += 1) {
      const choose = numbersBy(steps);
      leaveAfterCut(disk.journal, steps, join(directory.path, 'cut'), () => choose(2) === 1);
      await expectWhole(join(directory.path, 'cut'), before);
      rmSync(join(directory.path, 'cut'), { recursive: true });
    }
  }, 180_000);
});
