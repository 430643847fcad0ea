import { describe, expect, it } from '@jest/globals';
import { Decimal128, Double, Int32, Long } from 'bson';
import { doc, plain, typed } from '../bson/documents.test-support.js';
import type { BsonDocument } from '../bson/values.js';
import { each, listed } from '../query/source.js';
import { compileExpression, noVariables } from './expressions/expressions.js';
import { group } from './group.js';
import { compileProject } from './project.js';
import { sortStage } from './stages.js';
import { stageContext } from './stages.test-support.js';

async function grouped(specification: object, documents: readonly object[]): Promise<BsonDocument[]> {
  const results: BsonDocument[] = [];
  const source = listed(documents.map((one) => doc(one)));
  for await (const result of each(group(doc(specification), stageContext)(source))) results.push(result);
  return results;
}

describe('$sort', () => {
  const sort = async (documents: Iterable<object>): Promise<BsonDocument[]> => {
    const results: BsonDocument[] = [];
    const specification = doc({ at: -1 });
    const source = listed([...documents].map((one) => doc(one)));
    for await (const result of each(sortStage(specification, Infinity, stageContext)(source))) results.push(result);
    return results;
  };

  it('answers the very documents that it was given', async () => {
    const documents = [
      { at: new Int32(1), n: Long.fromNumber(1) },
      { at: new Int32(3), n: new Double(1), list: [null, 'x', { deep: Decimal128.fromString('1.10') }] },
      { at: new Int32(2) },
    ];
    const [first, second, third] = documents;
    expect((await sort(documents)).map(typed)).toEqual([second, third, first]);
  });

  it('counts the bytes of large documents, and refuses what takes more than 100 MiB where nothing may be written', async () => {
    const text = 'x'.repeat(1024 * 1024);
    const many = Array.from({ length: 101 }, (_, at) => ({ at, text }));
    await expect(sort(many)).rejects.toMatchObject({ code: 292 });
    await expect(sort(many.slice(0, 50))).resolves.toHaveLength(50);
  });
});

describe('$group', () => {
  it('refuses groups that keep more than 100 MiB together, though none does alone', async () => {
    const text = 'x'.repeat(1024 * 1024);
    const documents = Array.from({ length: 101 }, (_, k) => ({ k, text }));
    for (const operator of ['$push', '$addToSet', '$first', '$last', '$max']) {
      const specification = { _id: '$k', kept: { [operator]: '$text' } };
      await expect(grouped(specification, documents)).rejects.toMatchObject({ code: 292 });
      await expect(grouped(specification, documents.slice(0, 50))).resolves.toHaveLength(50);
    }
  });

  it('holds equal values of different types for one group', async () => {
    const documents = [
      { k: new Int32(1) },
      { k: Long.fromNumber(1) },
      { k: new Double(1) },
      { k: '1' },
      {},
      { k: null },
    ];
    const results = await grouped({ _id: '$k', n: { $sum: 1 } }, documents);
    expect(results.map(plain)).toEqual([
      { _id: 1, n: 3 },
      { _id: '1', n: 1 },
      { _id: null, n: 2 },
    ]);
  });

  it.each([
    [[new Int32(1), new Int32(2)], new Int32(3)],
    [[new Int32(2_147_483_647), new Int32(1)], Long.fromNumber(2_147_483_648)],
    [[new Int32(1), new Double(0.5)], new Double(1.5)],
    [[Long.fromNumber(1), Decimal128.fromString('0.10')], Decimal128.fromString('1.10')],
    [[Long.MAX_VALUE, Long.fromNumber(1)], new Double(2 ** 63)],
    [['text', null], new Int32(0)],
  ])('sums %p to %p', async (values, sum) => {
    const [result] = await grouped(
      { _id: null, sum: { $sum: '$v' } },
      values.map((v) => ({ v })),
    );
    expect(result === undefined ? undefined : typed(result)).toEqual({ _id: null, sum });
  });

  it.each([
    [{ n: { $sum: 1 } }, 15955, '_id'],
    [{ _id: null, n: { $median: '$a' } }, 15952, '$median'],
    [{ _id: null, n: 1 }, 40234, "'n'"],
    [{ _id: null, 'a.b': { $sum: 1 } }, 40235, "'a.b'"],
    [{ _id: { $strange: '$at' } }, 168, '$strange'],
  ])('refuses %j with code %i, naming it', (specification, code, name) => {
    const refusal = expect.objectContaining({ code, message: expect.stringContaining(name) });
    expect(() => group(doc(specification), stageContext)).toThrow(refusal);
  });
});

describe('an expression', () => {
  const document = { a: { b: 1 }, list: [{ b: 1 }, { c: 2 }, { b: [3] }], n: null };

  it.each([
    ['$a.b', 1],
    ['$list.b', [1, [3]]],
    ['$list.0', []],
    ['$missing', undefined],
    ['$n', null],
    ['text', 'text'],
    [
      ['$a.b', '$missing'],
      [1, null],
    ],
    [
      { x: '$a.b', y: '$missing', z: { $literal: '$a' } },
      { x: 1, z: '$a' },
    ],
  ])('%j', (source, expected) => {
    const value = compileExpression(doc({ source }).get('source') ?? null)(doc(document));
    expect(value === undefined ? undefined : plain(new Map([['value', value]]))).toEqual(
      expected === undefined ? undefined : { value: expected },
    );
  });

  it.each([
    ['$$strange', 17276],
    ['$a..b', 15998],
    ['$', 16872],
  ])('%s is refused', (source, code) => {
    expect(() => compileExpression(source)).toThrow(expect.objectContaining({ code }));
  });
});

describe('$project', () => {
  it.each([
    [{ a: 1 }, { _id: 1, a: { b: 2 } }],
    [{ a: 0 }, { _id: 1, c: 3 }],
    [{ x: '$a.b' }, { _id: 1, x: 2 }],
    [
      { _id: 0, x: '$c', c: 1 },
      { c: 3, x: 3 },
    ],
    [{ x: '$missing' }, { _id: 1 }],
  ])('%j', (specification, expected) => {
    expect(plain(compileProject(doc(specification), noVariables)(doc({ _id: 1, a: { b: 2 }, c: 3 })))).toEqual(
      expected,
    );
  });
});
