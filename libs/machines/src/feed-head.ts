import { type Catalogue, type EventStore, streamOf } from '#event-sourcing';
import type { RecordedEvent } from '#kernel';

import { feedStateOf, type FeedState } from './feed.js';
import type { MachineFeedEvent } from './feed-events.js';
import { machines } from './machines.aggregate.js';

/** Where a machine's feed stands: the stream it is written to, and the state after its last event. */
export interface FeedHead {
  readonly gamingDate: string;
  /** Last revision of that stream; undefined while it is missing. */
  readonly revision: bigint | undefined;
  readonly state: FeedState | null;
}

export const feedStream = (machineId: string, gamingDate: string): string => `feed-${machineId}-${gamingDate}`;

/** One day's feed and its last event. */
interface DailyFeed {
  readonly gamingDate: string;
  readonly revision: bigint;
  readonly event: MachineFeedEvent;
}

/**
 * Finds the head by walking from one day's feed to the next. Each closed feed names its successor, so that any day at or
 * before the newest will do to start from: a read model may give a late one, and the day of registration always works.
 */
export async function findFeedHead(
  store: EventStore,
  catalogue: Catalogue,
  machineId: string,
  startDate: string,
): Promise<FeedHead> {
  let head: FeedHead = { gamingDate: startDate, revision: undefined, state: null };
  for await (const { gamingDate, revision, event } of dailyFeeds(store, catalogue, machineId, startDate)) {
    const state = feedStateOf(event);
    const closed = event.type === 'machine.feed-closed.v1';
    head = closed ? { gamingDate: event.data.next, revision: undefined, state } : { gamingDate, revision, state };
  }
  return head;
}

/**
 * The last sequence that a journal has fed to a machine; 0 where it never did. Reads back to it from the newest feed.
 * @param firstDate the day of the machine's registration
 */
export async function lastSequenceOf(
  store: EventStore,
  catalogue: Catalogue,
  machineId: string,
  firstDate: string,
  journalId: string,
): Promise<number> {
  const dates: string[] = [];
  for await (const { gamingDate } of dailyFeeds(store, catalogue, machineId, firstDate)) dates.unshift(gamingDate);
  for (const gamingDate of dates) {
    for await (const event of backwards(store, catalogue, feedStream(machineId, gamingDate))) {
      const state = feedStateOf(asFeedEvent(event));
      if (state.journalId === journalId) return state.sequence;
    }
  }
  return 0;
}

/** The journal of the first fact that was ever fed to a machine; null while there is none. */
export async function firstJournalOf(
  store: EventStore,
  catalogue: Catalogue,
  machineId: string,
  firstDate: string,
): Promise<string | null> {
  for await (const { gamingDate } of dailyFeeds(store, catalogue, machineId, firstDate)) {
    for await (const stored of store.readStream(feedStream(machineId, gamingDate), { from: 0n, maxCount: 1 })) {
      const { journalId, sequence } = feedStateOf(asFeedEvent(catalogue.parse(stored)));
      if (sequence > 0) return journalId;
    }
  }
  return null;
}

/** The newest day before another on which a machine was fed; undefined where there is none. */
export async function feedDateBefore(
  store: EventStore,
  catalogue: Catalogue,
  machineId: string,
  before: string,
): Promise<string | undefined> {
  const firstDate = await registrationDate(store, machineId);
  let newest: string | undefined;
  for await (const { gamingDate } of dailyFeeds(store, catalogue, machineId, firstDate))
    if (gamingDate < before && (newest === undefined || gamingDate > newest)) newest = gamingDate;
  return newest;
}

/** The gaming date of a machine's registration: where its chain of feeds begins. */
export async function registrationDate(store: EventStore, machineId: string): Promise<string> {
  for await (const event of store.readStream(streamOf(machines, machineId), { from: 0n, maxCount: 1 }))
    return event.metadata.gamingDate ?? event.metadata.occurredAt.slice(0, 10);
  throw new Error(`Machine ${machineId} has no first event.`);
}

async function* dailyFeeds(
  store: EventStore,
  catalogue: Catalogue,
  machineId: string,
  startDate: string,
): AsyncIterable<DailyFeed> {
  for (let gamingDate: string | undefined = startDate; gamingDate !== undefined;) {
    const last: RecordedEvent | undefined = await lastEvent(store, catalogue, feedStream(machineId, gamingDate));
    if (!last) return;
    const event = asFeedEvent(last);
    yield { gamingDate, revision: last.revision, event };
    gamingDate = event.type === 'machine.feed-closed.v1' ? event.data.next : undefined;
  }
}

/** Events of one read. */
const pageOfEvents = 500;

async function* backwards(store: EventStore, catalogue: Catalogue, stream: string): AsyncIterable<RecordedEvent> {
  let from: bigint | undefined;
  for (let read = pageOfEvents; read === pageOfEvents && (from === undefined || from >= 0n);) {
    read = 0;
    const page = { direction: 'backwards' as const, maxCount: pageOfEvents, ...(from === undefined ? {} : { from }) };
    for await (const stored of store.readStream(stream, page)) {
      read += 1;
      from = stored.revision - 1n;
      yield catalogue.parse(stored);
    }
  }
}

const asFeedEvent = ({ type, data }: RecordedEvent): MachineFeedEvent => ({ type, data }) as MachineFeedEvent;

async function lastEvent(store: EventStore, catalogue: Catalogue, stream: string): Promise<RecordedEvent | undefined> {
  for await (const stored of store.readStream(stream, { direction: 'backwards', maxCount: 1 }))
    return catalogue.parse(stored);
  return undefined;
}
