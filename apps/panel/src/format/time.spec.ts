import { describe, expect, it } from '@jest/globals';

import { formatAgo, formatDay, formatInstant, formatTime } from './time.js';

const instant = '2026-11-23T22:30:05.000Z';

describe('times in the hall', () => {
  it('are the hall’s, not the reader’s', () => {
    expect(formatTime(instant, 'Europe/Sofia', 'en-GB')).toBe('00:30:05');
    expect(formatDay(instant, 'Europe/Sofia', 'en-GB')).toBe('Tuesday 24 November');
    expect(formatDay(instant, 'UTC', 'en-GB')).toBe('Monday 23 November');
  });

  it('name the zone where a date stands alone', () => {
    expect(formatInstant(instant, 'UTC', 'en-GB')).toBe('23 Nov 2026, 22:30:05 UTC');
  });

  it.each([
    [-5, 'now'],
    [9, 'now'],
    [10, '10 s ago'],
    [59, '50 s ago'],
    [60, '1 min ago'],
    [3_599, '59 min ago'],
    [7_200, '2 h ago'],
    [200_000, '2 d ago'],
  ])('%p seconds are %s', (seconds, text) => {
    expect(formatAgo(instant, Date.parse(instant) + seconds * 1_000)).toBe(text);
  });
});
