import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hotTailBytes } from './hot-tail.js';
import { eventIdAt, positionAt } from './record.js';
import { appendTo, eventOf, openStore, temporaryDirectory } from '../testing.test-support.js';

let directory: { path: string; remove: () => Promise<void> };
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

describe('records at several positions', () => {
  it('are the same whether they are near, far, big, in memory or on the disk', async () => {
    const store = await openStore(directory.path, { segmentBytes: 1024 * 1024 });
    const sizes = [10, 20, 5_000, 30, 200_000, 40, 50, 60_000, 70, 80];
    let number = 0;
    while (number * 26_000 < 2 * hotTailBytes) {
      for (const size of sizes) {
        number += 1;
        const event = eventOf(number, { streamName: Buffer.from('s'), data: Buffer.alloc(size, number) });
        await store.append({ streamKey: 's', expected: 'any', events: [event] });
      }
      await appendTo(store, 'other', 1_000_000 + number);
    }
    const positions = store.index.streams.positions('s', 0, number);
    expect(positions).toHaveLength(number);
    const records = store.reader.records(positions);
    expect(records.map(({ buffer, at }) => positionAt(buffer, at))).toEqual(positions);
    expect(records.map(({ buffer, at }) => eventIdAt(buffer, at).readUInt32BE(12))).toEqual(
      Array.from({ length: number }, (_, index) => index + 1),
    );
    await store.close();
  });

  it('are refused by segment and offset where one of them was damaged, and the others are read', async () => {
    const written = await openStore(directory.path);
    for (let number = 1; number <= 60; number += 1) await appendTo(written, 's', number);
    await written.close();
    const store = await openStore(directory.path);
    const positions = store.index.streams.positions('s', 0, 9);
    const [offset = 0] = positions.slice(5);
    const file = await open(join(directory.path, 'segment-00000001.log'), 'r+');
    await file.write(Buffer.from([0xff]), 0, 1, offset + 40);
    await file.close();
    expect(() => store.reader.records(positions)).toThrow(
      expect.objectContaining({ name: 'DataDamaged', segment: 'segment-00000001.log', offset }),
    );
    const whole = positions.filter((position) => position !== offset);
    expect(store.reader.records(whole).map(({ buffer, at }) => positionAt(buffer, at))).toEqual(whole);
    await store.close();
  });
});
