import { describe, expect, it } from '@jest/globals';
import { Decimal128, Double, Int32, Long } from 'bson';
import { doc, plain, typed } from '../bson/documents.test-support.js';
import { decodeDocument } from '../bson/decode.js';
import { encodeDocument } from '../bson/encode.js';
import { Found } from '../query/found.js';
import { updatedBytes } from './apply.js';
import { parseUpdate } from './parse.js';
import { upsertedDocument } from './upsert.js';

interface FoundBy {
  readonly filter?: object;
  readonly arrayFilters?: readonly object[];
}

/** A stored document always has an _id; one of the helper's own is taken out again. */
const update = (before: object, change: object, { filter = {}, arrayFilters }: FoundBy = {}) => {
  const options = arrayFilters === undefined ? {} : { arrayFilters: doc({ list: arrayFilters }).get('list') };
  const stored = new Found(1, encodeDocument(doc({ _id: 0, ...before })));
  const after = decodeDocument(updatedBytes(parseUpdate(doc(change), options), stored, doc(filter)));
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
    updatedBytes(parseUpdate(doc({ $set: { 'a.b.1.c': 2 }, $push: { 'a.d': 1 } })), before, doc({}));
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
    [{ $bit: { a: { nand: 1 } } }, 2, '$bit'],
    [{ $set: { a: 1 }, b: 1 }, 9, 'b'],
    [{ $set: { a: 1 }, $inc: { a: 1 } }, 40, "'a'"],
    [{ $set: { a: 1, 'a.b': 1 } }, 40, "'a.b'"],
    [{ $rename: { a: 'b' }, $set: { b: 1 } }, 40, "'b'"],
    [{ $set: { '$.a': 1 } }, 2, 'positional'],
    [{ $set: { 'a.$.b.$': 1 } }, 2, 'positional'],
    [{ $set: { 'a..b': 1 } }, 56, 'empty'],
    [{ $set: { $a: 1 } }, 52, '$a'],
    [{ $push: { a: { $each: [1], $slice: 'x' } } }, 2, '$slice'],
    [{ $currentDate: { a: 'x' } }, 2, '$type'],
    [{ $set: 1 }, 9, '$set'],
  ])('%j is refused with code %i, naming it', (change, code, text) => {
    expect(() => parseUpdate(doc(change))).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(text) }),
    );
  });

  it.each<[object, object, object]>([
    [{ a: [1, 2] }, { $push: { a: { $each: [3, 0], $sort: 1 } } }, { a: [0, 1, 2, 3] }],
    [{ a: [1, 2] }, { $push: { a: { $each: [3], $slice: -2 } } }, { a: [2, 3] }],
    [{ a: [1, 2] }, { $push: { a: { $each: [3], $slice: 2 } } }, { a: [1, 2] }],
    [{ a: [1, 2] }, { $push: { a: { $each: [9], $position: 1 } } }, { a: [1, 9, 2] }],
    [{ a: [1, 2] }, { $push: { a: { $each: [9], $position: -1 } } }, { a: [1, 9, 2] }],
    [{ a: [{ b: 2 }] }, { $push: { a: { $each: [{ b: 1 }], $sort: { b: 1 }, $slice: 1 } } }, { a: [{ b: 1 }] }],
    [{ a: [1, 2] }, { $push: { a: { $each: [], $slice: 0 } } }, { a: [] }],
    [{ a: [1, 2, 3] }, { $pop: { a: 1, x: 1 } }, { a: [1, 2] }],
    [{ a: [1, 2, 3] }, { $pop: { a: -1 } }, { a: [2, 3] }],
    [{ a: [1, 2, 1, 3] }, { $pullAll: { a: [1, 3] } }, { a: [2] }],
    [{ a: 13 }, { $bit: { a: { and: 10 } } }, { a: 8 }],
    [{ a: 1 }, { $bit: { a: { or: 4, xor: 1 }, b: { or: 2 } } }, { a: 4, b: 2 }],
    [{ a: [1, 2] }, { $inc: { 'a.$[]': 10 } }, { a: [11, 12] }],
    [{ a: [{ b: [1] }, { b: [2, 3] }] }, { $mul: { 'a.$[].b.$[]': 2 } }, { a: [{ b: [2] }, { b: [4, 6] }] }],
  ])('%j with %j, in lists', (before, change, after) => {
    expect(plain(update(before, change))).toEqual(after);
  });

  it.each<[object, object, object, object]>([
    [{ a: [1, 5, 9] }, { a: { $gte: 5 } }, { $set: { 'a.$': 0 } }, { a: [1, 0, 9] }],
    [{ a: [{ b: 1 }, { b: 2 }] }, { 'a.b': 2 }, { $set: { 'a.$.c': 3 } }, { a: [{ b: 1 }, { b: 2, c: 3 }] }],
    [
      {
        a: [
          { b: 1, c: 1 },
          { b: 1, c: 2 },
        ],
      },
      { a: { $elemMatch: { b: 1, c: 2 } } },
      { $inc: { 'a.$.c': 5 } },
      {
        a: [
          { b: 1, c: 1 },
          { b: 1, c: 7 },
        ],
      },
    ],
    [{ a: [3, 4] }, { $or: [{ a: 9 }, { a: 4 }] }, { $unset: { 'a.$': '' } }, { a: [3, null] }],
  ])('%j found by %j: $ is the element that matched', (before, filter, change, after) => {
    expect(plain(update(before, change, { filter }))).toEqual(after);
  });

  it.each<[object, readonly object[], object, object]>([
    [{ a: [1, 5, 9] }, [{ x: { $gt: 3 } }], { $set: { 'a.$[x]': 0 } }, { a: [1, 0, 0] }],
    [{ a: [{ b: 1 }, { b: 2 }] }, [{ 'x.b': 2 }], { $set: { 'a.$[x].c': 3 } }, { a: [{ b: 1 }, { b: 2, c: 3 }] }],
    [
      { a: [{ b: [1, 2] }, { b: [3] }] },
      [{ 'x.b': 3 }, { y: 3 }],
      { $inc: { 'a.$[x].b.$[y]': 1 } },
      { a: [{ b: [1, 2] }, { b: [4] }] },
    ],
  ])('%j with the filters %j', (before, arrayFilters, change, after) => {
    expect(plain(update(before, change, { arrayFilters }))).toEqual(after);
  });

  it.each<[object, object, number, string]>([
    [{ a: [1] }, { $set: { 'a.$': 1 } }, 2, 'did not find the match needed'],
    [{ a: 1 }, { $set: { 'a.$[]': 1 } }, 2, 'non-array element a: 1'],
    [{}, { $set: { 'a.$[]': 1 } }, 2, "The path 'a' must exist"],
    [{ a: [1] }, { $set: { 'a.$[x]': 1 } }, 2, "No array filter found for identifier 'x'"],
    [{ a: 1 }, { $pop: { a: 1 } }, 14, 'non-array type'],
    [{ a: 1 }, { $pop: { a: 2 } }, 9, '1 or -1'],
    [{ a: 1.5 }, { $bit: { a: { and: 1 } } }, 2, 'non-integral'],
    [{ a: 1 }, { $bit: { a: { nand: 1 } } }, 2, "not 'nand'"],
    [{ a: [1] }, { $push: { a: { $each: [1], $other: 1 } } }, 2, '$other'],
    [{ a: [1] }, { $push: { a: { $each: 1 } } }, 2, '$each'],
    [{ a: [1] }, { $push: { a: { $each: [1], $slice: 'x' } } }, 2, '$slice'],
    [{ a: 1 }, { $rename: { a: 'a' } }, 2, 'must differ'],
  ])('refuses %j with %j', (before, change, code, text) => {
    expect(() => update(before, change)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(text) }),
    );
  });

  it('refuses a filter for elements that no path names', () => {
    expect(() => update({ a: [1] }, { $set: { b: 1 } }, { arrayFilters: [{ x: 1 }] })).toThrow(
      expect.objectContaining({ code: 9, message: expect.stringContaining("'x' was not used") }),
    );
  });

  it.each<[object, readonly object[], object]>([
    [{ _id: 1, a: 2 }, [{ $set: { b: { $add: ['$a', 1] } } }, { $unset: 'a' }], { _id: 1, b: 3 }],
    [{ _id: 1, a: { c: 1 } }, [{ $replaceWith: '$a' }], { _id: 1, c: 1 }],
    [{ _id: 1, a: 2, b: 3 }, [{ $project: { a: 1 } }], { _id: 1, a: 2 }],
  ])('%j by the pipeline %j', (before, pipeline, after) => {
    const stages = doc({ pipeline }).get('pipeline');
    const stored = new Found(1, encodeDocument(doc(before)));
    expect(plain(decodeDocument(updatedBytes(parseUpdate(stages), stored, doc({}))))).toEqual(after);
  });

  it('refuses stages that are not for updates', () => {
    const stages = doc({ pipeline: [{ $match: {} }] }).get('pipeline');
    expect(() => parseUpdate(stages)).toThrow(expect.objectContaining({ code: 72 }));
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
