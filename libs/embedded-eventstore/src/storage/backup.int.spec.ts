import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FormatRefused } from '../errors.js';
import { readAllForwards } from '../store/reading.js';
import type { Store } from '../store/store.js';
import { appendTo, openStore, temporaryDirectory } from '../testing.test-support.js';
import { backupDirectory } from './backup.js';
import { eventIdAt, recordAlignmentBytes, recordKind, sealRecord } from './record.js';
import { usedEnd } from './recovery.js';
import { segmentHeaderBytes, segmentName } from './segment-file.js';
import { verifyDirectory } from './verify.js';

let directory: { path: string; remove: () => Promise<void> };
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

const dataDir = (): string => join(directory.path, 'data');
const target = (name: string): string => join(directory.path, name);

const open = () => {
  mkdirSync(dataDir());
  return openStore(dataDir());
};

const numbersIn = async (path: string): Promise<number[]> => {
  const store = await openStore(path);
  const numbers: number[] = [];
  for await (const events of readAllForwards(store.reader, 0)) {
    for (const { buffer, at } of events) numbers.push(eventIdAt(buffer, at).readUInt32BE(12));
  }
  await store.close();
  return numbers;
};

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Writes events until the first segment of 16 KiB is more than half full; answers how many. */
const fillHalf = async (store: Store): Promise<number> => {
  let written = 0;
  while (store.reader.durable < 9_000) await appendTo(store, 's', ++written);
  return written;
};

/** As a server leaves its files the moment before it writes to the second segment. */
const sealFirstSegment = (path: string): void => {
  const file = join(path, segmentName(1));
  const bytes = readFileSync(file);
  const at = usedEnd(bytes, segmentHeaderBytes);
  const offset = Math.ceil(at / recordAlignmentBytes) * recordAlignmentBytes;
  sealRecord(bytes, offset, 0, {
    position: offset,
    durableBefore: offset,
    kind: recordKind.seal,
    flags: 0,
    ordinal: 0,
  });
  writeFileSync(file, bytes);
};

describe('a backup', () => {
  it('taken while others write has everything acknowledged before, in pairs, and nothing else', async () => {
    const store = await open();
    let acknowledged = 0;
    let isWriting = true;
    const writing = (async () => {
      for (let number = 1; isWriting; number += 2) {
        await appendTo(store, `s-${number % 5}`, number, number + 1);
        acknowledged = number + 1;
      }
    })();
    for (const name of ['a', 'b', 'c', 'd']) {
      const before = acknowledged;
      while (acknowledged < before + 120) await nextTurn();
      const known = acknowledged;
      await backupDirectory(dataDir(), target(name));
      const numbers = await numbersIn(target(name));
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index + 1));
      expect(numbers.length % 2).toBe(0);
      expect(numbers.length).toBeGreaterThanOrEqual(known);
      expect(verifyDirectory(target(name)).events).toBe(numbers.length);
    }
    isWriting = false;
    await writing;
    await store.close();
    expect(verifyDirectory(dataDir())).toMatchObject({ events: acknowledged, streams: 5, brokenIndexes: [] });
  });

  it.each(['with the next segment ready', 'with the next segment not listed yet'])(
    'taken just after a segment got its seal, %s, goes on where that one ends',
    async (when) => {
      const store = await open();
      const written = await fillHalf(store);
      const next = join(dataDir(), segmentName(2));
      while (!existsSync(next)) await nextTurn();
      await store.close();
      sealFirstSegment(dataDir());
      if (when.endsWith('yet')) rmSync(next);
      await backupDirectory(dataDir(), target('copy'));
      expect(verifyDirectory(target('copy')).events).toBe(written);
      expect(await numbersIn(target('copy'))).toHaveLength(written);
      const copy = await openStore(target('copy'));
      await appendTo(copy, 's', written + 1);
      await copy.close();
      expect(await numbersIn(target('copy'))).toHaveLength(written + 1);
    },
  );

  it('taken while many write at once, segment after segment, has everything acknowledged before', async () => {
    const store = await open();
    const acknowledged = new Set<number>();
    let next = 1;
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      let isWriting = true;
      const writer = async (): Promise<void> => {
        while (isWriting) {
          const number = next++;
          await appendTo(store, 's', number);
          acknowledged.add(number);
        }
      };
      const writing = Promise.all(Array.from({ length: 64 }, writer));
      const before = acknowledged.size;
      while (acknowledged.size < before + 500) await nextTurn();
      const known = [...acknowledged];
      await backupDirectory(dataDir(), target(name));
      isWriting = false;
      await writing;
      const numbers = new Set(await numbersIn(target(name)));
      expect(known.filter((number) => !numbers.has(number))).toEqual([]);
      expect(verifyDirectory(target(name)).events).toBe(numbers.size);
    }
    await store.close();
  });

  it('is not taken into a folder that holds something', async () => {
    const store = await open();
    await expect(backupDirectory(dataDir(), dataDir())).rejects.toBeInstanceOf(FormatRefused);
    await store.close();
  });
});

describe('verifying', () => {
  it('names the segment and the offset of damage anywhere in a record, and the index that is broken', async () => {
    const store = await open();
    for (let number = 1; number <= 120; number += 1) await appendTo(store, 's', number);
    await store.close();
    const files = readdirSync(dataDir());
    for (const name of files.filter((each) => each.endsWith('.log')).slice(0, 2)) {
      const path = join(dataDir(), name);
      const bytes = readFileSync(path);
      for (let at = 0; at < 2_000; at += 41) {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ 16;
        writeFileSync(path, damaged);
        expect(() => verifyDirectory(dataDir())).toThrow(
          new RegExp(at < 64 ? '.' : `${name} is damaged at offset \\d+`),
        );
      }
      writeFileSync(path, bytes);
    }
    const [index = ''] = files.filter((name) => name.startsWith('index'));
    writeFileSync(join(dataDir(), index), readFileSync(join(dataDir(), index)).fill(1, 0, 10));
    expect(verifyDirectory(dataDir())).toMatchObject({ events: 120, brokenIndexes: [index] });
  });
});
