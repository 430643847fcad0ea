import { setTimeout as sleep } from 'node:timers/promises';

import type { RecordedEvent } from '#kernel';

import type { Catalogue } from './catalogue.js';
import type { EventStore } from './event-store.js';
import type { Feed, FeedBatch, FeedConsumer, FeedEvent, RecentHistory } from './feed.js';
import { FeedTail } from './feed-tail.js';

/** Pause before the subscription is made again after the store dropped it: doubles from the first to the last. */
const firstReconnectMs = 50;
const lastReconnectMs = 2_000;
/** Between two deliveries: each wakes every consumer, whatever it brings. */
const gatherMs = 3;

export interface AllFeedOptions {
  readonly store: EventStore;
  readonly catalogue: Catalogue;
  readonly onInterruption?: (error: unknown) => void;
}

/** A consumer has handled more than the log holds: its progress, or the log, comes from another backup. */
export class AheadOfLog extends Error {
  constructor(consumer: string, after: bigint, last: bigint) {
    super(
      `${consumer} has handled position ${after}, but the log ends at ${last}: the log is older than what was read from it. ` +
        'Restore both from one backup, or let it be built again.',
    );
    this.name = 'AheadOfLog';
  }
}

/** {@link Feed} over one subscription to `$all`. */
export class AllFeed implements Feed, RecentHistory {
  private readonly tail = new FeedTail();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: AllFeedOptions) {}

  get head(): bigint | undefined {
    return this.tail.head;
  }

  /** Begins to read at the end of the log: whoever wants earlier events reads them alone. */
  async start(): Promise<void> {
    this.tail.begin(await this.options.store.lastPosition());
    this.running = this.follow();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.tail.wake();
    await this.running;
  }

  since(after: bigint | undefined): readonly RecordedEvent[] | undefined {
    return this.tail.since(after);
  }

  async consume(consumer: FeedConsumer): Promise<void> {
    const signal = AbortSignal.any([consumer.signal, this.stopping.signal]);
    let { after } = consumer;
    await this.assertReached(consumer.name, after, signal);
    while (!signal.aborted) {
      const batch = this.tail.covers(after)
        ? batchOf(await this.tail.next(after, consumer.maximumBatch, signal))
        : await this.readBehind(after, consumer.maximumBatch, signal);
      if (!batch) continue;
      await consumer.handle(batch);
      after = batch.through;
    }
  }

  /**
   * A position beyond the end of the log is of a longer history than this one: to wait there would skip what comes.
   * @throws {AheadOfLog}
   */
  private async assertReached(consumer: string, after: bigint | undefined, signal: AbortSignal): Promise<void> {
    while (after !== undefined && after > (this.tail.head ?? -1n) && !signal.aborted) {
      try {
        const last = (await this.options.store.lastPosition()) ?? 0n;
        if (after > last) throw new AheadOfLog(consumer, after, last);
        return;
      } catch (error) {
        if (error instanceof AheadOfLog) throw error;
        this.options.onInterruption?.(error);
        await pause(firstReconnectMs, signal);
      }
    }
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    let pauseMs = firstReconnectMs;
    while (!signal.aborted) {
      try {
        const after = this.tail.head;
        for await (const batch of this.options.store.subscribeToAll({
          ...(after === undefined ? {} : { after }),
          signal,
        })) {
          this.tail.push(batch, this.parsed);
          pauseMs = firstReconnectMs;
          await pause(gatherMs, signal);
        }
      } catch (error) {
        this.options.onInterruption?.(error);
        await pause(pauseMs, signal);
        pauseMs = Math.min(pauseMs * 2, lastReconnectMs);
      }
    }
  }

  /**
   * A page from the store for a consumer that the tail does not reach back to. Where the store has nothing more of the
   * program, the consumer goes on from the tail's floor, which was taken before the reading.
   */
  private async readBehind(
    after: bigint | undefined,
    maxCount: number,
    signal: AbortSignal,
  ): Promise<FeedBatch | undefined> {
    const floor = this.tail.floorBeyond(after);
    const events: FeedEvent[] = [];
    try {
      for await (const stored of this.options.store.readAll({ ...(after === undefined ? {} : { after }), maxCount })) {
        events.push(this.parsed(stored));
      }
    } catch (error) {
      this.options.onInterruption?.(error);
      await pause(firstReconnectMs, signal);
      return undefined;
    }
    return batchOf(events) ?? (floor === undefined ? undefined : { events, through: floor });
  }

  private readonly parsed = (stored: RecordedEvent): FeedEvent => {
    try {
      return this.options.catalogue.parse(stored);
    } catch (error) {
      return { ...stored, unreadable: error instanceof Error ? error : new Error(String(error)) };
    }
  };
}

function batchOf(events: readonly FeedEvent[]): FeedBatch | undefined {
  const through = events.at(-1)?.position;
  return through === undefined ? undefined : { events, through };
}

/** Ends early when the signal aborts. */
const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  sleep(milliseconds, undefined, { signal }).catch(() => undefined);
