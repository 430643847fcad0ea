import { describe, expect, it } from '@jest/globals';

import type { RecordedEvent } from '#kernel';

import type { FeedEvent } from './feed.js';
import { FeedTail } from './feed-tail.js';
import { recordedAt } from './recorded.test-support.js';

const stored = (from: number, to: number): RecordedEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => recordedAt(BigInt(from + index)));
/** As a catalogue reads it: of a newer version. */
const newer = (event: RecordedEvent): FeedEvent => ({ ...event, type: 'test.happened.v2' });

describe('the tail of the log', () => {
  const { signal } = new AbortController();

  it('gives what follows a position, and waits for the first', async () => {
    const tail = new FeedTail();
    tail.begin(10n);
    const waiting = tail.next(10n, 2, signal);
    tail.push(stored(11, 14), newer);
    expect(await waiting).toEqual([newer(recordedAt(11n)), newer(recordedAt(12n))]);
    expect((await tail.next(12n, 10, signal)).map(({ position }) => position)).toEqual([13n, 14n]);
    expect([tail.covers(10n), tail.covers(9n), tail.covers(undefined)]).toEqual([true, false, false]);
  });

  it('gives back what it reaches back to, as it is stored', () => {
    const tail = new FeedTail();
    tail.begin(10n);
    tail.push(stored(11, 13), newer);
    expect(tail.since(11n)).toEqual([recordedAt(12n), recordedAt(13n)]);
    expect(tail.since(13n)).toEqual([]);
    expect(tail.since(9n)).toBeUndefined();
  });

  it('drops the oldest of both in step', async () => {
    const tail = new FeedTail();
    tail.begin(10n);
    for (let from = 11; from <= 9_010; from += 1_000) tail.push(stored(from, from + 999), newer);
    const [first, ...others] = tail.since(5_000n) ?? [];
    expect(first).toEqual(recordedAt(5_001n));
    expect(others.length).toBe(9_010 - 5_001);
    expect(await tail.next(5_000n, 1, signal)).toEqual([newer(recordedAt(5_001n))]);
  });

  it('leaves nothing out for one that waits while more comes at once than it keeps', async () => {
    const tail = new FeedTail();
    tail.begin(10n);
    const waiting = tail.next(10n, 1_000, signal);
    tail.push(stored(11, 20_000), newer);
    expect(await waiting).toEqual([]);
    expect(tail.covers(10n)).toBe(false);
  });
});
