import { describe, expect, it } from '@jest/globals';
import { doc } from '../bson/documents.test-support.js';
import { implies } from './implied.js';

describe('what a query finds lies in a partial index', () => {
  it.each<[object, object, boolean]>([
    [{ a: 1 }, { a: 1 }, true],
    [{ a: 1, b: 2 }, { a: 1 }, true],
    [{ $and: [{ a: 1 }] }, { a: 1 }, true],
    [{ a: 2 }, { a: 1 }, false],
    [{ b: 1 }, { a: 1 }, false],
    [{ a: 7 }, { a: { $gt: 5 } }, true],
    [{ a: 5 }, { a: { $gt: 5 } }, false],
    [{ a: { $gte: 6 } }, { a: { $gt: 5 } }, true],
    [{ a: { $gte: 5 } }, { a: { $gt: 5 } }, false],
    [{ a: { $gt: 5 } }, { a: { $gte: 5 } }, true],
    [{ a: { $lt: 3 } }, { a: { $lte: 3 } }, true],
    [{ a: { $lt: 4 } }, { a: { $lte: 3 } }, false],
    [{ a: { $gt: 'x' } }, { a: { $gt: 5 } }, false],
    [{ a: { $in: [6, 7] } }, { a: { $gt: 5 } }, true],
    [{ a: { $in: [5, 7] } }, { a: { $gt: 5 } }, false],
    [{ a: 1 }, { a: { $exists: true } }, true],
    [{ a: null }, { a: { $exists: true } }, false],
    [{ a: { $gt: 1 } }, { a: { $exists: true } }, true],
    [{ a: { $ne: 1 } }, { a: { $exists: true } }, false],
    [{ $or: [{ a: 1 }] }, { a: 1 }, false],
    [{ a: 1 }, {}, true],
  ])('%j in %j: %p', (query, partial, expected) => {
    expect(implies(doc(query), doc(partial))).toBe(expected);
  });
});
