import { describe, expect, it } from '@jest/globals';

import { FeedTail, type KeptEvent } from './feed-tail.js';
import { recordedAt } from './recorded.test-support.js';

/** As a catalogue reads it: of a newer version. */
const event = (position: number): KeptEvent => {
  const stored = recordedAt(BigInt(position));
  return { ...stored, type: 'test.happened.v2', stored };
};
const events = (from: number, to: number): KeptEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => event(from + index));

describe('the tail of the log', () => {
  const { signal } = new AbortController();

  it('gives what follows a position, and waits for the first', async () => {
    const tail = new FeedTail();
    tail.begin(10n);
    const waiting = tail.next(10n, 2, signal);
    tail.push(events(11, 14));
    expect((await waiting).map(({ position }) => position)).toEqual([11n, 12n]);
    expect((await tail.next(12n, 10, signal)).map(({ position }) => position)).toEqual([13n, 14n]);
    expect([tail.covers(10n), tail.covers(9n), tail.covers(undefined)]).toEqual([true, false, false]);
  });

  it('gives back what it reaches back to, as it is stored', () => {
    const tail = new FeedTail();
    tail.begin(10n);
    tail.push(events(11, 13));
    expect(tail.since(11n)).toEqual([recordedAt(12n), recordedAt(13n)]);
    expect(tail.since(13n)).toEqual([]);
    expect(tail.since(9n)).toBeUndefined();
  });

  it('leaves nothing out for one that waits while more comes at once than it keeps', async () => {
    const tail = new FeedTail();
    tail.begin(10n);
    const waiting = tail.next(10n, 1_000, signal);
    tail.push(events(11, 20_000));
    expect(await waiting).toEqual([]);
    expect(tail.covers(10n)).toBe(false);
  });
});
