import { describe, expect, it } from '@jest/globals';

import { dayStartSchema, gamingDateOf, timeZoneSchema } from '#kernel';

const sofia = { timeZone: 'Europe/Sofia', dayStart: '06:00' };

describe('the gaming date', () => {
  it.each([
    ['2026-01-15T03:59:59.999Z', '2026-01-14', 'a moment before the day starts'],
    ['2026-01-15T04:00:00.000Z', '2026-01-15', 'as the day starts'],
    ['2026-01-15T21:59:00.000Z', '2026-01-15', 'just before midnight'],
    ['2026-01-15T22:30:00.000Z', '2026-01-15', 'after midnight, the night still belongs to the day before'],
    ['2026-07-15T02:59:00.000Z', '2026-07-14', 'in summer an hour earlier by the sun'],
    ['2026-07-15T03:00:00.000Z', '2026-07-15', 'in summer, as the day starts'],
    ['2026-01-01T03:00:00.000Z', '2025-12-31', 'over the turn of the year'],
    ['2026-03-01T03:00:00.000Z', '2026-02-28', 'over the turn of a month'],
  ])('of %s is %s: %s', (instant, date) => {
    expect(gamingDateOf(new Date(instant), sofia)).toBe(date);
  });

  it('follows each hall’s own zone at the same instant', () => {
    const instant = new Date('2026-01-15T10:30:00.000Z');
    expect(gamingDateOf(instant, { timeZone: 'Pacific/Auckland', dayStart: '00:00' })).toBe('2026-01-15');
    expect(gamingDateOf(instant, { timeZone: 'America/Los_Angeles', dayStart: '06:00' })).toBe('2026-01-14');
    expect(gamingDateOf(instant, { timeZone: 'Asia/Kathmandu', dayStart: '16:16' })).toBe('2026-01-14');
    expect(gamingDateOf(instant, { timeZone: 'Asia/Kathmandu', dayStart: '16:15' })).toBe('2026-01-15');
  });

  it('tells two halls of one zone apart that start their day at different times', () => {
    const instant = new Date('2026-01-15T04:30:00.000Z');
    expect(gamingDateOf(instant, sofia)).toBe('2026-01-15');
    expect(gamingDateOf(instant, { ...sofia, dayStart: '07:00' })).toBe('2026-01-14');
  });

  it('is the same twice within a minute, and changes with the next', () => {
    expect(gamingDateOf(new Date('2026-01-15T03:59:01.000Z'), sofia)).toBe('2026-01-14');
    expect(gamingDateOf(new Date('2026-01-15T03:59:59.000Z'), sofia)).toBe('2026-01-14');
    expect(gamingDateOf(new Date('2026-01-15T04:00:00.000Z'), sofia)).toBe('2026-01-15');
    expect(gamingDateOf(new Date('2026-01-15T03:59:59.000Z'), sofia)).toBe('2026-01-14');
  });
});

describe('a hall’s calendar', () => {
  it.each(['06:00', '00:00', '23:59'])('may start its day at %s', (text) =>
    expect(dayStartSchema.parse(text)).toBe(text),
  );
  it.each(['24:00', '6:00', '06:60', 'morning'])('may not start its day at %s', (text) =>
    expect(dayStartSchema.safeParse(text).success).toBe(false),
  );
  it.each(['Europe/Nowhere', '', 'Sofia'])('may not be in %p', (zone) =>
    expect(timeZoneSchema.safeParse(zone).success).toBe(false),
  );
});
