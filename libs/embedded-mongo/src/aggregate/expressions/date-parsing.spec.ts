import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formattedDate } from './date-format.js';
import { parsedByFormat } from './date-parsing.js';
import { fromLocal } from './time-zone.js';

const moment = (text: string, format: string): string | undefined => {
  const parsed = parsedByFormat(text, format);
  return parsed && new Date(fromLocal(parsed.zone ?? 'UTC', parsed.localMs)).toISOString();
};

describe('a date by its format', () => {
  it.each([
    ['06-15-2018', '%m-%d-%Y', '2018-06-15T00:00:00.000Z'],
    ['2018-06-15 7:08:09.5', '%Y-%m-%d %H:%M:%S.%L', '2018-06-15T07:08:09.500Z'],
    ['15 JUNE 2018, 23h', '%d %B %Y, %Hh', '2018-06-15T23:00:00.000Z'],
    ['2018/366', '%Y/%j', undefined],
    ['2016/366', '%Y/%j', '2016-12-31T00:00:00.000Z'],
    ['2020-W53-7', '%G-W%V-%u', '2021-01-03T00:00:00.000Z'],
    ['2021-W53-1', '%G-W%V-%u', undefined],
    ['2018-06-15T10:00+0230', '%Y-%m-%dT%H:%M%z', '2018-06-15T07:30:00.000Z'],
    ['2018-06-15 10:00 -90', '%Y-%m-%d %H:%M %Z', '2018-06-15T11:30:00.000Z'],
    ['100% 2018-06-15', '100%% %Y-%m-%d', '2018-06-15T00:00:00.000Z'],
    ['2018-02-29', '%Y-%m-%d', undefined],
    ['2018-13-01', '%Y-%m-%d', undefined],
    ['2018-06-15 24:00', '%Y-%m-%d %H:%M', undefined],
    ['2018-06-15 and more', '%Y-%m-%d', undefined],
    ['2018-06', '%Y-%m', undefined],
    ['2018-06-15 2018', '%Y-%m-%d %G', undefined],
    ['15 Brumaire 2018', '%d %B %Y', undefined],
    ['', '', undefined],
  ])('%j by %j is %s', (text, format, expected) => {
    expect(moment(text, format)).toBe(expected);
  });

  it('is the moment that was written by the same format', () => {
    const millis = fc.date({
      min: new Date('0001-01-08T00:00:00Z'),
      max: new Date('9998-12-30T00:00:00Z'),
      noInvalidDate: true,
    });
    const day = fc.constantFrom('%Y-%m-%d', '%d.%m.%Y', '%Y %j', '%G %V %u', '%B %d %Y', '%d%b%Y');
    const clock = fc.constantFrom('%H:%M:%S.%L %z', '%z %L %S %M %H', '%Z %H%M%S%L');
    const zone = fc.constantFrom('UTC', '+02:00', '-11:30', '+0545');
    fc.assert(
      fc.property(millis, day, clock, zone, (at, days, clocks, where) => {
        const format = `${days}T${clocks}`;
        const text = formattedDate(BigInt(at.getTime()), where, format).replace(/T(\d+ )/, 'T+$1');
        expect(moment(text, format)).toBe(at.toISOString());
      }),
    );
  });
});
