import { type Catalogue, type EventStore, streamOf } from '#event-sourcing';
import { DomainError, type RecordedEvent } from '#kernel';

import { feedDateBefore, feedStream } from './feed-head.js';
import { machines } from './machines.aggregate.js';

/** Days without a feed that are walked over one by one; beyond that the chain of feeds is asked for the one before. */
const maximumSilentDays = 30;

export interface HistoryPage {
  readonly items: readonly RecordedEvent[];
  readonly next: string | null;
}

export interface HistoryQuery {
  readonly machineId: string;
  /** Gaming date of the newest feed; null while nothing was ever fed. */
  readonly newestFeed: string | null;
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** Where the next page begins: the next older revision of either stream; null where a stream has no more. */
interface Cursor {
  readonly decided: bigint | null | undefined;
  readonly feed: { readonly gamingDate: string; readonly revision: bigint | undefined } | null;
}

/** A machine's history, newest first: what was decided about it and what it did, merged by position. Read from the streams themselves. */
export async function machineHistory(
  store: EventStore,
  catalogue: Catalogue,
  query: HistoryQuery,
): Promise<HistoryPage> {
  const { machineId, limit } = query;
  const cursor = query.cursor === undefined ? firstCursor(query.newestFeed) : parseCursor(query.cursor);
  const wanted = limit + 1;
  const decided = await older(store, streamOf(machines, machineId), cursor.decided, wanted);
  const fed = await olderFeeds(store, catalogue, machineId, cursor.feed, wanted);
  const merged = [...decided, ...fed].sort((a, b) => (a.position < b.position ? 1 : -1));
  const items = merged.slice(0, limit).map((event) => catalogue.parse(event));
  const rest = merged.slice(limit);
  return { items, next: rest.length === 0 ? null : formatCursor(rest, fed.at(-1)) };
}

async function older(
  store: EventStore,
  stream: string,
  from: bigint | null | undefined,
  maxCount: number,
): Promise<RecordedEvent[]> {
  if (from === null) return [];
  const events: RecordedEvent[] = [];
  for await (const event of store.readStream(stream, {
    direction: 'backwards',
    maxCount,
    ...(from === undefined ? {} : { from }),
  })) {
    events.push(event);
  }
  return events;
}

async function olderFeeds(
  store: EventStore,
  catalogue: Catalogue,
  machineId: string,
  start: Cursor['feed'],
  maxCount: number,
): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  let silentDays = 0;
  for (let feed = start; feed && events.length < maxCount;) {
    const page = await older(store, feedStream(machineId, feed.gamingDate), feed.revision, maxCount - events.length);
    events.push(...page);
    silentDays = page.length === 0 ? silentDays + 1 : 0;
    const gamingDate: string | undefined =
      silentDays < maximumSilentDays
        ? dayBefore(feed.gamingDate)
        : await feedDateBefore(store, catalogue, machineId, feed.gamingDate);
    feed = gamingDate === undefined ? null : { gamingDate, revision: undefined };
  }
  return events;
}

const firstCursor = (newestFeed: string | null): Cursor => ({
  decided: undefined,
  feed: newestFeed === null ? null : { gamingDate: newestFeed, revision: undefined },
});

/** The newest of what was left over, of either kind; where a kind has nothing left over, where its reading stopped. */
function formatCursor(rest: readonly RecordedEvent[], lastFed: RecordedEvent | undefined): string {
  const isFeed = ({ stream }: RecordedEvent): boolean => stream.startsWith('feed-');
  const decided = rest.find((event) => !isFeed(event));
  const fed = rest.find(isFeed) ?? lastFed;
  const feed = fed && {
    gamingDate: fed.stream.slice(-10),
    revision: rest.find(isFeed) ? fed.revision : fed.revision - 1n,
  };
  const text = [
    decided ? decided.revision.toString() : '-',
    feed && feed.revision >= 0n ? `${feed.gamingDate}.${feed.revision}` : feed ? `${dayBefore(feed.gamingDate)}.` : '-',
  ].join('_');
  return Buffer.from(`1_${text}`).toString('base64url');
}

function parseCursor(cursor: string): Cursor {
  const match = /^1_(-|\d+)_(-|(\d{4}-\d{2}-\d{2})\.(\d*))$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!match)
    throw new DomainError('cursor_invalid', 'The cursor is not one that this list gave.', { pointer: '/cursor' });
  const [, decided = '-', , gamingDate, revision] = match;
  return {
    decided: decided === '-' ? null : BigInt(decided),
    feed: gamingDate === undefined ? null : { gamingDate, revision: revision ? BigInt(revision) : undefined },
  };
}

const millisecondsPerDay = 86_400_000;
const dayBefore = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) - millisecondsPerDay).toISOString().slice(0, 10);
