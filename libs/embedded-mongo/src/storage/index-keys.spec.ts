import { describe, expect, it } from '@jest/globals';
import { doc } from '../bson/documents.test-support.js';
import { keyOf } from '../bson/key-encoding.js';
import type { BsonValue } from '../bson/values.js';
import { bsonUndefined, int32 } from '../bson/values.js';
import { parseSort } from '../query/sort.js';
import type { Index } from './collection.js';
import { indexKeys } from './index-keys.js';
import { OWNER_ID_BYTES, RECORD_ID_BYTES } from './keys.js';

const indexOn = (key: object): Index => ({
  id: 1,
  name: 'index',
  specification: doc({ key }),
  fields: parseSort(doc(key)),
  unique: false,
  sparse: false,
  partial: undefined,
  ready: true,
  multikey: false,
});

/** The keys that tuples of values make, in the order in which an index holds them. */
const keysOf = (...tuples: readonly (readonly BsonValue[])[]): string[] =>
  tuples.map((values) => Buffer.concat(values.map((value) => keyOf(value))).toString('hex')).sort();

const found = (key: object, document: object) => {
  const { keys, multikey } = indexKeys(indexOn(key), doc(document), 7);
  return { keys: keys.map((one) => one.subarray(OWNER_ID_BYTES, -RECORD_ID_BYTES).toString('hex')).sort(), multikey };
};

const [one, two] = [int32(1), int32(2)];

describe('the keys of a document in an index', () => {
  it.each<[string, object, object, string[], boolean]>([
    ['a scalar is itself', { a: 1 }, { a: 1 }, keysOf([one]), false],
    ['a missing field is null', { a: 1 }, {}, keysOf([null]), false],
    ['an array is its elements, each once', { a: 1 }, { a: [1, 2, 1] }, keysOf([one], [two]), true],
    ['an empty array is undefined', { a: 1 }, { a: [] }, keysOf([bsonUndefined]), true],
    ['an array in an array stays whole', { a: 1 }, { a: [[1]] }, keysOf([[one]]), true],
    ['a path goes into documents', { 'a.b': 1 }, { a: { b: 1 } }, keysOf([one]), false],
    ['a path through a scalar is null', { 'a.b': 1 }, { a: 1 }, keysOf([null]), false],
    [
      'a path goes into the elements of arrays',
      { 'a.b': 1 },
      { a: [{ b: 1 }, { b: [2] }, 3] },
      keysOf([one], [two], [null]),
      true,
    ],
    ['a number in a path is a position', { 'a.0': 1 }, { a: [1, 2] }, keysOf([one]), true],
    [
      'fields of one element stay together',
      { 'a.b': 1, 'a.c': 1 },
      {
        a: [
          { b: 1, c: 2 },
          { b: 2, c: 1 },
        ],
      },
      keysOf([one, two], [two, one]),
      true,
    ],
    ['other fields go with every element', { a: 1, b: 1 }, { a: [1, 2], b: 1 }, keysOf([one, one], [two, one]), true],
  ])('%s', (_, key, document, keys, multikey) => {
    expect(found(key, document)).toEqual({ keys, multikey });
  });

  it('refuses arrays in two fields', () => {
    expect(() => found({ a: 1, b: 1 }, { a: [1], b: [2] })).toThrow(expect.objectContaining({ code: 171 }));
  });

  it('refuses a key past the limit, naming the index', () => {
    const tooLong = { code: 17280, message: expect.stringContaining('index') };
    expect(() => found({ a: 1 }, { a: 'x'.repeat(2_000) })).toThrow(expect.objectContaining(tooLong));
  });
});
