import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareStrings, compareValues } from './compare.js';
import { toDecimal } from './decimal.js';
import { bsonUndefined, DateTime, documentOf, Double, Int32, maxKey, minKey, ObjectId, Timestamp } from './values.js';
import type { BsonValue } from './values.js';
import { values } from './values.test-support.js';

const oid = new ObjectId(Buffer.alloc(12));

describe('the order of BSON values', () => {
  it('is MongoDB order across types', () => {
    const inOrder: BsonValue[] = [
      minKey,
      bsonUndefined,
      null,
      new Double(Number.NaN),
      new Int32(5),
      'a',
      documentOf({ a: null }),
      [new Int32(1)],
      oid,
      false,
      true,
      new DateTime(0n),
      new Timestamp(0n),
      maxKey,
    ];
    const shuffled = [...inOrder].reverse().sort(compareValues);
    expect(shuffled).toEqual(inOrder);
  });

  it('holds numbers of different types equal', () => {
    const threes = [new Int32(3), new Double(3), 3n, toDecimal({ coefficient: 30n, exponent: -1 })];
    for (const left of threes) for (const right of threes) expect(compareValues(left, right)).toBe(0);
  });

  it('tells a Long from the double nearest to it', () => {
    expect(compareValues(2n ** 53n + 1n, new Double(2 ** 53))).toBe(1);
    expect(compareValues(2n ** 63n - 1n, new Double(2 ** 63))).toBe(-1);
  });

  it('tells the decimal 0.1 from the double 0.1, which is a little more', () => {
    expect(compareValues(toDecimal({ coefficient: 1n, exponent: -1 }), new Double(0.1))).toBe(-1);
  });

  it('compares documents by type, then name, then value, in stored order', () => {
    const compare = (a: Record<string, BsonValue>, b: Record<string, BsonValue>) =>
      compareValues(documentOf(a), documentOf(b));
    expect(compare({ a: new Int32(1), b: new Int32(2) }, { b: new Int32(2), a: new Int32(1) })).toBe(-1);
    expect(compare({ z: new Int32(9) }, { a: 'text' })).toBe(-1);
    expect(compare({ a: new Int32(1) }, { a: new Int32(1), b: null })).toBe(-1);
  });

  it('is total: antisymmetric and transitive', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        expect(Math.sign(compareValues(a, b)) + Math.sign(compareValues(b, a))).toBe(0);
        const [first, second, third] = [a, b, c].sort(compareValues) as [BsonValue, BsonValue, BsonValue];
        expect(compareValues(first, second)).toBeLessThanOrEqual(0);
        expect(compareValues(first, third)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the order of strings', () => {
  it('is the order of their UTF-8 bytes', () => {
    const text = fc.string({ unit: 'binary', maxLength: 5 }).filter((value) => !/\p{Surrogate}/u.test(value));
    fc.assert(
      fc.property(text, text, (left, right) => {
        expect(Math.sign(compareStrings(left, right))).toBe(Math.sign(Buffer.from(left).compare(Buffer.from(right))));
      }),
      { numRuns: 2_000 },
    );
  });
});
