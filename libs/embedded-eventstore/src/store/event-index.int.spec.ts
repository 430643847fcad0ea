import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventIdAt } from '../storage/record.js';
import { appendTo, openStore, temporaryDirectory } from '../testing.test-support.js';
import { readStreamEvents } from './reading.js';
import type { Store } from './store.js';

let directory: { path: string; remove: () => Promise<void> };
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

const appends = 1_200;
const streamOf = (number: number): string => `s-${number % 37}`;
const indexFiles = (): string[] => readdirSync(directory.path).filter((name) => name.endsWith('.idx'));

const fill = async (): Promise<void> => {
  const store = await openStore(directory.path);
  for (let first = 1; first <= appends; first += 37) {
    const batch = Array.from({ length: Math.min(37, appends - first + 1) }, (_, n) => first + n);
    await Promise.all(batch.map((number) => appendTo(store, streamOf(number), number)));
  }
  await store.close();
};

const expectWhole = async (store: Store): Promise<void> => {
  for (let first = 1; first <= 37; first += 1) {
    const expected: number[] = [];
    for (let number = first; number <= appends; number += 37) expected.push(number);
    const found: number[] = [];
    for await (const batch of readStreamEvents(store, streamOf(first), 0, expected.length - 1, 1)) {
      found.push(...batch.map(({ buffer, at }) => eventIdAt(buffer, at).readUInt32BE(12)));
    }
    expect(found).toEqual(expected);
    expect(await appendTo(store, streamOf(first), first)).toMatchObject({ kind: 'appended', revision: 0 });
  }
};

describe('indexes of sealed segments', () => {
  it('are on disk, few, and hold after a start', async () => {
    await fill();
    const store = await openStore(directory.path);
    await expectWhole(store);
    expect(store.index.streams.tables.length).toBeGreaterThan(0);
    await store.close();
    const segments = readdirSync(directory.path).filter((name) => name.endsWith('.log')).length;
    expect(segments).toBeGreaterThan(15);
    expect(indexFiles().filter((name) => name.startsWith('index')).length).toBeLessThan(segments / 2);
  });

  it.each<[string, (path: string) => void]>([
    ['missing', (path) => rmSync(path)],
    ['empty', (path) => writeFileSync(path, '')],
    [
      'damaged',
      (path) => {
        const bytes = readFileSync(path);
        bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
        writeFileSync(path, bytes);
      },
    ],
  ])('are made again when they are %s', async (_, spoil) => {
    await fill();
    for (const name of indexFiles()) spoil(join(directory.path, name));
    const store = await openStore(directory.path);
    await expectWhole(store);
    await store.close();
    const again = await openStore(directory.path);
    await expectWhole(again);
    await again.close();
  });

  it('of one segment among others are made again in their place', async () => {
    await fill();
    const [first] = indexFiles().filter((name) => name.startsWith('index'));
    rmSync(join(directory.path, first ?? ''));
    const store = await openStore(directory.path);
    await expectWhole(store);
    await store.close();
  });
});
