import { setImmediate as nextTurn } from 'node:timers/promises';

import type { EventStore, Feed, FeedConsumer } from '#event-sourcing';
import type { RecordedEvent } from '#kernel';

/** A log in memory, as both the store and the feed of specs. */
export class FakeLog implements Feed, Pick<EventStore, 'readAll' | 'lastPosition'> {
  readonly events: RecordedEvent[] = [];
  private waiters: (() => void)[] = [];

  get head(): bigint | undefined {
    return this.events.at(-1)?.position;
  }

  write(...events: RecordedEvent[]): void {
    this.events.push(...events);
    const { waiters } = this;
    this.waiters = [];
    for (const wake of waiters) wake();
  }

  lastPosition(): Promise<bigint | undefined> {
    return Promise.resolve(this.head);
  }

  async *readAll({ after = -1n, maxCount }: { after?: bigint; maxCount: number }): AsyncIterable<RecordedEvent> {
    yield* this.events.filter(({ position }) => position > after).slice(0, maxCount);
    await nextTurn();
  }

  async consume({ after = -1n, maximumBatch, handle, signal }: FeedConsumer): Promise<void> {
    let done = after;
    while (!signal.aborted) {
      const events = this.events.filter(({ position }) => position > done).slice(0, maximumBatch);
      const through = events.at(-1)?.position;
      if (through === undefined) await this.changed(signal);
      else {
        await handle({ events, through });
        done = through;
      }
    }
  }

  private changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.waiters.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
