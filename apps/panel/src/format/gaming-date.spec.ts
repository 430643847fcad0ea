import { describe, expect, it } from '@jest/globals';

import { gamingDateOf } from '#kernel';

import { gamingDateAt } from './gaming-date.js';

const sofia = { timeZone: 'Europe/Sofia', dayStart: '06:00' };

describe('the gaming date in the header', () => {
  it('is yesterday until the gaming day starts', () => {
    expect(gamingDateAt(Date.parse('2026-11-24T03:59:59Z'), sofia)).toBe('2026-11-23');
    expect(gamingDateAt(Date.parse('2026-11-24T04:00:00Z'), sofia)).toBe('2026-11-24');
  });

  it('is the one that the platform books to, through both changes of the clock', () => {
    for (const day of ['2026-03-29', '2026-10-25', '2026-12-31'])
      for (let minute = 0; minute < 1_440; minute += 15) {
        const instant = new Date(Date.parse(`${day}T00:00:00Z`) + minute * 60_000);
        expect(gamingDateAt(instant.getTime(), sofia)).toBe(gamingDateOf(instant, sofia));
      }
  });
});
