import type { RecordedEvent } from '#kernel';

/** An event in the feed: parsed and upcast, or marked with why it could not be. */
export type FeedEvent = RecordedEvent & { readonly unreadable?: Error };

/** What a process has read lately. */
export interface RecentHistory {
  /** What came after a position, oldest first, as it is stored; undefined where the memory does not reach back that far. */
  since(after: bigint | undefined): readonly RecordedEvent[] | undefined;
}

export interface FeedBatch {
  /** In `$all` order; at most the consumer's `maximumBatch`. Every event, whatever its type. */
  readonly events: readonly FeedEvent[];
  /** Every position up to and including this one has been delivered. */
  readonly through: bigint;
}

export interface FeedConsumer {
  readonly name: string;
  /** Position of the last event that was handled (exclusive); undefined starts at the beginning. */
  readonly after: bigint | undefined;
  readonly maximumBatch: number;
  /** Awaited before the next batch. A throw stops this consumer with that error; the others go on. */
  readonly handle: (batch: FeedBatch) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * One read of `$all` per process, parsed once and fanned out. A consumer that is behind reads alone until it has caught up.
 */
export interface Feed {
  /**
   * Runs until the signal aborts (resolves) or the handler throws (rejects). Reconnects by itself when the store drops.
   * Rejects as well where the consumer has handled more than the log holds.
   */
  consume(consumer: FeedConsumer): Promise<void>;
  /** The newest position that this process has seen; undefined before the first. */
  readonly head: bigint | undefined;
}
