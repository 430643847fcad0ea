import { describe, expect, it } from '@jest/globals';
import { Decimal128, Double, Int32, Long } from 'bson';
import { doc, plain, typed } from '../bson/documents.test-support.js';
import { decodeDocument } from '../bson/decode.js';
import { encodeDocument } from '../bson/encode.js';
import { Found } from '../query/found.js';
import { updatedBytes } from './apply.js';
import { parseUpdate } from './parse.js';
import { upsertedDocument } from './upsert.js';

/** A stored document always has an _id; one of the helper's own is taken out again. */
const update = (before: object, change: object) => {
  const stored = new Found(1, encodeDocument(doc({ _id: 0, ...before })));
  const after = decodeDocument(updatedBytes(parseUpdate(doc(change)), stored));
  if (!('_id' in before)) after.delete('_id');
  return after;
};

describe('an update', () => {
  it.each<[object, object, object]>([
    [{ a: 1 }, { $set: { b: 2, 'c.d': 3 } }, { a: 1, b: 2, c: { d: 3 } }],
    [{ a: [1, 2] }, { $set: { 'a.1': 9, 'a.3': 7 } }, { a: [1, 9, null, 7] }],
    [{ a: { b: 1 } }, { $set: { 'a.b': { c: 1 } } }, { a: { b: { c: 1 } } }],
    [{ a: 1, b: 2 }, { $unset: { a: '', x: '', 'b.c': '' } }, { b: 2 }],
    [{ a: [1, 2] }, { $unset: { 'a.0': '' } }, { a: [null, 2] }],
    [{ a: 1 }, { $inc: { a: 2, b: 5 } }, { a: 3, b: 5 }],
    [{ a: 3 }, { $mul: { a: 2, b: 5 } }, { a: 6, b: 0 }],
    [{ a: 3, b: 3 }, { $min: { a: 1, b: 9, c: 4 } }, { a: 1, b: 3, c: 4 }],
    [{ a: 3, b: 3 }, { $max: { a: 1, b: 9, c: 4 } }, { a: 3, b: 9, c: 4 }],
    [{ a: 1 }, { $setOnInsert: { b: 2 } }, { a: 1 }],
    [{ a: [1] }, { $push: { a: 2, b: 3 } }, { a: [1, 2], b: [3] }],
    [{ a: [1] }, { $push: { a: { $each: [2, 3] }, b: { $each: [] } } }, { a: [1, 2, 3], b: [] }],
    [{ a: [1, { b: 1 }] }, { $addToSet: { a: { $each: [1, { b: 1 }, 4, 4] } } }, { a: [1, { b: 1 }, 4] }],
    [{ a: [1, 2, 1] }, { $pull: { a: 1, x: 1 } }, { a: [2] }],
    [{ a: [1, 5, 9] }, { $pull: { a: { $gte: 5 } } }, { a: [1] }],
    [{ a: [{ b: 1, c: 2 }, { b: 2 }] }, { $pull: { a: { b: 1 } } }, { a: [{ b: 2 }] }],
    [{ a: 1, b: { c: 2 } }, { $rename: { a: 'x.y', 'b.c': 'z' } }, { b: {}, x: { y: 1 }, z: 2 }],
    [{ a: 1 }, { $rename: { missing: 'a' } }, { a: 1 }],
    [{ _id: 7, a: 1 }, { b: 2 }, { _id: 7, b: 2 }],
    [{ _id: 7, a: 1 }, { $set: { _id: new Double(7) } }, { _id: 7, a: 1 }],
  ])('%j with %j', (before, change, after) => {
    expect(plain(update(before, change))).toEqual(after);
  });

  it('leaves the document before as it was', () => {
    const before = new Found(1, encodeDocument(doc({ _id: 1, a: { b: [1, { c: 1 }] } })));
    updatedBytes(parseUpdate(doc({ $set: { 'a.b.1.c': 2 }, $push: { 'a.d': 1 } })), before);
    expect(plain(before.document)).toEqual({ _id: 1, a: { b: [1, { c: 1 }] } });
  });

  it.each([
    [new Int32(1), new Int32(2), 'Int32'],
    [new Int32(2_147_483_647), new Int32(1), 'Long'],
    [new Int32(1), Long.fromNumber(1), 'Long'],
    [Long.fromNumber(1), new Double(1), 'Double'],
    [new Double(1), Decimal128.fromString('0.1'), 'Decimal128'],
  ])('$inc of %p by %p gives %s', (current, by, type) => {
    expect(typed(update({ a: current }, { $inc: { a: by } }))).toEqual({
      a: expect.objectContaining({ _bsontype: type }),
    });
  });

  it('keeps the types of the numbers it does not touch', () => {
    const before = { a: new Int32(1), b: Long.fromNumber(1), c: new Double(1), d: Decimal128.fromString('1.00'), e: 1 };
    expect(typed(update(before, { $set: { e: new Int32(2) } }))).toEqual({ ...before, e: new Int32(2) });
  });

  it('adds new fields in the order of their paths', () => {
    const after = update({ z: 1 }, { $set: { b: 1, a10: 1 }, $inc: { a2: 1 } });
    expect([...after.keys()]).toEqual(['z', 'a10', 'a2', 'b']);
  });

  it.each<[object, object, number, string]>([
    [{ a: 'x' }, { $inc: { a: 1 } }, 14, '$inc'],
    [{ a: 1 }, { $inc: { a: 'x' } }, 14, 'increment'],
    [{ a: Long.MAX_VALUE }, { $inc: { a: Long.fromNumber(1) } }, 2, '$inc'],
    [{ a: 1 }, { $set: { 'a.b': 1 } }, 28, "'b'"],
    [{ a: [1] }, { $set: { 'a.b': 1 } }, 28, "'b'"],
    [{ a: 1 }, { $push: { a: 1 } }, 2, 'array'],
    [{ a: 1 }, { $pull: { a: 1 } }, 2, '$pull'],
    [{ _id: 1 }, { $set: { _id: 2 } }, 66, '_id'],
    [{ _id: 1 }, { $unset: { _id: '' } }, 66, '_id'],
    [{ _id: 1 }, { _id: 2, a: 1 }, 66, '_id'],
  ])('%j with %j is refused with code %i', (before, change, code, text) => {
    expect(() => update(before, change)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(text) }),
    );
  });

  it.each<[object, number, string]>([
    [{ $bit: { a: { and: 1 } } }, 9, '$bit'],
    [{ $set: { a: 1 }, b: 1 }, 9, 'b'],
    [{ $set: { a: 1 }, $inc: { a: 1 } }, 40, "'a'"],
    [{ $set: { a: 1, 'a.b': 1 } }, 40, "'a.b'"],
    [{ $rename: { a: 'b' }, $set: { b: 1 } }, 40, "'b'"],
    [{ $set: { 'a.$': 1 } }, 2, 'positional'],
    [{ $set: { 'a.$[]': 1 } }, 2, 'positional'],
    [{ $set: { 'a..b': 1 } }, 56, 'empty'],
    [{ $set: { $a: 1 } }, 52, '$a'],
    [{ $push: { a: { $each: [1], $slice: 1 } } }, 2, '$slice'],
    [{ $currentDate: { a: 'x' } }, 2, '$type'],
    [{ $set: 1 }, 9, '$set'],
  ])('%j is refused with code %i, naming it', (change, code, text) => {
    expect(() => parseUpdate(doc(change))).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(text) }),
    );
  });

  it('refuses a pipeline by name', () => {
    expect(() => parseUpdate([])).toThrow(expect.objectContaining({ code: 115 }));
  });
});

describe('an upsert', () => {
  const upsert = (filter: object, change: object) =>
    plain(decodeDocument(upsertedDocument(parseUpdate(doc(change)), doc(filter))));

  it('starts from what the filter fixes by equality', () => {
    const filter = { _id: 1, 'a.b': 2, c: { $gt: 3 }, $and: [{ d: { $eq: 4 } }] };
    expect(upsert(filter, { $inc: { n: 1 }, $setOnInsert: { s: 5 } })).toEqual({
      _id: 1,
      a: { b: 2 },
      d: 4,
      n: 1,
      s: 5,
    });
  });

  it('takes a replacement as it is, with the _id of the filter first', () => {
    expect(upsert({ _id: 1, x: 2 }, { a: 1 })).toEqual({ _id: 1, a: 1 });
  });

  it('makes an ObjectId where there is no _id, each greater than the one before', () => {
    const made = () => upsertedDocument(parseUpdate(doc({ $set: { a: 1 } })), doc({}));
    const [first, second] = [plain(decodeDocument(made())), plain(decodeDocument(made()))] as {
      _id: { toHexString(): string };
    }[];
    expect(first?._id.toHexString()).toHaveLength(24);
    expect(first?._id.toHexString() ?? '').not.toBe(second?._id.toHexString());
  });
});
