import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import type { PublicEvent } from '#kernel';

import type { Problem } from '../api/problem.js';
import { bet, event } from '../testing/fixtures.js';
import { type FeedSocket, followHall, type ReplayPage, type SubscribeRequest } from './hall-feed.js';
import { settleAfterMs } from './seen-events.js';

/** A socket and a clock moved by hand, and all that the feed told. */
function harness(after: bigint | null = 5n, answer: (request: SubscribeRequest) => unknown = () => ({ ok: true })) {
  const heard: { events: string[]; live: boolean }[] = [];
  const told: string[] = [];
  const problems: Problem[] = [];
  const requests: SubscribeRequest[] = [];
  let nowMs = 0;
  let reconnects = 0;
  let closed = false;
  const on: {
    connect?: () => void;
    lost?: () => void;
    refused?: (problem: Problem) => void;
    event?: (event: PublicEvent) => void;
    replay?: (page: ReplayPage, acknowledge: () => void) => void;
  } = {};
  const socket: FeedSocket = {
    onConnect: (listener) => (on.connect = listener),
    onLost: (listener) => (on.lost = listener),
    onRefused: (listener) => (on.refused = listener),
    onEvent: (listener) => (on.event = listener),
    onReplay: (listener) => (on.replay = listener),
    subscribe: async (request) => {
      requests.push(request);
      return answer(request);
    },
    reconnect: () => (reconnects += 1),
    close: () => (closed = true),
  };
  const stop = followHall({
    socket,
    hallId: 'h1',
    after: after ?? undefined,
    onEvents: (events, live) => heard.push({ events: events.map(({ position }) => position), live }),
    onConnection: (change) => told.push(change),
    onProblem: (problem) => problems.push(problem),
    nowMs: () => nowMs,
  });
  return {
    heard,
    told,
    problems,
    requests,
    stop,
    connect: async () => {
      on.connect?.();
      await nextTurn();
    },
    lose: () => on.lost?.(),
    refuse: (problem: Problem) => on.refused?.(problem),
    push: (pushed: PublicEvent) => on.event?.(pushed),
    replay: (items: PublicEvent[], last: boolean) => {
      let acknowledged = false;
      on.replay?.({ items, next: '0', last }, () => (acknowledged = true));
      return acknowledged;
    },
    pass: (milliseconds: number) => (nowMs += milliseconds),
    reconnects: () => reconnects,
    closed: () => closed,
  };
}

const caughtUp = async (feed: ReturnType<typeof harness>) => {
  await feed.connect();
  for (let topic = 0; topic < 3; topic += 1) feed.replay([], true);
};

describe('following a hall', () => {
  it('subscribes every topic from where the read ended', async () => {
    const feed = harness(5n);
    await feed.connect();
    expect(feed.requests).toEqual(['machines', 'bets', 'alarms'].map((topic) => ({ topic, hallId: 'h1', after: '5' })));
  });

  it('without a position takes what happens from now on', async () => {
    const feed = harness(null);
    await feed.connect();
    expect(feed.requests[0]).toEqual({ topic: 'machines', hallId: 'h1' });
  });

  it('is caught up when the last page of every topic has come, each acknowledged', async () => {
    const feed = harness();
    await feed.connect();
    expect(feed.replay([bet(1, 0, 6)], false)).toBe(true);
    feed.replay([bet(1, 0, 7)], true);
    feed.replay([bet(1, 0, 7)], true);
    expect(feed.told).toEqual(['connected']);
    feed.replay([], true);
    expect(feed.told).toEqual(['connected', 'caught-up']);
    feed.push(bet(1, 0, 8));
    expect(feed.heard).toEqual([
      { events: ['6'], live: false },
      { events: ['7'], live: false },
      { events: ['8'], live: true },
    ]);
  });

  it('without a position is caught up as soon as it is subscribed', async () => {
    const feed = harness(null);
    await feed.connect();
    expect(feed.told).toEqual(['connected', 'caught-up']);
  });

  it('waits for the acknowledgements as well as for the last pages', async () => {
    const feed = harness(5n, () => new Promise(() => undefined));
    await caughtUp(feed);
    expect(feed.told).toEqual(['connected']);
  });

  it('goes on after a loss from what surely came by every topic, and takes nothing twice', async () => {
    const feed = harness();
    await caughtUp(feed);
    feed.push(bet(1, 0, 8));
    feed.pass(settleAfterMs);
    feed.push(bet(1, 5, 9));
    feed.lose();
    await feed.connect();
    expect(feed.requests.at(-1)?.after).toBe('8');
    feed.replay([bet(1, 5, 9), event('machine.win', {}, { position: 9 })], true);
    expect(feed.heard.at(-1)).toEqual({ events: ['9'], live: false });
    expect(feed.told).toEqual(['connected', 'caught-up', 'lost', 'connected']);
  });

  it('tells a refused subscription, and tries again later', async () => {
    const feed = harness(5n, ({ topic }) =>
      topic === 'bets' ? { ok: false, problem: { status: 429, code: 'too_many_replays' } } : { ok: true },
    );
    await feed.connect();
    expect(feed.problems).toMatchObject([{ status: 429, code: 'too_many_replays' }]);
    expect(feed.reconnects()).toBe(1);
  });

  it('takes a subscription without an answer for a lost one', async () => {
    const feed = harness(5n, () => Promise.reject(new Error('timeout')));
    await feed.connect();
    expect(feed.problems[0]).toMatchObject({ status: 0, code: 'unreachable' });
  });

  it('tells why the connection was refused', () => {
    const feed = harness();
    const problem = { status: 401, code: 'token_invalid', title: '', detail: '', correlationId: undefined, errors: [] };
    feed.refuse(problem);
    expect(feed.problems).toEqual([problem]);
    expect(feed.told).toEqual(['lost']);
  });

  it('ends', async () => {
    const feed = harness(5n, () => ({ ok: false }));
    const connecting = feed.connect();
    feed.stop();
    await connecting;
    expect(feed.closed()).toBe(true);
    expect(feed.problems).toEqual([]);
  });
});
