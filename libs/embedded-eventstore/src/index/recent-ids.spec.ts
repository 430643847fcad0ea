import { describe, expect, it } from '@jest/globals';
import { idOf } from '../testing.test-support.js';
import { idsPerGeneration, RecentIds } from './recent-ids.js';

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

  it('are forgotten after two generations, never before one', () => {
    const ids = new RecentIds();
    for (let number = 1; number <= 2 * idsPerGeneration; number += 1) ids.add(idOf(number), number);
    expect(ids.find(idOf(1), (position) => position === 1)).toBe(1);
    ids.add(idOf(2 * idsPerGeneration + 1), 2 * idsPerGeneration + 1);
    expect(ids.find(idOf(1), (position) => position === 1)).toBeNull();
    expect(ids.find(idOf(idsPerGeneration + 2), anything)).not.toBeNull();
  });
});
