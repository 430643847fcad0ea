import type { EventStore, Feed, FeedBatch } from '#event-sourcing';
import type { PublicCatalogue, ReadEvent } from '#public-events';

import type { PushToMany } from './live-client.js';
import type { SubscriptionIndex } from './subscription-index.js';

/** Most events of the log that are fanned out before other work gets its turn. */
const maximumBatch = 256;

export interface FanOutOptions {
  readonly feed: Feed;
  readonly store: Pick<EventStore, 'lastPosition'>;
  readonly catalogue: PublicCatalogue;
  readonly index: SubscriptionIndex;
  readonly push: PushToMany;
  readonly onUnreadable: (event: ReadEvent, error: unknown) => void;
}

/** The one consumer of the feed in a process: hands each new public event to the subscriptions that take it. */
export class FanOut {
  /** Everything up to this position was offered to the subscriptions there were. */
  through = 0n;

  constructor(private readonly options: FanOutOptions) {}

  /** Where the log ends now: what comes after is going to be fanned out. */
  async begin(): Promise<void> {
    this.through = this.options.feed.head ?? (await this.options.store.lastPosition()) ?? 0n;
  }

  /** Runs until the signal aborts. */
  run(signal: AbortSignal): Promise<void> {
    return this.options.feed.consume({
      name: 'live',
      after: this.through,
      maximumBatch,
      handle: (batch) => this.handle(batch),
      signal,
    });
  }

  private handle({ events, through }: FeedBatch): Promise<void> {
    for (const event of events) this.offer(event);
    this.through = through;
    return Promise.resolve();
  }

  private offer(event: ReadEvent): void {
    const { catalogue, index, push, onUnreadable } = this.options;
    if (index.isEmpty) return;
    try {
      for (const publicEvent of catalogue.publicEventsOf(event)) {
        const clients = index.offer(publicEvent, catalogue.topicsOf(publicEvent.type));
        if (clients.length > 0) push(clients, publicEvent);
      }
    } catch (error) {
      onUnreadable(event, error);
    }
  }
}
