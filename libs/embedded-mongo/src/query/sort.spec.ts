import { describe, expect, it } from '@jest/globals';
import { doc, plain } from '../bson/documents.test-support.js';
import { parseSort, sortKey } from './sort.js';

function sorted(specification: object, documents: readonly object[]): unknown[] {
  const fields = parseSort(doc(specification));
  return documents
    .map((document) => doc(document))
    .sort((left, right) => sortKey(left, fields).compare(sortKey(right, fields)))
    .map(plain);
}

describe('a sort', () => {
  it('orders across types, missing as null', () => {
    const documents = [{ a: 'x' }, { a: 1 }, {}, { a: true }, { a: [] }, { a: null }];
    expect(sorted({ a: 1 }, documents)).toEqual([{ a: [] }, {}, { a: null }, { a: 1 }, { a: 'x' }, { a: true }]);
  });

  it('takes the least element of an array going up and the greatest going down', () => {
    const documents = [{ a: [5, 2] }, { a: 3 }, { a: [1, 9] }];
    expect(sorted({ a: 1 }, documents)).toEqual([{ a: [1, 9] }, { a: [5, 2] }, { a: 3 }]);
    expect(sorted({ a: -1 }, documents)).toEqual([{ a: [1, 9] }, { a: [5, 2] }, { a: 3 }]);
  });

  it('goes to the next field where the first is equal', () => {
    const documents = [
      { a: 1, b: 1 },
      { a: 2, b: 1 },
      { a: 1, b: 2 },
    ];
    expect(sorted({ a: 1, b: -1 }, documents)).toEqual([
      { a: 1, b: 2 },
      { a: 1, b: 1 },
      { a: 2, b: 1 },
    ]);
  });

  it('reaches into documents and arrays of documents', () => {
    const documents = [{ a: { b: 3 } }, { a: [{ b: 1 }, { b: 9 }] }, { a: 4 }];
    expect(sorted({ 'a.b': 1 }, documents)).toEqual([{ a: 4 }, { a: [{ b: 1 }, { b: 9 }] }, { a: { b: 3 } }]);
  });

  it.each([[{ a: 2 }], [{ a: 'up' }], [{ $natural: 1 }]])('%j is refused', (specification) => {
    expect(() => parseSort(doc(specification))).toThrow(expect.objectContaining({ code: 2 }));
  });
});
