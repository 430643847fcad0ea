import { describe, expect, it } from '@jest/globals';
import type { Document } from 'mongodb';
import { contractTarget, refusal } from './target.js';

/** The names of the indexes that a find reads. */
function indexesOf(plan: Document): string[] {
  return JSON.stringify(plan).match(/(?<="indexName":")[^"]+/g) ?? [];
}

describe('options of indexes', () => {
  const target = contractTarget();
  const readBy = async (filter: Document) =>
    indexesOf((await target.things.find(filter).explain())['queryPlanner'] as Document);

  it('sparse ones leave out what has none of the fields', async () => {
    const { things } = target;
    await things.createIndex({ card: 1 }, { unique: true, sparse: true });
    await things.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3, card: 'a' }]);
    expect(await refusal(things.insertOne({ _id: 4, card: 'a' }))).toBe(11_000);
    expect(await readBy({ card: 'a' })).toEqual(['card_1']);
    expect(await things.countDocuments({ card: null })).toBe(2);
    expect((await things.find().sort({ card: 1 }).toArray()).map(({ _id }) => _id)).toEqual([1, 2, 3]);
  });

  it('partial ones leave out what does not match, and are read only for what they have', async () => {
    const { things } = target;
    await things.createIndex({ n: 1 }, { unique: true, partialFilterExpression: { open: true, n: { $gt: 5 } } });
    await things.insertMany([
      { _id: 1, n: 1, open: true },
      { _id: 2, n: 1, open: true },
      { _id: 3, n: 9, open: true },
      { _id: 4, n: 9, open: false },
    ]);
    expect(await refusal(things.insertOne({ _id: 5, n: 9, open: true }))).toBe(11_000);
    expect(await refusal(things.updateOne({ _id: 4 }, { $set: { open: true } }))).toBe(11_000);
    expect(await readBy({ n: 9, open: true })).toEqual(['n_1']);
    expect(await readBy({ n: 9 })).toEqual([]);
    expect(await things.countDocuments({ n: 9 })).toBe(2);
    await things.updateOne({ _id: 3 }, { $set: { open: false } });
    expect(await things.countDocuments({ n: { $gt: 6 }, open: true })).toBe(0);
    expect(await target.database.command({ validate: things.collectionName })).toMatchObject({ valid: true });
  });

  it('are listed as they were asked for', async () => {
    const { things } = target;
    await things.createIndex({ at: 1 }, { expireAfterSeconds: 3_600, name: 'ttl' });
    await things.createIndex({ a: 1 }, { partialFilterExpression: { a: { $exists: true } } });
    expect(await things.indexes()).toMatchObject([
      { name: '_id_' },
      { name: 'ttl', key: { at: 1 }, expireAfterSeconds: 3_600 },
      { name: 'a_1', partialFilterExpression: { a: { $exists: true } } },
    ]);
  });

  it('conflict where the same index has others', async () => {
    const { things } = target;
    await things.createIndex({ a: 1 });
    expect(await refusal(things.createIndex({ a: 1 }, { unique: true }))).toBe(85);
    expect(await refusal(things.createIndex({ a: 1 }, { name: 'other' }))).toBe(85);
    expect(await refusal(things.createIndex({ b: 1 }, { name: 'a_1' }))).toBe(86);
    expect(await refusal(things.createIndex({ a: 1, b: 1 }, { expireAfterSeconds: 1 }))).toBe(67);
    expect(await refusal(things.createIndex({ c: 1 }, { partialFilterExpression: { c: { $ne: 1 } } }))).toBe(67);
  });
});
