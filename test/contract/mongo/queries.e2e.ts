import { describe, expect, it } from '@jest/globals';
import { Long } from 'mongodb';
import { contractTarget, refusal } from './target.js';

describe('queries', () => {
  const target = contractTarget();
  const numbered = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ _id: index, n: index % 10, text: `t${index}` }));

  it('pages through a result in batches', async () => {
    await target.things.insertMany(numbered(1_000));
    const cursor = target.things.find({}, { batchSize: 7, sort: { _id: -1 } });
    const ids = await cursor.map(({ _id }) => _id).toArray();
    expect(ids).toEqual(Array.from({ length: 1_000 }, (_, index) => 999 - index));
  });

  it('gives documents in the order of insertion where no order is asked for', async () => {
    await target.things.insertMany([{ _id: 3 }, { _id: 1 }, { _id: 2 }]);
    expect(await target.things.find().toArray()).toEqual([{ _id: 3 }, { _id: 1 }, { _id: 2 }]);
  });

  it('skips, limits and sorts, with an index and without', async () => {
    await target.things.insertMany(numbered(100));
    const page = () =>
      target.things
        .find({ n: { $gte: 5 } })
        .sort({ n: 1, _id: -1 })
        .skip(8)
        .limit(4)
        .map(({ _id }) => _id)
        .toArray();
    expect(await page()).toEqual([15, 5, 96, 86]);
    await target.things.createIndex({ n: 1, _id: -1 });
    expect(await page()).toEqual([15, 5, 96, 86]);
  });

  it('lists newest first from a cursor predicate', async () => {
    await target.things.createIndex({ hall: 1, position: -1 });
    const documents = Array.from({ length: 300 }, (_, index) => ({
      _id: index,
      hall: index % 3,
      position: Long.fromNumber(index),
    }));
    await target.things.insertMany(documents);
    const page = await target.things
      .find({ hall: 1, position: { $lt: Long.fromNumber(100) } })
      .sort({ position: -1 })
      .limit(3)
      .toArray();
    expect(page.map(({ _id }) => _id)).toEqual([97, 94, 91]);
  });

  it('tells null and missing as MongoDB does', async () => {
    await target.things.insertMany([{ _id: 1, a: null }, { _id: 2 }, { _id: 3, a: 0 }]);
    const ids = (filter: object) =>
      target.things
        .find(filter)
        .map(({ _id }) => _id)
        .toArray();
    expect(await ids({ a: null })).toEqual([1, 2]);
    expect(await ids({ a: { $exists: true } })).toEqual([1, 3]);
    expect(await ids({ a: { $type: 'null' } })).toEqual([1]);
    expect(await ids({ a: { $ne: null } })).toEqual([3]);
  });

  it('finds elements of arrays through a multikey index, each document once', async () => {
    await target.things.createIndex({ tags: 1 });
    await target.things.insertMany([
      { _id: 1, tags: ['a', 'b'] },
      { _id: 2, tags: ['c'] },
      { _id: 3, tags: 'b' },
    ]);
    const found = await target.things
      .find({ tags: { $in: ['a', 'b'] } })
      .sort({ _id: 1 })
      .toArray();
    expect(found.map(({ _id }) => _id)).toEqual([1, 3]);
  });

  it('projects', async () => {
    await target.things.insertOne({ _id: 1, a: { b: 1, c: 2 }, d: 3 });
    expect(await target.things.findOne({}, { projection: { 'a.b': 1 } })).toEqual({ _id: 1, a: { b: 1 } });
    expect(await target.things.findOne({}, { projection: { _id: 0, a: 0 } })).toEqual({ d: 3 });
  });

  it('counts and tells distinct values', async () => {
    await target.things.insertMany(numbered(50));
    expect(await target.things.countDocuments({ n: 3 })).toBe(5);
    expect(await target.things.countDocuments({}, { skip: 10, limit: 15 })).toBe(15);
    expect(await target.things.estimatedDocumentCount()).toBe(50);
    expect((await target.things.distinct('n', { _id: { $lt: 5 } })).sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('sees its own writes at once', async () => {
    for (let n = 0; n < 50; n += 1) {
      await target.things.updateOne({ _id: 1 }, { $set: { n } }, { upsert: true });
      expect(await target.things.findOne({ _id: 1 })).toEqual({ _id: 1, n });
    }
  });

  it('ends a cursor whose collection was dropped, and one that was killed', async () => {
    await target.things.insertMany(numbered(50));
    const dropped = target.things.find({}, { batchSize: 5 });
    await dropped.next();
    await target.things.drop();
    expect(await refusal(dropped.toArray())).toBe(175);
    expect(await refusal(target.database.command({ getMore: Long.fromNumber(12_345), collection: 'things' }))).toBe(43);
  });

  it('stops at the time limit', async () => {
    await target.things.insertMany(numbered(20_000));
    expect(await refusal(target.things.find({ text: /z{1,9}$/ }, { maxTimeMS: 1 }).toArray())).toBe(50);
  });

  it.each([
    [{ a: { $strange: 1 } }, 2],
    [{ $strange: 1 }, 2],
    [{ $or: [] }, 2],
    [{ a: { $in: 1 } }, 2],
  ])('refuses %j', async (filter, code) => {
    expect(await refusal(target.things.find(filter).toArray())).toBe(code);
  });
});
