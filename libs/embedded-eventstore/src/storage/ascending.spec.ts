import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lastUpTo } from './ascending.js';

describe('the last of ascending numbers up to another', () => {
  it('is what a walk over all of them finds', () => {
    const numbers = fc.array(fc.nat({ max: 50 })).map((list) => list.toSorted((one, other) => one - other));
    fc.assert(
      fc.property(numbers, fc.integer({ min: -1, max: 51 }), (list, wanted) => {
        const expected = Math.max(
          0,
          list.findLastIndex((number) => number <= wanted),
        );
        expect(lastUpTo(list.length, (index) => list[index] ?? 0, wanted)).toBe(expected);
      }),
    );
  });
});
