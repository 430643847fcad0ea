import type { PublicEvent } from '#kernel';

import type { Schedule } from './schedule.js';

/** Events wait at most this long, in milliseconds, so that a busy floor is drawn a few times a second and not per event. */
const batchEveryMs = 120;
/** Events in one batch; a full one is handed on at once. */
export const maxBatch = 500;

export interface EventBatcher {
  add(events: readonly PublicEvent[], live: boolean): void;
  stop(): void;
}

/** Collects events into batches of one kind, replayed or live, in order. */
export function createEventBatcher(
  hand: (events: readonly PublicEvent[], live: boolean) => void,
  schedule: Schedule,
): EventBatcher {
  let waiting: PublicEvent[] = [];
  let waitingLive = false;
  let cancel: (() => void) | undefined;

  const flush = () => {
    cancel?.();
    cancel = undefined;
    const batch = waiting;
    waiting = [];
    if (batch.length > 0) hand(batch, waitingLive);
  };

  return {
    add(events, live) {
      if (live !== waitingLive) flush();
      waitingLive = live;
      waiting.push(...events);
      if (waiting.length >= maxBatch) flush();
      else cancel ??= schedule(flush, batchEveryMs);
    },
    stop() {
      cancel?.();
      waiting = [];
    },
  };
}
