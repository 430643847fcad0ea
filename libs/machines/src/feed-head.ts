import type { Catalogue, EventStore } from '#event-sourcing';
import type { RecordedEvent } from '#kernel';

import { feedStateOf, type FeedState } from './feed.js';
import type { MachineFeedEvent } from './feed-events.js';

/** Where a machine's feed stands: the stream it is written to, and the state after its last event. */
export interface FeedHead {
  readonly gamingDate: string;
  /** Last revision of that stream; undefined while it is missing. */
  readonly revision: bigint | undefined;
  readonly state: FeedState | null;
}

export const feedStream = (machineId: string, gamingDate: string): string => `feed-${machineId}-${gamingDate}`;

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
  let gamingDate = startDate;
  let state: FeedState | null = null;
  for (;;) {
    const last = await lastEvent(store, catalogue, feedStream(machineId, gamingDate));
    if (!last) return { gamingDate, revision: undefined, state };
    const event: MachineFeedEvent = { type: last.type, data: last.data } as MachineFeedEvent;
    state = feedStateOf(event);
    if (event.type !== 'machine.feed-closed.v1') return { gamingDate, revision: last.revision, state };
    gamingDate = event.data.next;
  }
}

async function lastEvent(store: EventStore, catalogue: Catalogue, stream: string): Promise<RecordedEvent | undefined> {
  for await (const stored of store.readStream(stream, { direction: 'backwards', maxCount: 1 }))
    return catalogue.parse(stored);
  return undefined;
}
