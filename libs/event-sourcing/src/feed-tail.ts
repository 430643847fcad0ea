import type { RecordedEvent } from '#kernel';

import type { FeedEvent } from './feed.js';

/** How many of the newest events a process keeps for its consumers; one that falls behind further reads alone. */
const maximumEvents = 4_096;

/** The newest events of the log, in order, shared by all consumers of a process. */
export class FeedTail {
  private events: FeedEvent[] = [];
  /** What each of them was made of. */
  private stored: RecordedEvent[] = [];
  /** Every event after this position is in the tail. */
  private floor: bigint | undefined;
  private begun = false;
  private waiters: (() => void)[] = [];
  head: bigint | undefined;

  begin(position: bigint | undefined): void {
    this.begun = true;
    this.floor = position;
    this.head = position;
  }

  /** @param parse makes the feed's event of a stored one */
  push(stored: readonly RecordedEvent[], parse: (stored: RecordedEvent) => FeedEvent): void {
    this.events.push(...stored.map(parse));
    this.stored.push(...stored);
    this.head = stored.at(-1)?.position ?? this.head;
    if (this.events.length > maximumEvents * 2) this.trim();
    this.wake();
  }

  /** Whether a consumer that has handled everything up to `after` finds all that followed in here. */
  covers(after: bigint | undefined): boolean {
    return this.begun && (this.floor === undefined || (after !== undefined && after >= this.floor));
  }

  /** Everything after a position as it is stored; undefined where the tail does not reach back to it. */
  since(after: bigint | undefined): RecordedEvent[] | undefined {
    return this.covers(after) ? this.stored.slice(this.indexAfter(after)) : undefined;
  }

  /** The floor, where it is further than a reader is. */
  floorBeyond(after: bigint | undefined): bigint | undefined {
    const { floor } = this;
    return floor !== undefined && (after === undefined || floor > after) ? floor : undefined;
  }

  /**
   * At most `limit` events after a position; waits for the first. Empty when the signal aborts, or when so much came meanwhile
   * that the tail does not reach back to the position any more.
   */
  async next(after: bigint | undefined, limit: number, signal: AbortSignal): Promise<FeedEvent[]> {
    for (;;) {
      if (!this.covers(after)) return [];
      const from = this.indexAfter(after);
      if (from < this.events.length || signal.aborted) return this.events.slice(from, from + limit);
      await this.changed(signal);
    }
  }

  wake(): void {
    const { waiters } = this;
    this.waiters = [];
    for (const resolve of waiters) resolve();
  }

  private changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      signal.addEventListener('abort', done, { once: true });
      this.waiters.push(done);
    });
  }

  private trim(): void {
    const dropped = this.events.length - maximumEvents;
    this.floor = this.events[dropped - 1]?.position;
    this.events = this.events.slice(dropped);
    this.stored = this.stored.slice(dropped);
  }

  /** Binary search: the index of the first event after a position. */
  private indexAfter(after: bigint | undefined): number {
    if (after === undefined) return 0;
    let low = 0;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.events[middle]?.position ?? 0n) <= after) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
