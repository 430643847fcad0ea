import { describe, expect, it } from '@jest/globals';
import { Decimal128, Double, Int32, Long, MongoBulkWriteError, MongoServerError } from 'mongodb';
import { contractTarget, refusal } from './target.js';

describe('writes', () => {
  const target = contractTarget();

  it('inserts, with an _id of its own making where there is none', async () => {
    const { insertedId } = await target.database.collection('made').insertOne({ a: 1 });
    expect(await target.database.collection('made').findOne()).toEqual({ _id: insertedId, a: 1 });
  });

  it('refuses a second document with the same _id, naming key and value', async () => {
    await target.things.insertOne({ _id: 'x' });
    const error: unknown = await target.things.insertOne({ _id: 'x' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MongoServerError);
    expect(error).toMatchObject({ code: 11000, keyPattern: { _id: 1 }, keyValue: { _id: 'x' } });
    expect(String(error)).toContain('E11000 duplicate key error collection: ');
  });

  it('stops an ordered batch at the first error and goes on past it in an unordered one', async () => {
    const batch = [{ _id: 1 }, { _id: 1 }, { _id: 2 }];
    const ordered: unknown = await target.things.insertMany(batch).catch((reason: unknown) => reason);
    expect(ordered).toBeInstanceOf(MongoBulkWriteError);
    expect(await target.things.countDocuments()).toBe(1);
    await target.things.deleteMany({});
    const unordered: unknown = await target.things
      .insertMany(batch, { ordered: false })
      .catch((reason: unknown) => reason);
    expect(unordered).toMatchObject({
      insertedCount: 2,
      writeErrors: [expect.objectContaining({ index: 1, code: 11000 })],
    });
  });

  it('says what an update matched and what it changed', async () => {
    await target.things.insertMany([
      { _id: 1, a: 1 },
      { _id: 2, a: 1 },
    ]);
    expect(await target.things.updateOne({ a: 1 }, { $set: { b: 1 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 1,
    });
    expect(await target.things.updateMany({ a: 1 }, { $set: { b: 1 } })).toMatchObject({
      matchedCount: 2,
      modifiedCount: 1,
    });
    expect(await target.things.updateOne({ a: 9 }, { $set: { b: 1 } })).toMatchObject({
      matchedCount: 0,
      upsertedId: null,
    });
  });

  it('upserts once, then updates', async () => {
    const upsert = () =>
      target.things.updateOne(
        { _id: 'u', kind: 'k' },
        { $inc: { n: 1 }, $setOnInsert: { born: true } },
        { upsert: true },
      );
    expect(await upsert()).toMatchObject({ matchedCount: 0, upsertedCount: 1, upsertedId: 'u' });
    expect(await upsert()).toMatchObject({ matchedCount: 1, modifiedCount: 1, upsertedCount: 0 });
    expect(await target.things.findOne()).toEqual({ _id: 'u', kind: 'k', n: 2, born: true });
  });

  it('replaces by compare-and-set in bulk', async () => {
    const at = (position: number) => Long.fromNumber(position);
    await target.things.insertMany([
      { _id: 'a', position: at(1) },
      { _id: 'b', position: at(5) },
    ]);
    const result = await target.things.bulkWrite(
      ['a', 'b'].map((_id) => ({ replaceOne: { filter: { _id, position: at(1) }, replacement: { position: at(2) } } })),
      { ordered: false },
    );
    expect(result).toMatchObject({ matchedCount: 1, modifiedCount: 1 });
    expect(await target.things.find({}, { sort: { _id: 1 } }).toArray()).toEqual([
      { _id: 'a', position: 2 },
      { _id: 'b', position: 5 },
    ]);
  });

  it('mixes all kinds in one bulk', async () => {
    const result = await target.things.bulkWrite([
      { insertOne: { document: { _id: 1 } } },
      { updateOne: { filter: { _id: 2 }, update: { $set: { a: 1 } }, upsert: true } },
      { updateMany: { filter: {}, update: { $inc: { n: 1 } } } },
      { deleteOne: { filter: { _id: 1 } } },
    ]);
    expect(result).toMatchObject({
      insertedCount: 1,
      upsertedCount: 1,
      modifiedCount: 2,
      deletedCount: 1,
      upsertedIds: { 1: 2 },
    });
    expect(await target.things.find().toArray()).toEqual([{ _id: 2, a: 1, n: 1 }]);
  });

  it('keeps the type of every number', async () => {
    const numbers = { i: new Int32(1), l: Long.fromNumber(1), d: new Double(1), x: Decimal128.fromString('1.00') };
    await target.things.insertOne({ _id: 1, ...numbers });
    await target.things.updateOne(
      { _id: 1 },
      { $set: { touched: true }, $inc: { i: new Int32(1), l: new Int32(1), d: new Int32(1) } },
    );
    const stored = await target.things.findOne({ _id: 1 }, { promoteValues: false });
    expect(stored).toMatchObject({
      i: new Int32(2),
      l: Long.fromNumber(2),
      d: new Double(2),
      x: Decimal128.fromString('1.00'),
    });
  });

  it('does not visit a document twice that an update moves in the index it reads', async () => {
    await target.things.createIndex({ n: 1 });
    await target.things.insertMany(Array.from({ length: 50 }, (_, index) => ({ _id: index, n: index })));
    await target.things.updateMany({ n: { $gte: 0 } }, { $inc: { n: 100 } });
    const values = await target.things
      .find({}, { sort: { n: 1 } })
      .map(({ n }) => n as number)
      .toArray();
    expect(values).toEqual(Array.from({ length: 50 }, (_, index) => index + 100));
  });

  it('deletes one or many', async () => {
    await target.things.insertMany([
      { _id: 1, a: 1 },
      { _id: 2, a: 1 },
      { _id: 3, a: 1 },
    ]);
    expect(await target.things.deleteOne({ a: 1 })).toMatchObject({ deletedCount: 1 });
    expect(await target.things.deleteMany({ a: 1 })).toMatchObject({ deletedCount: 2 });
  });

  it('finds and modifies: before, after, sorted, removed, upserted', async () => {
    await target.things.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ]);
    const { things } = target;
    expect(await things.findOneAndUpdate({}, { $inc: { n: 10 } }, { sort: { n: -1 } })).toEqual({ _id: 2, n: 2 });
    expect(await things.findOneAndUpdate({ _id: 2 }, { $inc: { n: 1 } }, { returnDocument: 'after' })).toEqual({
      _id: 2,
      n: 13,
    });
    expect(await things.findOneAndReplace({ _id: 1 }, { r: 1 }, { returnDocument: 'after' })).toEqual({ _id: 1, r: 1 });
    expect(await things.findOneAndDelete({ _id: 1 })).toEqual({ _id: 1, r: 1 });
    expect(await things.findOneAndDelete({ _id: 1 })).toBeNull();
    const upserted = await things.findOneAndUpdate(
      { _id: 9 },
      { $set: { a: 1 } },
      { upsert: true, returnDocument: 'after' },
    );
    expect(upserted).toEqual({ _id: 9, a: 1 });
  });

  it('refuses to change an _id', async () => {
    await target.things.insertOne({ _id: 1 });
    expect(await refusal(target.things.updateOne({ _id: 1 }, { $set: { _id: 2 } }))).toBe(66);
  });

  it('refuses what cannot be applied and leaves the document as it was', async () => {
    await target.things.insertOne({ _id: 1, text: 'x', n: 1 });
    expect(await refusal(target.things.updateOne({ _id: 1 }, { $inc: { n: 1, text: 1 } }))).toBe(14);
    expect(await refusal(target.things.updateOne({ _id: 1 }, { $set: { 'text.a': 1 } }))).toBe(28);
    expect(await refusal(target.things.updateOne({ _id: 1 }, { $set: { n: 1 }, $inc: { n: 1 } }))).toBe(40);
    expect(await target.things.findOne()).toEqual({ _id: 1, text: 'x', n: 1 });
  });

  it('does not lose an increment to others that come at once', async () => {
    await target.things.insertOne({ _id: 'counter', n: 0 });
    await Promise.all(
      Array.from({ length: 200 }, () => target.things.updateOne({ _id: 'counter' }, { $inc: { n: 1 } })),
    );
    expect(await target.things.findOne()).toEqual({ _id: 'counter', n: 200 });
  });

  it('takes documents of megabytes and refuses those past 16', async () => {
    const text = 'x'.repeat(5 * 1024 * 1024);
    await target.things.insertOne({ _id: 1, text });
    expect((await target.things.findOne())?.['text']).toHaveLength(text.length);
    await expect(target.things.updateOne({ _id: 1 }, { $set: { a: text, b: text, c: text } })).rejects.toBeInstanceOf(
      Error,
    );
  });
});
