import { describe, expect, it } from '@jest/globals';
import { maximumEventRecordBytes, recordKind, writeEventRecord } from '../storage/record.js';
import { eventOf } from '../testing.test-support.js';
import { eventTest, type EventFilter } from './filter.js';

const recordOf = (stream: string, type: string): Buffer => {
  const event = eventOf(1, { streamName: Buffer.from(stream), type: Buffer.from(type) });
  const buffer = Buffer.alloc(maximumEventRecordBytes(event));
  const header = { position: 64, durableBefore: 64, kind: recordKind.event, flags: 1, ordinal: 0 };
  writeEventRecord(buffer, 0, event, 0, 0, header);
  return buffer;
};

const wanted = (filter: EventFilter, stream: string, type: string): boolean =>
  eventTest(filter)(recordOf(stream, type), 0);

describe('a filter', () => {
  it.each<[EventFilter, boolean]>([
    [{ on: 'stream', match: { prefixes: ['wallet-'] } }, true],
    [{ on: 'stream', match: { prefixes: ['halls-', 'wallet-ü'] } }, true],
    [{ on: 'stream', match: { prefixes: ['allet-'] } }, false],
    [{ on: 'type', match: { prefixes: ['wallet-'] } }, false],
    [{ on: 'type', match: { prefixes: ['money.'] } }, true],
    [{ on: 'type', match: { expression: /^[^$].*/ } }, true],
    [{ on: 'type', match: { expression: /^(?!money)/ } }, false],
    [{ on: 'stream', match: { expression: /ü$/u } }, true],
  ])('%p wants an event of wallet-ü: %p', (filter, isWanted) => {
    expect(wanted(filter, 'wallet-ü', 'money.moved.v1')).toBe(isWanted);
  });

  it('answers the same for a name that it has seen before', () => {
    const test = eventTest({ on: 'type', match: { prefixes: ['a'] } });
    const [one, other] = [recordOf('s', 'ab'), recordOf('s', 'ba')];
    expect([one, other, one, other].map((record) => test(record, 0))).toEqual([true, false, true, false]);
  });
});
