import { describe, expect, it } from '@jest/globals';

import type { FeedEvent } from './feed.js';
import { FeedTail } from './feed-tail.js';

const event = (position: number): FeedEvent => ({
  id: `event-${position}`,
  type: 'test.happened.v1',
  data: {},
  stream: 'test-1',
  revision: BigInt(position),
  position: BigInt(position),
  recordedAt: new Date(0),
  metadata: {
    $correlationId: 'c',
    $causationId: 'c',
    commandId: '8c3f2a50-6c1a-5d5e-9f3b-2b7f7f3a1c22',
    actor: { kind: 'system', id: 'test' },
    hallId: null,
    gamingDate: null,
    occurredAt: '2026-01-15T13:30:00.000Z',
  },
});
const events = (from: number, to: number): FeedEvent[] =>
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

  it('leaves nothing out for one that waits while more comes at once than it keeps', async () => {
    const tail = new FeedTail();
    tail.begin(10n);
    const waiting = tail.next(10n, 1_000, signal);
    tail.push(events(11, 20_000));
    expect(await waiting).toEqual([]);
    expect(tail.covers(10n)).toBe(false);
  });
});
