import { describe, expect, it } from '@jest/globals';

import { nextAttemptAt } from './retry-schedule.js';

const now = new Date('2026-11-23T12:00:00.000Z');
const secondsAfter = (attempts: number, jitter: number): number =>
  (nextAttemptAt(attempts, now, jitter).getTime() - now.getTime()) / 1000;

describe('the retry schedule', () => {
  it('is 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h, and then every 24 h', () => {
    const hour = 3_600;
    const seconds = Array.from({ length: 12 }, (_, index) => secondsAfter(index + 1, 0));
    expect(seconds).toEqual([5, 300, 1_800, ...[2, 5, 10, 14, 20, 24, 24, 24, 24].map((hours) => hours * hour)]);
  });

  it('comes up to a tenth later, never earlier', () => {
    expect(secondsAfter(2, 0.5)).toBe(315);
    expect(secondsAfter(2, 1)).toBe(330);
  });
});
