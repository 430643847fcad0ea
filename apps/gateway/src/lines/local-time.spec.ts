import { describe, expect, it } from '@jest/globals';

import { localTimeIn } from './local-time.js';

describe('the hall’s wall clock', () => {
  it.each([
    ['2026-01-15T12:30:05.000Z', '2026-01-15T13:30:05'],
    ['2026-07-15T22:00:00.999Z', '2026-07-16T00:00:00'],
  ])('reads %s in Vienna as %s', (instant, local) => {
    expect(localTimeIn('Europe/Vienna')(Date.parse(instant))).toBe(local);
  });
});
