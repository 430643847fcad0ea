import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareValues } from '../bson/compare.js';
import { doc } from '../bson/documents.test-support.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { Double, Int32, int32 } from '../bson/values.js';
import type { Collection } from '../storage/collection.js';
import { filled, namespace, temporaryStore } from '../storage/store.test-support.js';
import type { TemporaryStore } from '../storage/store.test-support.js';
import { findDocuments } from './find.js';
import { compileFilter } from './matcher.js';
import { planQuery } from './planner.js';
import { Scan } from './scan.js';
import { parseSort, sortKey } from './sort.js';
import { each, Pace } from './source.js';

const small = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -2, max: 6 }).map((value): BsonValue => new Int32(value)) },
  fc.integer({ min: -4, max: 12 }).map((value): BsonValue => new Double(value / 2)),
  fc.constantFrom<BsonValue>('a', 'b', null, true, 3n),
);
/** Arrays stand in one field only, because no index may have them in two. */
const array: fc.Arbitrary<BsonValue> = fc.array(small, { maxLength: 3 });
const fields = ['a', 'b', 'c'] as const;

const documentWith = (first: fc.Arbitrary<BsonValue>): fc.Arbitrary<BsonDocument> =>
  fc
    .record({ a: first, b: small, c: small }, { requiredKeys: [] })
    .map((source): BsonDocument => new Map(Object.entries(source)));

const condition: fc.Arbitrary<BsonValue> = fc.oneof(
  small,
  fc
    .tuple(fc.constantFrom('$gt', '$gte', '$lt', '$lte', '$eq', '$ne'), small)
    .map(([name, value]): BsonValue => new Map([[name, value]])),
  fc.tuple(small, small).map(
    ([low, high]): BsonValue =>
      new Map([
        ['$gte', low],
        ['$lt', high],
      ]),
  ),
  fc.array(small, { maxLength: 3 }).map((list): BsonValue => new Map([['$in', list]])),
  fc.boolean().map((flag): BsonValue => new Map([['$exists', flag]])),
);
const conjunction = fc
  .array(fc.tuple(fc.constantFrom('a', ...fields), condition), { maxLength: 3 })
  .map((pairs): BsonDocument => new Map<string, BsonValue>(pairs));
const filter = fc.oneof(
  { weight: 3, arbitrary: conjunction },
  fc
    .array(conjunction, { minLength: 1, maxLength: 3 })
    .map((list): BsonDocument => new Map<string, BsonValue>([['$or', list]])),
  fc
    .array(conjunction, { minLength: 1, maxLength: 2 })
    .map((list): BsonDocument => new Map<string, BsonValue>([['$and', list]])),
);
const direction = fc.constantFrom(1, -1).map(int32);
const pattern = fc.uniqueArray(fc.tuple(fc.constantFrom(...fields), direction), {
  selector: ([name]) => name,
  minLength: 1,
  maxLength: 3,
});
const asDocument = (pairs: readonly (readonly [string, BsonValue])[]): BsonDocument => new Map(pairs);

describe('a planned query', () => {
  let temporary: TemporaryStore;
  beforeAll(async () => {
    temporary = await temporaryStore();
  });
  afterAll(() => temporary.remove());

  const drop = (collection: Collection) =>
    temporary.store.change(() => {
      temporary.store.catalog.drop(collection);
    });

  async function read(collection: Collection, query: BsonDocument, sort: BsonDocument, skip: number, limit: number) {
    const parsed = parseSort(sort);
    const plan = planQuery(collection, { filter: query, sort: parsed });
    const source = findDocuments(temporary.store, plan, { sort: parsed, skip, limit, pace: new Pace() });
    const found: BsonDocument[] = [];
    for await (const item of each(source)) found.push(item.document);
    return found;
  }

  it.each([
    ['scalars', small],
    ['arrays among them', fc.oneof(small, array, array)],
  ])('finds what a walk through everything finds, in the order asked for, with %s', async (_, first) => {
    const indexes = fc.array(pattern.map(asDocument), { maxLength: 2 });
    const query = fc.tuple(filter, fc.oneof(fc.constant<BsonDocument>(new Map()), pattern.map(asDocument)));
    await fc.assert(
      fc.asyncProperty(
        fc.array(documentWith(first), { maxLength: 25 }),
        indexes,
        fc.array(query, { minLength: 1, maxLength: 6 }),
        async (bodies, keys, queries) => {
          const documents = bodies.map(
            (body, index): BsonDocument => new Map<string, BsonValue>([['_id', int32(index)], ...body]),
          );
          const collection = await filled(temporary.store, documents, keys);
          try {
            for (const [wanted, sort] of queries) {
              const matches = compileFilter(wanted);
              const expected = documents.filter(matches).map((one) => one.get('_id'));
              const found = await read(collection, wanted, sort, 0, Number.POSITIVE_INFINITY);
              const byId = found.map((one) => one.get('_id') ?? null).sort(compareValues);
              expect(byId).toEqual(expected);
              const order = found.map((one) => sortKey(one, parseSort(sort)));
              for (const [index, key] of order.entries()) {
                expect((order[index - 1]?.compare(key) ?? 0) <= 0).toBe(true);
              }
              const page = await read(collection, wanted, sort, 2, 3);
              expect(page.map((one) => sortKey(one, parseSort(sort)))).toEqual(order.slice(2, 5));
            }
          } finally {
            await drop(collection);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('reads a page from the middle of an index without reading the rest', async () => {
    const documents = Array.from({ length: 2_000 }, (_, index) =>
      doc({ _id: index, hall: index % 2, position: index }),
    );
    const collection = await filled(temporary.store, documents, [doc({ hall: 1, position: -1 })]);
    const sort = parseSort(doc({ position: -1 }));
    const plan = planQuery(collection, { filter: doc({ hall: 1, position: { $lt: 1_000 } }), sort });
    expect(plan).toMatchObject({ sorted: true, reverse: false, index: { name: 'index_0' } });
    const scan = new Scan(temporary.store.environment, temporary.store.documents, plan);
    expect(scan.next(50).map(({ document }) => document.get('position'))).toEqual(
      Array.from({ length: 50 }, (_, index) => int32(999 - 2 * index)),
    );
    expect(scan.keysExamined).toBe(50);
    await drop(collection);
  });

  it('bounds a cursor predicate made of $or by the first field of the order', async () => {
    const documents = Array.from({ length: 1_000 }, (_, index) =>
      doc({ _id: index, at: Math.floor(index / 10), n: index }),
    );
    const collection = await filled(temporary.store, documents, [doc({ at: 1, n: 1 })]);
    const after = doc({ $or: [{ at: { $lt: 20 } }, { at: 20, n: { $lt: 205 } }] });
    const plan = planQuery(collection, { filter: after, sort: parseSort(doc({ at: -1, n: -1 })) });
    const scan = new Scan(temporary.store.environment, temporary.store.documents, plan);
    expect(plan).toMatchObject({ sorted: true, reverse: true });
    expect(scan.next(20).map(({ document }) => document.get('n'))[0]).toEqual(int32(204));
    await drop(collection);
  });

  it('does not take the order of a multikey index for the order of documents', async () => {
    const documents = [doc({ _id: 1, a: [5] }), doc({ _id: 2, a: [1, 9] })];
    const collection = await filled(temporary.store, documents, [doc({ a: 1 })]);
    const found = await read(collection, doc({ a: { $gt: 4 } }), doc({ a: 1 }), 0, Number.POSITIVE_INFINITY);
    expect(found.map((one) => one.get('_id'))).toEqual([int32(2), int32(1)]);
    await drop(collection);
  });

  it('goes straight to one record for an _id', async () => {
    const collection = await filled(temporary.store, [doc({ _id: 'x', n: 1 }), doc({ _id: 'y', n: 2 })]);
    const plan = planQuery(collection, { filter: doc({ _id: 'y', n: 2 }), sort: [] });
    const scan = new Scan(temporary.store.environment, temporary.store.documents, plan);
    expect(scan.next(1)).toHaveLength(1);
    expect([scan.done, scan.keysExamined]).toEqual([true, 1]);
    expect(temporary.store.catalog.find(namespace)).toBe(collection);
    await drop(collection);
  });
});
