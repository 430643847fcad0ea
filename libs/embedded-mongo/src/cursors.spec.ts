import { describe, expect, it } from '@jest/globals';
import { deserialize } from 'bson';
import { Cursors } from './cursors.js';
import { encodeDocument } from './bson/encode.js';
import type { AnswerDocument } from './bson/encode.js';
import { Computed } from './query/source.js';

const IDLE_LIMIT_MS = 10 * 60 * 1_000;

const numbered = (count: number, padding = 0) =>
  new Computed(async () =>
    Array.from({ length: count }, (_, index) => encodeDocument({ n: index, padding: 'x'.repeat(padding) })),
  );

interface Batch {
  readonly id: bigint;
  readonly ns: string;
  readonly firstBatch?: readonly { readonly n: number }[];
  readonly nextBatch?: readonly { readonly n: number }[];
}

const cursorOf = (answer: AnswerDocument): Batch =>
  deserialize(encodeDocument(answer), { useBigInt64: true })['cursor'] as Batch;
const numbersOf = ({ firstBatch, nextBatch }: Batch): number[] => (firstBatch ?? nextBatch ?? []).map(({ n }) => n);
const idOf = (batch: Batch): bigint => BigInt(batch.id);

describe('a cursor', () => {
  it('gives batches of the size asked for, and its id until it is done', async () => {
    const cursors = new Cursors();
    const first = cursorOf(await cursors.start('a.b', numbered(5), 2));
    const second = cursorOf(await cursors.more(idOf(first), 'a.b', 2));
    const third = cursorOf(await cursors.more(idOf(first), 'a.b', 2));
    expect([first, second, third].map(numbersOf)).toEqual([[0, 1], [2, 3], [4]]);
    expect([idOf(second) === idOf(first), idOf(third), cursors.size]).toEqual([true, 0n, 0]);
  });

  it('is not kept where one batch is enough or only one is wanted', async () => {
    const cursors = new Cursors();
    expect(idOf(cursorOf(await cursors.start('a.b', numbered(2), 2)))).toBe(0n);
    expect(idOf(cursorOf(await cursors.start('a.b', numbered(5), 2, { single: true })))).toBe(0n);
    expect(cursors.size).toBe(0);
  });

  it('keeps a batch below 16 MiB and loses nothing at the edge', async () => {
    const cursors = new Cursors();
    const first = cursorOf(await cursors.start('a.b', numbered(5, 6 * 1024 * 1024), 100));
    const rest: number[] = [];
    for (let id = idOf(first); id !== 0n;) {
      const next = cursorOf(await cursors.more(id, 'a.b', 100));
      rest.push(...numbersOf(next));
      id = idOf(next);
    }
    expect([...numbersOf(first), ...rest]).toEqual([0, 1, 2, 3, 4]);
    expect(numbersOf(first)).toHaveLength(2);
  });

  it('is refused under another namespace, when it is unknown and when it was killed', async () => {
    const cursors = new Cursors();
    const id = idOf(cursorOf(await cursors.start('a.b', numbered(5), 2)));
    await expect(cursors.more(id, 'a.c', 2)).rejects.toMatchObject({ code: 2 });
    expect([cursors.kill(id), cursors.kill(id)]).toEqual([true, false]);
    await expect(cursors.more(id, 'a.b', 2)).rejects.toMatchObject({ code: 43 });
  });

  it('is closed when nobody asked for it for ten minutes', async () => {
    const cursors = new Cursors();
    await cursors.start('a.b', numbered(5), 2);
    cursors.closeIdle(Date.now() + IDLE_LIMIT_MS - 1_000);
    expect(cursors.size).toBe(1);
    cursors.closeIdle(Date.now() + IDLE_LIMIT_MS + 1_000);
    expect(cursors.size).toBe(0);
  });

  it('is closed by a failure of what it reads', async () => {
    const cursors = new Cursors();
    let reads = 0;
    const failing = {
      done: false,
      async read() {
        reads += 1;
        if (reads > 1) throw new Error('no more');
        return [encodeDocument({ n: 1 })];
      },
    };
    const id = idOf(cursorOf(await cursors.start('a.b', failing, 1)));
    await expect(cursors.more(id, 'a.b', 1)).rejects.toThrow('no more');
    expect(cursors.size).toBe(0);
  });

  it('gives its space on disk back when it is over, however that comes', async () => {
    const cursors = new Cursors();
    let closed = 0;
    const scratch = {
      close: async () => {
        closed += 1;
      },
    };
    const opened = async (): Promise<bigint> => idOf(cursorOf(await cursors.start('a.b', numbered(5), 2, { scratch })));
    await cursors.start('a.b', numbered(2), 2, { scratch });
    expect(closed).toBe(1);
    const read = await opened();
    await cursors.more(read, 'a.b', 2);
    expect(closed).toBe(1);
    await cursors.more(read, 'a.b', 2);
    expect(closed).toBe(2);
    cursors.kill(await opened());
    expect(closed).toBe(3);
    const reading = await opened();
    const batch = cursors.more(reading, 'a.b', 1);
    cursors.kill(reading);
    expect(closed).toBe(3);
    await batch;
    expect(closed).toBe(4);
    await opened();
    cursors.closeIdle(Date.now() + IDLE_LIMIT_MS + 1_000);
    expect(closed).toBe(5);
    await opened();
    cursors.closeAll();
    expect([closed, cursors.size]).toEqual([6, 0]);
  });

  it('is refused past the number that may be open', async () => {
    const cursors = new Cursors();
    for (let opened = 0; opened < 1_000; opened += 1) await cursors.start('a.b', numbered(2), 1);
    await expect(cursors.start('a.b', numbered(2), 1)).rejects.toMatchObject({ code: 202 });
  });
});
