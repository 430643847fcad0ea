import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataDamaged, EngineStopped, FormatRefused, NoRoom } from '../errors.js';
import { readAllForwards } from '../store/reading.js';
import type { Store } from '../store/store.js';
import { appendTo, openStore, temporaryDirectory } from '../testing.test-support.js';
import { machineDisk, type Disk } from './disk.js';
import { JournalledDisk, leaveAfterCut } from './power-cut.test-support.js';
import { eventIdAt, positionAt } from './record.js';

let directory: { path: string; remove: () => Promise<void> };
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

const dataDir = (): string => {
  const path = join(directory.path, 'data');
  mkdirSync(path, { recursive: true });
  return path;
};

const eventsIn = async (store: Store): Promise<{ numbers: number[]; positions: number[] }> => {
  const [numbers, positions]: [number[], number[]] = [[], []];
  for await (const events of readAllForwards(store.reader, 0)) {
    for (const { buffer, at } of events) {
      numbers.push(eventIdAt(buffer, at).readUInt32BE(12));
      positions.push(positionAt(buffer, at));
    }
  }
  return { numbers, positions };
};

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** True and false as if by chance, the same in every run. */
const chances = (seed: number) => {
  let state = seed + 1;
  return (): boolean => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >= 2 ** 31;
  };
};

describe('a power cut', () => {
  const perAppend = 3;

  /** Appends side by side on a disk that remembers; answers what it was asked to do, and where the events went. */
  const written = async (): Promise<{ disk: JournalledDisk; positions: number[] }> => {
    const disk = new JournalledDisk();
    const store = await openStore(dataDir(), { disk });
    for (let next = 1; next < 90; next += 3 * perAppend) {
      const together = [0, 1, 2].map((n) => upTo(perAppend).map((m) => next - 1 + n * perAppend + m));
      await Promise.all(together.map((numbers) => appendTo(store, `s-${next % 4}`, ...numbers)));
      disk.acknowledged(next - 1 + 3 * perAppend);
    }
    const { positions } = await eventsIn(store);
    await store.close();
    return { disk, positions };
  };

  it('at any step leaves every acknowledged append, whole ones only, where they were', async () => {
    const { disk, positions } = await written();
    let repairs = 0;
    for (let steps = 0; steps <= disk.journal.length; steps += 1) {
      const folder = join(directory.path, 'cut');
      const acknowledged = leaveAfterCut(disk.journal, steps, folder, chances(steps));
      const recovered = await openStore(folder);
      const left = await eventsIn(recovered);
      expect(left.numbers).toEqual(upTo(left.numbers.length));
      expect(left.numbers.length % perAppend).toBe(0);
      expect(left.numbers.length).toBeGreaterThanOrEqual(acknowledged);
      expect(left.positions).toEqual(positions.slice(0, left.positions.length));
      if (recovered.repair !== null) repairs += 1;
      const fresh = left.numbers.length + 1;
      expect(await appendTo(recovered, 's-9', fresh)).toMatchObject({ kind: 'appended', revision: 0 });
      expect((await eventsIn(recovered)).numbers).toEqual(upTo(fresh));
      await recovered.close();
      rmSync(folder, { recursive: true });
    }
    expect(repairs).toBeGreaterThan(2);
  }, 180_000);

  it('would lose appends on a disk that never syncs: the simulation can tell', async () => {
    const { disk } = await written();
    const unsynced = disk.journal.filter(({ kind }) => kind !== 'sync');
    let losses = 0;
    for (let steps = unsynced.length - 20; steps <= unsynced.length; steps += 1) {
      const folder = join(directory.path, 'cut');
      const acknowledged = leaveAfterCut(unsynced, steps, folder, chances(steps));
      try {
        const recovered = await openStore(folder);
        if ((await eventsIn(recovered)).numbers.length < acknowledged) losses += 1;
        await recovered.close();
      } catch (error) {
        expect([DataDamaged.name, FormatRefused.name]).toContain(error instanceof Error ? error.name : '');
        losses += 1;
      }
      rmSync(folder, { recursive: true });
    }
    expect(losses).toBeGreaterThan(0);
  });
});

const failing = (over: Partial<Disk>): Disk => ({ ...machineDisk, ...over });
const systemError = (code: string): Error => Object.assign(new Error(`${code}: simulated`), { code });

describe('a disk', () => {
  it.each<[string, (fail: () => boolean) => Disk]>([
    [
      'write',
      (fail) =>
        failing({
          write: (file, buffers, offset) =>
            fail() ? Promise.reject(systemError('EIO')) : machineDisk.write(file, buffers, offset),
        }),
    ],
    [
      'sync',
      (fail) => failing({ sync: (file) => (fail() ? Promise.reject(systemError('EIO')) : machineDisk.sync(file)) }),
    ],
  ])('whose %s fails stops the store with the reason, and nothing is acknowledged', async (_, diskThat) => {
    let fails = false;
    const failures: Error[] = [];
    const store = await openStore(dataDir(), {
      disk: diskThat(() => fails),
      onFailure: (error) => failures.push(error),
    });
    await appendTo(store, 's', 1, 2);
    fails = true;
    await expect(appendTo(store, 's', 3)).rejects.toThrow('EIO');
    await expect(appendTo(store, 's', 4)).rejects.toThrow('EIO');
    expect(failures.map(({ message }) => message)).toEqual(['EIO: simulated']);
    expect((await eventsIn(store)).numbers).toEqual([1, 2]);
    await store.close();
    await expect(appendTo(store, 's', 5)).rejects.toBeInstanceOf(EngineStopped);
    const again = await openStore(dataDir());
    expect((await eventsIn(again)).numbers.slice(0, 2)).toEqual([1, 2]);
    await again.close();
  });

  it('that is full refuses appends and nothing else, until there is room', async () => {
    let isFull = false;
    const disk = failing({
      create: (path) => (isFull ? Promise.reject(systemError('ENOSPC')) : machineDisk.create(path)),
    });
    const store = await openStore(dataDir(), { disk });
    isFull = true;
    let stored = 0;
    let refusal: unknown = null;
    while (refusal === null) {
      await appendTo(store, 's', stored + 1).then(
        () => (stored += 1),
        (error: unknown) => (refusal = error),
      );
    }
    expect(refusal).toBeInstanceOf(NoRoom);
    expect(refusal).toHaveProperty('message', expect.stringContaining('the disk is full'));
    expect((await eventsIn(store)).numbers).toEqual(upTo(stored));
    isFull = false;
    expect(await appendTo(store, 's', stored + 1)).toMatchObject({ kind: 'appended', revision: stored });
    expect((await eventsIn(store)).numbers).toEqual(upTo(stored + 1));
    await store.close();
  });
});
