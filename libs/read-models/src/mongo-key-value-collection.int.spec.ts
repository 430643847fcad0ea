import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestMongo, type TestMongo } from './engine.test-support.js';
import type { KeyValueCollection } from './key-value-collection.js';
import type { MongoReadModels } from './mongo-read-models.js';

interface Snapshot {
  readonly revision: bigint;
  readonly balance: number;
  readonly note?: string | undefined;
}

let mongo: TestMongo;
let readModels: MongoReadModels;
let names = 0;

beforeAll(async () => {
  mongo = await startTestMongo();
  readModels = await mongo.connect({ projections: [] });
});
afterAll(() => mongo.stop());

const snapshot = (balance: number): Snapshot => ({ revision: 2n ** 53n + 1n, balance });

const places: [string, <T>(name: string) => KeyValueCollection<T>][] = [
  ['the read-model database', (name) => readModels.collection(name, { indexes: [{ balance: 1 }] })],
  ['the database of keys', (name) => readModels.keyCollection(name)],
];

describe.each(places)('a collection in %s', (_, place) => {
  const collection = (): KeyValueCollection<Snapshot> => {
    names += 1;
    return place(`snapshots-${names}`);
  };

  it('gives back what was put, bigint and large numbers included', async () => {
    const sut = collection();
    expect(await sut.get('a')).toBeUndefined();
    await sut.put('a', snapshot(2 ** 45));
    expect(await sut.get('a')).toEqual(snapshot(2 ** 45));
    await sut.put('a', { ...snapshot(1), note: undefined });
    expect(await sut.read('a')).toEqual({ value: snapshot(1), version: 2 });
  });

  it('gives several back in the order in which they were asked for', async () => {
    const sut = collection();
    await sut.put('a', snapshot(1));
    await sut.put('b', snapshot(2));
    expect(await sut.getMany(['b', 'none', 'a', 'b'])).toEqual([snapshot(2), undefined, snapshot(1), snapshot(2)]);
    expect(await sut.getMany([])).toEqual([]);
    await expect(sut.getMany(Array.from({ length: 1_001 }, String))).rejects.toThrow(RangeError);
  });

  it('keeps the first of several insertions', async () => {
    const sut = collection();
    const answers = await Promise.all([1, 2, 3].map((balance) => sut.insertIfAbsent('a', snapshot(balance))));
    expect(new Set(answers.map(({ balance }) => balance)).size).toBe(1);
    expect(await sut.insertIfAbsent('a', snapshot(9))).toEqual(answers[0]);
  });

  it('writes over the expected version only', async () => {
    const sut = collection();
    expect(await sut.compareAndSet('a', 1, snapshot(1))).toBe(false);
    expect(await sut.compareAndSet('a', 0, snapshot(1))).toBe(true);
    expect(await sut.compareAndSet('a', 0, snapshot(2))).toBe(false);
    const both = await Promise.all([2, 3].map((balance) => sut.compareAndSet('a', 1, snapshot(balance))));
    expect(both.filter(Boolean)).toHaveLength(1);
    expect(await sut.read('a')).toMatchObject({ version: 2 });
  });

  it('deletes', async () => {
    const sut = collection();
    await sut.put('a', snapshot(1));
    expect(await sut.delete('a', 2)).toBe(false);
    expect(await sut.delete('a', 1)).toBe(true);
    expect(await sut.delete('a')).toBe(false);
    expect(await sut.get('a')).toBeUndefined();
  });

  it('lists by prefix and by value, in order, page by page', async () => {
    const sut = collection();
    for (const id of ['b-1', 'a-2', 'a-1', 'a-3', 'ab']) await sut.put(id, snapshot(id === 'a-2' ? 0 : 1));
    const ids = async (query: Parameters<typeof sut.list>[0]): Promise<string[]> =>
      (await sut.list(query)).map(({ id }) => id);
    expect(await ids({ prefix: 'a-', limit: 2 })).toEqual(['a-1', 'a-2']);
    expect(await ids({ prefix: 'a-', limit: 2, after: 'a-2' })).toEqual(['a-3']);
    expect(await ids({ where: { balance: { $gt: 0 } }, limit: 10 })).toEqual(['a-1', 'a-3', 'ab', 'b-1']);
    await expect(sut.list({ limit: 1_001 })).rejects.toThrow(RangeError);
  });
});

describe('the two databases', () => {
  it('are apart', async () => {
    await readModels.keyCollection<string>('persons').put('a', 'key');
    expect(await readModels.collection<string>('persons').get('a')).toBeUndefined();
    expect(await mongo.database('tallyhall_keys').collection('persons').findOne({})).toMatchObject({ value: 'key' });
  });

  it.each(['checkpoints', 'Snapshots', 'tabs_v1'])('have no room for a collection named %p', (name) => {
    expect(() => readModels.collection(name)).toThrow(TypeError);
  });
});
