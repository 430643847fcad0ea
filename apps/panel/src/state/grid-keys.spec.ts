import { describe, expect, it } from '@jest/globals';

import { nextIndex } from './grid-keys.js';

describe('arrow keys in the grid of tiles', () => {
  it.each([
    ['ArrowRight', 0, 1],
    ['ArrowRight', 7, 7],
    ['ArrowLeft', 0, 0],
    ['ArrowDown', 1, 4],
    ['ArrowDown', 6, 6],
    ['ArrowUp', 4, 1],
    ['ArrowUp', 2, 2],
    ['Home', 5, 0],
    ['End', 1, 7],
  ])('%s from %i of 8 in 3 columns leads to %i', (key, index, expected) => {
    expect(nextIndex(key, index, 8, 3)).toBe(expected);
  });

  it('leaves other keys, and an empty grid, alone', () => {
    expect(nextIndex('Enter', 0, 8, 3)).toBeUndefined();
    expect(nextIndex('End', 0, 0, 1)).toBeUndefined();
  });
});
