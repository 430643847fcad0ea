import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { doc } from '../bson/documents.test-support.js';
import type { BsonDocument } from '../bson/values.js';
import { Scratch } from '../storage/scratch.js';
import { type Entry, MemoryRun, Merge, type Run, writtenRun } from './runs.js';
import { parseSort } from './sort.js';
import { sorted } from './sorting.js';
import { each, listed, Pace } from './source.js';

let dataDir = '';
let scratch: Scratch;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sorting-'));
  scratch = new Scratch(dataDir);
});

afterEach(async () => {
  await scratch.close();
  await rm(dataDir, { recursive: true, force: true });
});

const form = { encode: (text: string) => Buffer.from(text), decode: (bytes: Buffer) => bytes.toString() };

const entriesOf = (run: Run<string>) =>
  (async function* () {
    while (run.head !== undefined) {
      yield run.head;
      await run.advance();
    }
  })();

const all = async (run: Run<string>): Promise<string[]> => {
  const found: string[] = [];
  for await (const { kept } of entriesOf(run)) found.push(kept);
  return found;
};

const entry = (key: string, kept: string): Entry<string> => ({ key: Buffer.from(key), kept });
const byKey = (one: Entry<string>, other: Entry<string>): number => one.key.compare(other.key);

describe('runs on disk', () => {
  it('merge with those in memory as one stable sort of everything would order them', async () => {
    const key = fc.string({ maxLength: 2, unit: fc.constantFrom('a', 'b') });
    const keys = fc.array(key, { maxLength: 20 });
    const runs = fc.array(fc.record({ keys, isOnDisk: fc.boolean() }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(runs, async (given) => {
        const lists = given.map((one, run) => one.keys.map((each, at) => entry(each, `${run}:${at}`)).toSorted(byKey));
        const merged: Run<string>[] = [];
        for (const [at, { isOnDisk }] of given.entries()) {
          const run = new MemoryRun(lists[at] ?? []);
          merged.push(isOnDisk ? await writtenRun(entriesOf(run), form, scratch) : run);
        }
        const expected = lists.flat().toSorted(byKey);
        expect(await all(new Merge(merged))).toEqual(expected.map(({ kept }) => kept));
      }),
    );
  });

  it('give back entries smaller than a block, of its size, and larger', async () => {
    const sizes = [0, 1, 65_519, 65_520, 65_536, 65_537, 3_000_000, 7];
    const entries = sizes.map((size, at) => entry(`${at}`, 'x'.repeat(size)));
    const run = await writtenRun(entriesOf(new MemoryRun(entries)), form, scratch);
    expect((await all(run)).map(({ length }) => length)).toEqual(sizes);
  });
});

describe('a sort that memory does not hold', () => {
  const text = 'x'.repeat(1024 * 1024);

  const sort = (count: number, limit: number, where: Scratch | undefined): Promise<number[]> => {
    const documents = Array.from({ length: count }, (_, at) => doc({ key: (at * 7) % 5, at }));
    const options = {
      fields: parseSort(doc({ key: 1 })),
      limit,
      pace: new Pace(),
      scratch: where,
      documentOf: (document: BsonDocument) => document,
      keep: (document: BsonDocument) => ({ at: document.get('at'), text }),
      sizeOf: () => text.length,
      form: {
        encode: ({ at }: { at: unknown }) => Buffer.from(`${JSON.stringify(at)}\n${text}`),
        decode: (bytes: Buffer) => ({ at: JSON.parse(bytes.toString().split('\n')[0] ?? '') as unknown, text: '' }),
      },
    };
    return collected(sorted(listed(documents), options));
  };

  const collected = async (source: ReturnType<typeof sorted<BsonDocument, { at: unknown }>>): Promise<number[]> => {
    const found: number[] = [];
    for await (const { at } of each(source)) found.push((at as { value: number }).value);
    return found;
  };

  const inOrder = (count: number): number[] =>
    Array.from({ length: count }, (_, at) => at).toSorted((one, other) => ((one * 7) % 5) - ((other * 7) % 5));

  it('goes over the disk, in order, and leaves nothing there', async () => {
    expect(await sort(350, Infinity, scratch)).toEqual(inOrder(350));
    expect(scratch.endOffset).toBeGreaterThan(200 * text.length);
    expect(await readdir(join(dataDir, 'scratch'))).toEqual([]);
  });

  it('needs no disk where few are wanted', async () => {
    expect(await sort(350, 10, undefined)).toEqual(inOrder(350).slice(0, 10));
    await expect(sort(350, 300, undefined)).rejects.toMatchObject({ code: 292 });
  });
});
