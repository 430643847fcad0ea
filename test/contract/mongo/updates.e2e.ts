import { describe, expect, it } from '@jest/globals';
import { Int32, Long } from 'mongodb';
import { contractTarget, refusal } from './target.js';

describe('updates of lists and by pipelines', () => {
  const target = contractTarget();

  it('change the element that the query matched', async () => {
    const { things } = target;
    await things.insertOne({ _id: 1, grades: [{ score: 80 }, { score: 95 }, { score: 90 }] });
    await things.updateOne({ _id: 1, 'grades.score': { $gte: 90 } }, { $set: { 'grades.$.top': true } });
    expect((await things.findOne())?.['grades']).toEqual([{ score: 80 }, { score: 95, top: true }, { score: 90 }]);
    expect(await refusal(things.updateOne({ _id: 1 }, { $set: { 'grades.$.x': 1 } }))).toBe(2);
  });

  it('change all elements, or those that a filter names', async () => {
    const { things } = target;
    await things.insertOne({ _id: 1, a: [1, 2, 3], rooms: [{ n: [1, 2] }, { n: [3] }] });
    await things.updateOne({ _id: 1 }, { $inc: { 'a.$[]': 10 } });
    await things.updateOne({ _id: 1 }, { $set: { 'a.$[high]': 0 } }, { arrayFilters: [{ high: { $gte: 12 } }] });
    await things.updateOne({ _id: 1 }, { $mul: { 'rooms.$[r].n.$[]': 2 } }, { arrayFilters: [{ 'r.n': 3 }] });
    expect(await things.findOne()).toEqual({ _id: 1, a: [11, 0, 0], rooms: [{ n: [1, 2] }, { n: [6] }] });
    const unused = things.updateOne({ _id: 1 }, { $set: { b: 1 } }, { arrayFilters: [{ x: 1 }] });
    expect(await refusal(unused)).toBe(9);
    expect(await refusal(things.updateOne({ _id: 1 }, { $set: { 'a.$[x]': 1 } }))).toBe(2);
  });

  it('push sorted, at a place and cut; pop, pull and count bits', async () => {
    const { things } = target;
    await things.insertOne({ _id: 1, top: [5, 9], q: ['a', 'b', 'c', 'a'], flags: new Int32(5) });
    await things.updateOne({ _id: 1 }, { $push: { top: { $each: [7, 1], $sort: -1, $slice: 3 } } } as object);
    await things.updateOne({ _id: 1 }, { $push: { q: { $each: ['x'], $position: 1 } } } as object);
    await things.updateOne({ _id: 1 }, { $pop: { q: -1 }, $bit: { flags: { and: new Int32(6), or: new Int32(8) } } });
    await things.updateOne({ _id: 1 }, { $pullAll: { q: ['a', 'c'] } } as object);
    expect(await things.findOne()).toEqual({ _id: 1, top: [9, 7, 5], q: ['x', 'b'], flags: 12 });
  });

  it('work out new fields from old ones', async () => {
    const { things } = target;
    await things.insertMany([
      { _id: 1, price: 10, count: 3 },
      { _id: 2, price: 5, count: 1 },
    ]);
    const pipeline = [{ $set: { total: { $multiply: ['$price', '$count'] } } }, { $unset: ['price'] }];
    expect(await things.updateMany({ count: { $gt: 0 } }, pipeline)).toMatchObject({
      matchedCount: 2,
      modifiedCount: 2,
    });
    expect(await things.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 1, count: 3, total: 30 },
      { _id: 2, count: 1, total: 5 },
    ]);
    await things.updateOne({ _id: 3 }, [{ $set: { n: { $ifNull: ['$n', 1] } } }], { upsert: true });
    expect(await things.findOne({ _id: 3 })).toEqual({ _id: 3, n: 1 });
    expect(await refusal(things.updateOne({ _id: 1 }, [{ $set: { _id: 9 } }]))).toBe(66);
    expect(await refusal(things.updateOne({ _id: 1 }, [{ $match: {} }]))).toBe(72);
  });

  it('use the variables that the command defines', async () => {
    const { things, database } = target;
    await things.insertOne({ _id: 1, n: 5 });
    await database.command({
      update: things.collectionName,
      let: { least: 3 },
      updates: [{ q: { $expr: { $gt: ['$n', '$$least'] } }, u: [{ $set: { n: '$$least' } }] }],
    });
    expect(await things.findOne()).toEqual({ _id: 1, n: 3 });
  });

  it('keep types: an Int32 that overflows becomes a Long, a missing field takes the type of the operand', async () => {
    const { things } = target;
    await things.insertOne({ _id: 1, i: new Int32(2_147_483_647) });
    await things.updateOne(
      { _id: 1 },
      { $inc: { i: new Int32(1), fresh: Long.fromNumber(1) }, $mul: { none: Long.fromNumber(7) } },
    );
    expect(await things.findOne({}, { promoteValues: false })).toEqual({
      _id: new Int32(1),
      i: Long.fromNumber(2_147_483_648),
      fresh: Long.fromNumber(1),
      none: Long.fromNumber(0),
    });
  });
});
