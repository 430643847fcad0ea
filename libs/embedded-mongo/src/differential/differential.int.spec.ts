import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeDocument } from '../bson/decode.js';
import { doc, plain } from '../bson/documents.test-support.js';
import { encodeDocument } from '../bson/encode.js';
import { CommandError } from '../errors.js';
import { findDocuments } from '../query/find.js';
import { Found } from '../query/found.js';
import { planQuery } from '../query/planner.js';
import { parseSort } from '../query/sort.js';
import { each, Pace } from '../query/source.js';
import { namespace, temporaryStore } from '../storage/store.test-support.js';
import type { TemporaryStore } from '../storage/store.test-support.js';
import { updatedBytes } from '../update/apply.js';
import { parseUpdate } from '../update/parse.js';
import type { Document, Value } from './model.test-support.js';
import { matches, sorted, updated } from './model.test-support.js';

const scalar: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -2, max: 3 }) },
  { weight: 2, arbitrary: fc.constantFrom('', 'a', 'b') },
  fc.constantFrom<Value>(null, true, false, 1.5),
);
const inner: fc.Arbitrary<Value> = fc.dictionary(fc.constantFrom('x', 'y'), scalar, {
  maxKeys: 2,
  noNullPrototype: true,
});
const list: fc.Arbitrary<Value> = fc.array(
  fc.oneof({ weight: 3, arbitrary: scalar }, inner, fc.array(scalar, { maxLength: 2 })),
  {
    maxLength: 3,
  },
);
const value = fc.oneof({ weight: 3, arbitrary: scalar }, inner, list);
const fields = fc.dictionary(fc.constantFrom('a', 'b', 'c'), value, { maxKeys: 3, noNullPrototype: true });
const path = fc.constantFrom('a', 'b', 'c', 'a.x', 'b.y');

const condition: fc.Arbitrary<Document> = fc
  .oneof(
    fc.tuple(fc.constantFrom('$eq', '$ne', '$gt', '$gte', '$lt', '$lte'), value),
    fc.tuple(fc.constantFrom('$in', '$nin'), fc.array(value, { maxLength: 3 })),
    fc.tuple(fc.constant('$exists'), fc.boolean()),
    fc.tuple(fc.constant('$size'), fc.integer({ min: 0, max: 3 })),
  )
  .map(([operator, operand]): Document => ({ [operator]: operand }));
const conjunction = fc.dictionary(path, condition, { minKeys: 1, maxKeys: 2, noNullPrototype: true });
const filter: fc.Arbitrary<Document> = fc.oneof(
  { weight: 3, arbitrary: conjunction },
  fc
    .tuple(fc.constantFrom('$and', '$or', '$nor'), fc.array(conjunction, { minLength: 1, maxLength: 2 }))
    .map(([name, branches]): Document => ({ [name]: branches })),
);

const numbers = fc.integer({ min: -3, max: 3 });
const change: fc.Arbitrary<[string, Value]> = fc.oneof(
  fc.tuple(fc.constantFrom('$set', '$unset', '$min', '$max', '$addToSet'), value),
  fc.tuple(fc.constant('$push'), scalar),
  fc.tuple(fc.constantFrom('$inc', '$mul'), numbers),
  fc.tuple(fc.constant('$pop'), fc.constantFrom(1, -1)),
  fc.tuple(fc.constant('$pullAll'), fc.array(value, { maxLength: 2 })),
);

const isFine = (field: string): boolean => !field.includes('.');

describe('the engine beside a model of MongoDB', () => {
  let temporary: TemporaryStore;
  beforeAll(async () => {
    temporary = await temporaryStore();
  });
  afterAll(() => temporary.remove());

  /** Documents by their numbers, in a collection with these indexes; an index that lists cannot have is left out. */
  async function stored(documents: readonly Document[], indexes: readonly Document[]): Promise<void> {
    const { store } = temporary;
    await store.change(() => {
      const old = store.catalog.find(namespace);
      if (old !== undefined) store.catalog.drop(old);
      const collection = store.catalog.create(namespace);
      for (const [at, key] of indexes.entries()) {
        const index = store.catalog.addIndex(collection, doc({ key, name: `index-${at}` }), false);
        store.catalog.markReady(collection, index);
      }
      for (const document of documents) store.documents.insert(collection, encodeDocument(doc(document)));
    });
  }

  async function found(query: Document, sort: Document): Promise<Document[]> {
    const { store } = temporary;
    const collection = store.catalog.find(namespace)!;
    const fieldsOfSort = parseSort(doc(sort));
    const plan = planQuery(collection, { filter: doc(query), sort: fieldsOfSort });
    const options = { sort: fieldsOfSort, skip: 0, limit: Number.POSITIVE_INFINITY, pace: new Pace() };
    const results: Document[] = [];
    for await (const one of each(findDocuments(store, plan, options))) results.push(plain(one.document) as Document);
    return results;
  }

  it('finds what the model finds, in its order, with indexes and without', async () => {
    const index = fc.tuple(path, fc.constantFrom<1 | -1>(1, -1)).map(([name, way]): Document => ({ [name]: way }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fields, { minLength: 1, maxLength: 8 }),
        fc.array(index, { maxLength: 2 }),
        filter,
        path,
        fc.constantFrom<1 | -1>(1, -1),
        async (contents, indexes, query, by, direction) => {
          const documents = contents.map((content, _id): Document => ({ _id, ...content }));
          await stored(documents, indexes);
          const expected = sorted(
            documents.filter((one) => matches(query, one)),
            by,
            direction,
          );
          const keys = (all: readonly Document[]) => all.map(({ _id }) => _id as number);
          const plainly = await found(query, {});
          expect(keys(plainly).sort()).toEqual(keys(expected).sort());
          const inOrder = await found(query, { [by]: direction });
          expect(keys(inOrder).sort()).toEqual(keys(expected).sort());
          expect(keys(sorted(inOrder, by, direction))).toEqual(keys(inOrder));
        },
      ),
      {
        numRuns: 150,
        examples: [[[{ a: [0, { x: '' }] }, {}], [], { a: { $ne: [] } }, 'a.x', 1]],
      },
    );
  });

  it('updates as the model does, or refuses where it does', () => {
    fc.assert(
      fc.property(fields, path.filter(isFine), change, (content, name, [operator, operand]) => {
        const before: Document = { _id: 1, ...content };
        const expected = updated(before, operator, name, operand);
        const update = parseUpdate(doc({ [operator]: { [name]: operand } }));
        const run = (): Document => {
          const after = updatedBytes(update, new Found(1, encodeDocument(doc(before))), doc({}));
          return plain(decodeDocument(after)) as Document;
        };
        if (expected === 'refused') expect(run).toThrow(CommandError);
        else expect(JSON.stringify(run())).toBe(JSON.stringify(expected));
      }),
      { numRuns: 1_000 },
    );
  });
});
