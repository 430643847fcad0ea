import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { firstFrom, lastUpTo } from './ascending.js';

const ascending = fc.array(fc.nat({ max: 50 })).map((list) => list.toSorted((one, other) => one - other));

describe('the last of ascending numbers up to another', () => {
  it('is what a walk over all of them finds', () => {
    fc.assert(
      fc.property(ascending, fc.integer({ min: -1, max: 51 }), (list, wanted) => {
        const expected = Math.max(
          0,
          list.findLastIndex((number) => number <= wanted),
        );
        expect(lastUpTo(list.length, (index) => list[index] ?? 0, wanted)).toBe(expected);
      }),
    );
  });
});

describe('the first of ascending numbers, from a place on, that is not below a limit', () => {
  it('is what a walk over all of them finds', () => {
    fc.assert(
      fc.property(ascending, fc.nat({ max: 50 }), fc.integer({ min: -1, max: 51 }), (list, start, limit) => {
        const expected = list.findIndex((number, index) => index >= start && number >= limit);
        expect(firstFrom(list, start, limit)).toBe(expected === -1 ? Math.max(list.length, start) : expected);
      }),
    );
  });
});
