import { describe, expect, it } from '@jest/globals';
import { Binary, Decimal128, Double, Int32, Long, MaxKey, MinKey } from 'bson';
import { doc } from '../bson/documents.test-support.js';
import { compileFilter } from './matcher.js';

const matches = (filter: object, document: object): boolean => compileFilter(doc(filter))(doc(document));

interface Case {
  readonly filter: object;
  readonly yes: readonly object[];
  readonly no: readonly object[];
}

const cases: readonly Case[] = [
  { filter: {}, yes: [{}, { a: 1 }], no: [] },
  {
    filter: { a: 1 },
    yes: [{ a: 1 }, { a: new Double(1) }, { a: Long.fromNumber(1) }, { a: [0, 1] }],
    no: [{}, { a: '1' }, { a: [[1]] }],
  },
  { filter: { a: null }, yes: [{}, { a: null }, { a: [null] }], no: [{ a: 0 }, { a: [] }] },
  {
    filter: { 'a.b': null },
    yes: [{}, { a: 1 }, { a: {} }, { a: [{ b: 1 }, {}] }],
    no: [{ a: { b: 1 } }, { a: [] }, { a: [1] }],
  },
  { filter: { a: [1, 2] }, yes: [{ a: [1, 2] }, { a: [[1, 2], 3] }], no: [{ a: [2, 1] }, { a: 1 }] },
  { filter: { a: { b: 1, c: 2 } }, yes: [{ a: { b: 1, c: 2 } }], no: [{ a: { c: 2, b: 1 } }, { a: { b: 1 } }] },
  {
    filter: { 'a.b': 2 },
    yes: [{ a: { b: 2 } }, { a: [{ b: 1 }, { b: 2 }] }, { a: { b: [2] } }],
    no: [{ a: { b: 1 } }, { 'a.b': 2 }],
  },
  { filter: { 'a.1': 5 }, yes: [{ a: [0, 5] }, { a: { 1: 5 } }, { a: [{ 1: 5 }] }], no: [{ a: [5] }] },
  { filter: { 'a.0.b': 1 }, yes: [{ a: [{ b: 1 }] }], no: [{ a: [{ b: 2 }, { b: 1 }] }] },
  {
    filter: { a: { $gt: 1 } },
    yes: [{ a: 2 }, { a: Decimal128.fromString('1.5') }, { a: Long.fromString('9007199254740993') }, { a: [0, 3] }],
    no: [{ a: 1 }, { a: 'b' }, {}, { a: Number.NaN }],
  },
  { filter: { a: { $lt: 5 } }, yes: [{ a: 4.9 }], no: [{ a: Number.NaN }, { a: null }, {}, { a: false }] },
  { filter: { a: { $gte: null } }, yes: [{}, { a: null }], no: [{ a: 0 }] },
  { filter: { a: { $gt: null } }, yes: [], no: [{}, { a: null }, { a: 1 }] },
  {
    filter: { a: { $gt: 'b', $lt: 'd' } },
    yes: [{ a: 'c' }, { a: ['a', 'e', 'c'] }, { a: ['a', 'e'] }],
    no: [{ a: 'b' }, { a: 3 }],
  },
  { filter: { a: { $lt: new MaxKey() } }, yes: [{ a: 1 }, { a: 'x' }], no: [{ a: new MaxKey() }, {}] },
  { filter: { a: { $gt: new MinKey() } }, yes: [{ a: null }, { a: 1 }], no: [{ a: new MinKey() }] },
  { filter: { a: { $gte: Number.NaN } }, yes: [{ a: Number.NaN }], no: [{ a: 1 }] },
  { filter: { a: { $ne: 1 } }, yes: [{}, { a: 2 }, { a: '1' }], no: [{ a: 1 }, { a: [1, 2] }] },
  {
    filter: { a: { $in: [1, null, /^x/] } },
    yes: [{ a: 1 }, {}, { a: 'xy' }, { a: [3, 1] }],
    no: [{ a: 2 }, { a: 'y' }],
  },
  { filter: { a: { $nin: ['a', 1] } }, yes: [{}, { a: 'b' }], no: [{ a: 'a' }, { a: [1] }] },
  { filter: { a: { $exists: true } }, yes: [{ a: null }, { a: [] }], no: [{}] },
  { filter: { a: { $exists: false } }, yes: [{}], no: [{ a: null }] },
  { filter: { a: { $type: 'number' } }, yes: [{ a: 1 }, { a: 1.5 }, { a: ['x', 1] }], no: [{ a: '1' }, {}] },
  { filter: { a: { $type: ['int', 2] } }, yes: [{ a: new Int32(1) }, { a: 's' }], no: [{ a: new Double(1.5) }] },
  { filter: { a: { $type: 'array' } }, yes: [{ a: [] }], no: [{ a: 1 }] },
  { filter: { a: /^ab/i }, yes: [{ a: 'ABc' }, { a: ['x', 'abx'] }], no: [{ a: 'xab' }, { a: 1 }] },
  { filter: { a: { $regex: '^a', $options: 'i' } }, yes: [{ a: 'Ab' }], no: [{ a: 'b' }] },
  { filter: { a: { $not: { $gt: 1 } } }, yes: [{ a: 1 }, {}, { a: 'x' }], no: [{ a: 2 }, { a: [0, 2] }] },
  { filter: { a: { $not: /^a/ } }, yes: [{ a: 'b' }, {}], no: [{ a: 'ab' }] },
  { filter: { a: { $size: 2 } }, yes: [{ a: [1, 2] }], no: [{ a: [1] }, { a: 2 }, { a: [[1, 2]] }] },
  { filter: { a: { $all: [1, 2] } }, yes: [{ a: [2, 3, 1] }], no: [{ a: [1] }, {}] },
  { filter: { a: { $all: [1] } }, yes: [{ a: 1 }, { a: [1] }], no: [{ a: 2 }] },
  { filter: { a: { $all: [] } }, yes: [], no: [{ a: [] }, { a: 1 }] },
  {
    filter: { a: { $elemMatch: { b: 1, c: 2 } } },
    yes: [{ a: [{ b: 1, c: 2 }] }],
    no: [{ a: [{ b: 1 }, { c: 2 }] }, { a: { b: 1, c: 2 } }],
  },
  { filter: { a: { $elemMatch: { $gt: 1, $lt: 3 } } }, yes: [{ a: [0, 2] }], no: [{ a: [0, 4] }, { a: 2 }] },
  { filter: { $and: [{ a: 1 }, { b: 2 }] }, yes: [{ a: 1, b: 2 }], no: [{ a: 1 }] },
  { filter: { $or: [{ a: 1 }, { b: 2 }] }, yes: [{ a: 1 }, { b: 2 }], no: [{ a: 2 }] },
  { filter: { $nor: [{ a: 1 }, { b: 2 }] }, yes: [{}, { a: 2 }], no: [{ a: 1 }] },
  {
    filter: { a: new Binary(Buffer.from('x')) },
    yes: [{ a: new Binary(Buffer.from('x')) }],
    no: [{ a: new Binary(Buffer.from('y')) }],
  },
];

describe('a filter', () => {
  it.each(cases.map((one) => [JSON.stringify(one.filter), one] as const))('%s', (_, { filter, yes, no }) => {
    for (const document of yes) expect([document, matches(filter, document)]).toEqual([document, true]);
    for (const document of no) expect([document, matches(filter, document)]).toEqual([document, false]);
  });

  it.each([
    [{ a: { $near: 1 } }, 115, '$near'],
    [{ $where: 'true' }, 115, '$where'],
    [{ $expr: { $strange: 1 } }, 168, '$strange'],
    [{ $or: [] }, 2, 'nonempty'],
    [{ a: { $in: 1 } }, 2, '$in'],
    [{ a: { $size: 'x' } }, 9, '$size'],
    [{ a: { $regex: '(' } }, 51091, 'invalid'],
    [{ a: { $regex: 'a', $options: 'y' } }, 51108, 'y'],
    [{ a: { $type: 'strange' } }, 2, 'strange'],
    [{ a: { $not: 1 } }, 2, '$not'],
  ])('%j is refused with code %i, naming it', (filter, code, name) => {
    expect(() => compileFilter(doc(filter))).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(name) }),
    );
  });
});
