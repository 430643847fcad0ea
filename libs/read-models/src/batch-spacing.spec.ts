import { describe, expect, it } from '@jest/globals';

import { restAfterMs } from './batch-spacing.js';

describe('the rest after a batch', () => {
  it.each([
    ['took no time: batches begin 100 ms apart', 0, 100],
    ['took little: 100 ms from start to start', 12, 88],
    ['took more: a fifth of the time is worked', 30, 120],
    ['took long: 250 ms from start to start', 80, 170],
    ['took longer than that: none', 300, 0],
  ])('that %s', (_, workedMs, restMs) => {
    expect(restAfterMs(workedMs)).toBe(restMs);
  });
});
