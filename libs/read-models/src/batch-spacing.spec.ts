import { describe, expect, it } from '@jest/globals';

import { restAfterMs } from './batch-spacing.js';

describe('the rest after a batch', () => {
  it.each([
    ['took no time: batches begin 25 ms apart', 0, 25],
    ['took little: 25 ms from start to start', 3, 22],
    ['took more: a fifth of the time is worked', 10, 40],
    ['took long: 100 ms from start to start', 30, 70],
    ['took longer than that: none', 250, 0],
  ])('that %s', (_, workedMs, restMs) => {
    expect(restAfterMs(workedMs)).toBe(restMs);
  });
});
