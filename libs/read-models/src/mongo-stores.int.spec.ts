import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { DocumentChange } from './document-state.js';
import { startTestMongo, type TestMongo } from './engine.test-support.js';
import { MongoCheckpointStore } from './mongo-checkpoint-store.js';
import { MongoDocumentStore } from './mongo-document-store.js';
import { MongoLeaseStore } from './mongo-leases.js';
import { MemoryStores } from './projecting.test-support.js';
import type { DocumentStore } from './projection-stores.js';
import { StoreMismatch } from './store-binding.js';

let mongo: TestMongo;
let names = 0;

beforeAll(async () => {
  mongo = await startTestMongo();
});
afterAll(() => mongo.stop());

const change = (id: string, position: bigint, expected?: bigint): DocumentChange => ({
  after: { id, position, created: 1n, doc: { drinks: Number(position) } },
  expected,
});

const deletion = (id: string, position: bigint, expected: bigint): DocumentChange => ({
  after: { id, position, created: undefined, doc: null },
  expected,
});

const kinds: [string, () => DocumentStore][] = [
  ['memory', () => new MemoryStores().documents],
  ['MongoDB', () => new MongoDocumentStore(mongo.database('stores'), `documents-${(names += 1)}`, [{}])],
];

describe.each(kinds)('a document store in %s', (_, create) => {
  it('gives back what was written, deletions included', async () => {
    const sut = create();
    await sut.prepare();
    expect(await sut.write([change('a', 1n), change('b', 2n)])).toEqual([]);
    expect(await sut.write([change('a', 3n, 1n), deletion('b', 4n, 2n), change('c', 5n)])).toEqual([]);
    const loaded = await sut.load(['a', 'b', 'c', 'd']);
    expect(loaded).toEqual(
      new Map([change('a', 3n), deletion('b', 4n, 2n), change('c', 5n)].map(({ after }) => [after.id, after])),
    );
  });

  it('names what was not where it was expected, and writes all the rest', async () => {
    const sut = create();
    await sut.write([change('a', 1n), change('b', 2n), change('c', 3n)]);
    const conflicts = await sut.write([change('a', 9n), change('b', 9n, 2n), change('c', 9n, 1n), change('d', 9n, 1n)]);
    expect([...conflicts].sort()).toEqual(['a', 'c', 'd']);
    const loaded = await sut.load(['a', 'b', 'c', 'd']);
    expect([...loaded.values()].map(({ id, position }) => [id, position]).sort()).toEqual([
      ['a', 1n],
      ['b', 9n],
      ['c', 3n],
    ]);
  });

  it('loads a thousand documents at once', async () => {
    const sut = create();
    const ids = Array.from({ length: 1_000 }, (_unused, index) => `document-${index}`);
    expect(await sut.write(ids.map((id) => change(id, 1n)))).toEqual([]);
    expect((await sut.load(ids)).size).toBe(1_000);
  });
});

describe('a stored checkpoint', () => {
  const checkpoint = (storeId = 'store'): MongoCheckpointStore =>
    new MongoCheckpointStore(
      mongo.database('stores').collection('checkpoints'),
      { collection: `tabs-${names}`, version: 1, storeId },
      () => new Date(0),
    );

  it('moves forward, never back', async () => {
    names += 1;
    const sut = checkpoint();
    expect(await sut.load()).toBeUndefined();
    for (const position of [5n, 3n, 2n ** 62n, 7n]) await sut.save(position);
    expect(await sut.load()).toBe(2n ** 62n);
  });

  it('of another event store is refused', async () => {
    names += 1;
    await checkpoint().save(1n);
    await expect(checkpoint('another').load()).rejects.toThrow(StoreMismatch);
  });
});

describe('a stored lease', () => {
  const lease = (): MongoLeaseStore =>
    new MongoLeaseStore(mongo.database('stores').collection(`leases-${(names += 1)}`));
  const record = (holder: string, term: number) => ({ holder, term, ttlMs: 300 });

  it('is taken by one of several', async () => {
    const sut = lease();
    const taken = await Promise.all(['a', 'b', 'c'].map((holder) => sut.take('l', undefined, record(holder, 1))));
    expect(taken.filter(Boolean)).toHaveLength(1);
    const seen = await sut.read('l');
    const again = await Promise.all(['d', 'e'].map((holder) => sut.take('l', seen, record(holder, 2))));
    expect(again.filter(Boolean)).toHaveLength(1);
  });

  it('is not taken once it was renewed, nor renewed once it was taken', async () => {
    const sut = lease();
    await sut.take('l', undefined, record('a', 1));
    const seen = await sut.read('l');
    expect(await sut.renew('l', 'a', 2)).toBe(true);
    expect(await sut.take('l', seen, record('b', 2))).toBe(false);
    expect(await sut.take('l', await sut.read('l'), record('b', 3))).toBe(true);
    expect(await sut.renew('l', 'a', 4)).toBe(false);
    await sut.free('l', 'a');
    expect(await sut.read('l')).toMatchObject(record('b', 3));
    await sut.free('l', 'b');
    expect(await sut.read('l')).toMatchObject({ holder: null });
  });
});
