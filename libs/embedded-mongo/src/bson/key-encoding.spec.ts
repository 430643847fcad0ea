import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareValues } from './compare.js';
import { keyOf, prefixEnd } from './key-encoding.js';
import { numbers, values } from './values.test-support.js';

const RUNS = { numRuns: 1_000 };

describe('an index key', () => {
  it('orders bytes as values are ordered, whatever their types', () => {
    fc.assert(
      fc.property(values, values, (left, right) => {
        expect(Math.sign(keyOf(left).compare(keyOf(right)))).toBe(Math.sign(compareValues(left, right)));
      }),
      RUNS,
    );
  });

  it('orders numbers of four types exactly', () => {
    fc.assert(
      fc.property(numbers, numbers, (left, right) => {
        expect(Math.sign(keyOf(left).compare(keyOf(right)))).toBe(Math.sign(compareValues(left, right)));
      }),
      RUNS,
    );
  });

  it('turns the order around for a descending field', () => {
    fc.assert(
      fc.property(values, values, (left, right) => {
        const difference = keyOf(left, true).compare(keyOf(right, true));
        expect(Math.sign(difference) + Math.sign(compareValues(left, right))).toBe(0);
      }),
      RUNS,
    );
  });

  it('lets fields follow each other: the second decides where the first is equal', () => {
    const pair = fc.tuple(values, values);
    fc.assert(
      fc.property(pair, pair, ([a, b], [c, d]) => {
        const left = Buffer.concat([keyOf(a), keyOf(b, true)]);
        const right = Buffer.concat([keyOf(c), keyOf(d, true)]);
        const expected = Math.sign(compareValues(a, c)) || -Math.sign(compareValues(b, d));
        expect(Math.sign(left.compare(right)) - expected).toBe(0);
      }),
      RUNS,
    );
  });
});

describe('the end of a prefix', () => {
  it('lies after everything that begins with it and before everything greater', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 4 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes, bytes, (prefix, other) => {
        const begins = other.subarray(0, prefix.length).equals(prefix);
        const inside = other.compare(prefix) >= 0 && other.compare(prefixEnd(prefix)) < 0;
        if (prefix.some((byte) => byte !== 0xff)) expect(inside).toBe(begins);
      }),
      RUNS,
    );
  });
});
