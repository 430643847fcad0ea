import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataDamaged, FormatRefused } from '../errors.js';
import { readAllForwards } from '../store/reading.js';
import type { Store } from '../store/store.js';
import { appendTo, eventOf, openStore, temporaryDirectory } from '../testing.test-support.js';
import { eventIdAt, recordEnd, recordHeaderBytes } from './record.js';
import { scavengedVersion, segmentHeaderBytes, segmentName } from './segment-file.js';

let directory: { path: string; remove: () => Promise<void> };
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

const firstSegment = () => join(directory.path, segmentName(1));

const numbersIn = async (store: Store): Promise<number[]> => {
  const numbers: number[] = [];
  for await (const events of readAllForwards(store.reader, 0)) {
    for (const { buffer, at } of events) numbers.push(eventIdAt(buffer, at).readUInt32BE(12));
  }
  return numbers;
};

/** What a killed server leaves: whole records, no mark of a clean end. Answers the offsets of the records. */
const leaveBehind = async (...appends: number[][]): Promise<number[]> => {
  const store = await openStore(directory.path);
  for (const numbers of appends) await appendTo(store, 's', ...numbers);
  await store.close();
  const bytes = readFileSync(firstSegment());
  const offsets = [segmentHeaderBytes];
  const events = appends.flat().length;
  while (offsets.length <= events) offsets.push(recordEnd(bytes, offsets.at(-1) ?? 0));
  const end = offsets.at(-1) ?? 0;
  bytes.fill(0, end, end + recordHeaderBytes);
  writeFileSync(firstSegment(), bytes);
  return offsets;
};

const reopened = async (): Promise<{ numbers: number[]; repairedAt: number | undefined }> => {
  const store = await openStore(directory.path);
  const numbers = await numbersIn(store);
  await store.close();
  return { numbers, repairedAt: store.repair?.offset };
};

describe('a start after a crash', () => {
  it('finds every event again, and goes on where the log ended', async () => {
    await leaveBehind([1], [2, 3]);
    const store = await openStore(directory.path);
    const outcome = await appendTo(store, 's', 4);
    expect(outcome).toMatchObject({ kind: 'appended', revision: 3 });
    expect(await numbersIn(store)).toEqual([1, 2, 3, 4]);
    await store.close();
    expect(store.repair).toBeNull();
    expect((await reopened()).numbers).toEqual([1, 2, 3, 4]);
  });

  it('keeps positions and revisions', async () => {
    const store = await openStore(directory.path);
    const before = await appendTo(store, 's', 1);
    await store.close();
    const again = await openStore(directory.path);
    expect(await appendTo(again, 's', 1)).toEqual(before);
    await again.close();
  });

  it('clears a last record of which any byte is wrong', async () => {
    const [, , start = 0, end = 0] = await leaveBehind([1], [2], [3]);
    const whole = readFileSync(firstSegment());
    const bodyEnd = start + recordHeaderBytes + whole.readUInt32LE(start + 4);
    for (let at = start; at < bodyEnd; at += 1) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0x40;
      writeFileSync(firstSegment(), bytes);
      expect(await reopened()).toEqual({ numbers: [1, 2], repairedAt: start });
      rmSync(firstSegment());
    }
    expect(end).toBeGreaterThanOrEqual(bodyEnd);
  });

  it('clears a last record that was written up to any byte', async () => {
    const [, , start = 0, end = 0] = await leaveBehind([1], [2], [3]);
    const whole = readFileSync(firstSegment());
    const bodyEnd = start + recordHeaderBytes + whole.readUInt32LE(start + 4);
    for (let cut = start; cut < bodyEnd; cut += 1) {
      const bytes = Buffer.from(whole).fill(0, cut, end);
      writeFileSync(firstSegment(), bytes);
      const isWhole = bytes.equals(whole);
      expect((await reopened()).numbers).toEqual(isWhole ? [1, 2, 3] : [1, 2]);
      expect(
        readFileSync(firstSegment())
          .subarray(start + recordHeaderBytes)
          .every((byte) => byte === 0),
      ).toBe(!isWhole);
    }
  });

  it('drops an append of several events whole when its last record is torn', async () => {
    const offsets = await leaveBehind([1], [2, 3, 4]);
    const bytes = readFileSync(firstSegment());
    const last = offsets.at(-2) ?? 0;
    bytes[last + 40] = (bytes[last + 40] ?? 0) ^ 1;
    writeFileSync(firstSegment(), bytes);
    expect(await reopened()).toEqual({ numbers: [1], repairedAt: offsets[1] });
  });

  it('refuses damage before the last append, naming segment and offset', async () => {
    const [first = 0, second = 0, third = 0] = await leaveBehind([1], [2], [3]);
    const whole = readFileSync(firstSegment());
    for (let at = first; at < third; at += 3) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0x40;
      writeFileSync(firstSegment(), bytes);
      const isPadding = (start: number, end: number) =>
        at >= start + recordHeaderBytes + whole.readUInt32LE(start + 4) && at < end;
      if (isPadding(first, second) || isPadding(second, third)) continue;
      await expect(openStore(directory.path)).rejects.toMatchObject({
        name: 'DataDamaged',
        segment: segmentName(1),
        offset: at < second ? first : second,
      });
    }
  });

  it('refuses damage to the last append after a clean stop', async () => {
    const store = await openStore(directory.path);
    await appendTo(store, 's', 1);
    await store.close();
    const bytes = readFileSync(firstSegment());
    bytes[segmentHeaderBytes + 50] = (bytes[segmentHeaderBytes + 50] ?? 0) ^ 1;
    writeFileSync(firstSegment(), bytes);
    await expect(openStore(directory.path)).rejects.toMatchObject({ name: 'DataDamaged', offset: segmentHeaderBytes });
  });
});

describe('a log of several segments', () => {
  const fill = async (): Promise<number[]> => {
    const store = await openStore(directory.path);
    const numbers = Array.from({ length: 150 }, (_, index) => index + 1);
    for (const number of numbers) await appendTo(store, `s-${number % 7}`, number);
    await store.close();
    return numbers;
  };
  const segments = () =>
    readdirSync(directory.path)
      .filter((name) => name.endsWith('.log'))
      .sort();

  it('is read across them, before and after a restart', async () => {
    const numbers = await fill();
    expect(segments().length).toBeGreaterThan(3);
    expect((await reopened()).numbers).toEqual(numbers);
  });

  it('refuses a missing segment by its name', async () => {
    await fill();
    for (const name of segments().slice(0, -1)) {
      const kept = readFileSync(join(directory.path, name));
      rmSync(join(directory.path, name));
      await expect(openStore(directory.path)).rejects.toMatchObject({ name: 'DataDamaged', segment: name });
      writeFileSync(join(directory.path, name), kept);
    }
  });

  it('refuses a segment that is cut off or broken', async () => {
    await fill();
    const [, second = ''] = segments();
    const path = join(directory.path, second);
    const whole = readFileSync(path);
    for (const cut of [0, 10, 63, 64, 1000, whole.length - 1]) {
      writeFileSync(path, whole);
      const file = openSync(path, 'r+');
      ftruncateSync(file, cut);
      closeSync(file);
      await expect(openStore(directory.path)).rejects.toBeInstanceOf(DataDamaged);
    }
    const broken = Buffer.from(whole);
    broken[200] = (broken[200] ?? 0) ^ 1;
    writeFileSync(path, broken);
    const damage = { name: 'DataDamaged', segment: second, offset: 64 };
    const store = await openStore(directory.path);
    await expect(numbersIn(store)).rejects.toMatchObject(damage);
    await store.close();
    for (const name of readdirSync(directory.path)) {
      if (name.endsWith('.idx')) rmSync(join(directory.path, name));
    }
    await expect(openStore(directory.path)).rejects.toMatchObject(damage);
  });

  it('refuses a segment of another store', async () => {
    await fill();
    const other = await temporaryDirectory();
    mkdirSync(join(other.path, 'data'));
    const store = await openStore(join(other.path, 'data'));
    for (let number = 1; number < 100; number += 1) await appendTo(store, 's', number);
    await store.close();
    copyFileSync(join(other.path, 'data', segmentName(2)), join(directory.path, segmentName(2)));
    await other.remove();
    await expect(openStore(directory.path)).rejects.toThrow('another store');
  });

  it('refuses a newer format, and what is no event store', async () => {
    await leaveBehind([1]);
    const bytes = readFileSync(firstSegment());
    bytes.writeUInt32LE(scavengedVersion + 1, 8);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 60)), 60);
    writeFileSync(firstSegment(), bytes);
    await expect(openStore(directory.path)).rejects.toThrow(/format version 3, this engine knows versions up to 2/);
    writeFileSync(firstSegment(), Buffer.alloc(16 * 1024, 7));
    await expect(openStore(directory.path)).rejects.toBeInstanceOf(FormatRefused);
  });

  it('takes an append bigger than a segment', async () => {
    const store = await openStore(directory.path);
    await store.append({
      streamKey: 's',
      expected: 'any',
      events: [eventOf(1, { data: Buffer.alloc(100_000, 7), streamName: Buffer.from('s') })],
    });
    await appendTo(store, 's', 2);
    expect(await numbersIn(store)).toEqual([1, 2]);
    await store.close();
    expect((await reopened()).numbers).toEqual([1, 2]);
  });
});
