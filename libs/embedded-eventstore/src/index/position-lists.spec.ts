import { describe, expect, it } from '@jest/globals';
import { PositionLists } from './position-lists.js';

describe('lists of positions', () => {
  it('grow independently of one another', () => {
    const lists = new PositionLists();
    const numbers = Array.from({ length: 50 }, () => lists.create());
    for (let round = 0; round < 300; round += 1) {
      for (const list of numbers) if (round % (list + 1) === 0) lists.append(list, round * 1000 + list);
    }
    for (const list of numbers) {
      const count = Math.ceil(300 / (list + 1));
      expect(lists.count(list)).toBe(count);
      const found = Array.from({ length: count }, (_, index) => lists.at(list, index));
      expect(found).toEqual(Array.from({ length: count }, (_, index) => index * (list + 1) * 1000 + list));
    }
  });

  it.each([4095, 4096, 4097, 8192, 8193, 300_000])('find every position in a list of %d', (count) => {
    const lists = new PositionLists();
    const [list, neighbour] = [lists.create(), lists.create()];
    for (let index = 0; index < count; index += 1) {
      lists.append(list, index + 0.5);
      if (index % 1000 === 0) lists.append(neighbour, -index);
    }
    let wrong = 0;
    for (let index = 0; index < count; index += 1) if (lists.at(list, index) !== index + 0.5) wrong += 1;
    expect(wrong).toBe(0);
    expect(lists.at(list, count)).toBe(-1);
    expect(lists.at(list, -1)).toBe(-1);
  });

  it('hold positions beyond 32 bits', () => {
    const lists = new PositionLists();
    lists.append(lists.create(), Number.MAX_SAFE_INTEGER);
    expect(lists.at(0, 0)).toBe(Number.MAX_SAFE_INTEGER);
  });
});
