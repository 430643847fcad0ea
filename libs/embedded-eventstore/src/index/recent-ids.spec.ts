import { describe, expect, it } from '@jest/globals';
import { idOf } from '../testing.test-support.js';
import { rememberedIds, RecentIds } from './recent-ids.js';

const anything = (): boolean => true;

describe('recent event ids', () => {
  it('are found by id, and only by an event that matches', () => {
    const ids = new RecentIds();
    for (let number = 1; number <= 20_000; number += 1) ids.add(idOf(number), number * 8);
    expect(ids.find(idOf(12_345), (position) => position === 12_345 * 8)).toBe(12_345 * 8);
    expect(ids.find(idOf(12_345), () => false)).toBeNull();
    expect(ids.find(idOf(20_001), (position) => position === 20_001 * 8)).toBeNull();
  });

  it('keep every event of the same id', () => {
    const ids = new RecentIds();
    ids.add(idOf(1), 8);
    ids.add(idOf(1), 16);
    expect(ids.find(idOf(1), (position) => position === 16)).toBe(16);
    expect(ids.find(idOf(1), (position) => position === 8)).toBe(8);
  });

  it('of sealed segments are forgotten once enough newer ones are known, never before', () => {
    const ids = new RecentIds();
    const perSegment = rememberedIds / 4;
    const fillSegment = (segment: number): void => {
      for (let n = 1; n <= perSegment; n += 1) ids.add(idOf(segment * perSegment + n), segment * 2 ** 32 + n);
      ids.seal((segment + 1) * 2 ** 32);
    };
    for (let segment = 0; segment < 4; segment += 1) fillSegment(segment);
    expect(ids.wantsOlder).toBe(false);
    expect(ids.find(idOf(1), anything)).toBe(1);
    fillSegment(4);
    expect(ids.find(idOf(1), anything)).toBeNull();
    expect(ids.find(idOf(perSegment + 1), anything)).toBe(2 ** 32 + 1);
  });
});
