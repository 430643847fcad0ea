import type { PublicEvent, Topic } from '#kernel';

import { parseProblem, type Problem } from '../api/problem.js';
import type { ConnectionChange } from '../state/connection.js';
import { createSeenEvents } from './seen-events.js';

const feedTopics = ['machines', 'bets', 'alarms'] as const satisfies readonly Topic[];

/** Milliseconds to wait for the acknowledgement of a subscription. */
const subscribeTimeoutMs = 10_000;

/** One page of a replay. */
export interface ReplayPage {
  readonly items: readonly PublicEvent[];
  readonly next: string;
  readonly last: boolean;
}

export interface SubscribeRequest {
  readonly topic: Topic;
  readonly hallId: string;
  readonly after?: string;
}

/** As much of a socket.io socket as the feed needs, so that specs can pass one of their own. */
export interface FeedSocket {
  onConnect(listener: () => void): void;
  onLost(listener: () => void): void;
  /** The server refused the connection. */
  onRefused(listener: (problem: Problem) => void): void;
  onEvent(listener: (event: PublicEvent) => void): void;
  onReplay(listener: (page: ReplayPage, acknowledge: () => void) => void): void;
  subscribe(request: SubscribeRequest, timeoutMs: number): Promise<unknown>;
  reconnect(): void;
  close(): void;
}

export interface HallFeedOptions {
  readonly socket: FeedSocket;
  readonly hallId: string;
  /** The position of the REST read that the events complete. */
  readonly after: bigint | undefined;
  readonly onEvents: (events: PublicEvent[], live: boolean) => void;
  readonly onConnection: (change: ConnectionChange) => void;
  readonly onProblem: (problem: Problem) => void;
  readonly nowMs: () => number;
}

/**
 * Follows one hall: subscribes its topics from where the read ended, drops what comes twice, and after a lost connection
 * goes on from the last position that every topic has surely passed.
 * @returns a function that ends it
 */
export function followHall(options: HallFeedOptions): () => void {
  const { socket, hallId, onEvents, onConnection, onProblem, nowMs } = options;
  const seen = createSeenEvents(options.after);
  let attempt = 0;
  let waiting: ReadonlySet<Topic> = new Set();
  let replaysLeft = 0;
  let live = false;

  const hand = (events: readonly PublicEvent[]) => {
    const fresh = seen.take(events, nowMs(), live);
    if (fresh.length > 0) onEvents(fresh, live);
  };

  const settle = () => {
    if (live || waiting.size > 0 || replaysLeft > 0) return;
    live = true;
    onConnection('caught-up');
  };

  const subscribe = async (topic: Topic, after: bigint | undefined, thisAttempt: number) => {
    const request = { topic, hallId, ...(after === undefined ? {} : { after: after.toString() }) };
    const problem = refusalOf(await socket.subscribe(request, subscribeTimeoutMs).catch(() => undefined));
    if (thisAttempt !== attempt) return;
    if (problem) {
      onProblem(problem);
      socket.reconnect();
      return;
    }
    waiting = new Set([...waiting].filter((other) => other !== topic));
    settle();
  };

  socket.onConnect(() => {
    attempt += 1;
    live = false;
    waiting = new Set(feedTopics);
    const after = seen.resumeAfter(nowMs());
    // Every subscription with a position ends its replay with a page that says so, empty or not.
    replaysLeft = after === undefined ? 0 : feedTopics.length;
    onConnection('connected');
    for (const topic of feedTopics) void subscribe(topic, after, attempt);
  });
  socket.onLost(() => {
    attempt += 1;
    live = false;
    onConnection('lost');
  });
  socket.onRefused((problem) => {
    onConnection('lost');
    onProblem(problem);
  });
  socket.onEvent((event) => hand([event]));
  socket.onReplay((page, acknowledge) => {
    hand(page.items);
    acknowledge();
    if (page.last) replaysLeft -= 1;
    settle();
  });

  return () => {
    attempt += 1;
    socket.close();
  };
}

/** The problem in a negative acknowledgement; a missing one counts as no answer. */
function refusalOf(acknowledgement: unknown): Problem | undefined {
  if (typeof acknowledgement !== 'object' || acknowledgement === null)
    return parseProblem(0, { code: 'unreachable', detail: 'The subscription was not answered.' });
  if ('ok' in acknowledgement && acknowledgement.ok === true) return undefined;
  const problem = 'problem' in acknowledgement ? acknowledgement.problem : undefined;
  const status = typeof problem === 'object' && problem !== null && 'status' in problem ? problem.status : 0;
  return parseProblem(typeof status === 'number' ? status : 0, problem);
}
