/** Subscriptions: everything stored after a point, then everything as it becomes durable, from one walk of the log. */
import { StreamTombstoned } from '../errors.js';
import { positionAt, type StoredEvent } from '../storage/record.js';
import type { Block } from '../storage/log-segment.js';
import { allEventsIn } from './block-events.js';
import type { EventTest } from './filter.js';
import { readStreamEvents } from './reading.js';
import type { Store } from './store.js';

/** Who gets the events. A promise asks to wait before more is sent. */
export interface Subscriber {
  /** Aborted when the subscriber has gone, or the server stops. */
  readonly signal: AbortSignal;
  events(events: readonly StoredEvent[]): Promise<void> | undefined;
  checkpoint(position: number): Promise<void> | undefined;
  /** Everything durable was sent: from here on events come as they happen. */
  caughtUp(): Promise<void> | undefined;
  /** The subscriber was too slow to be served from memory and is read to from the disk again. */
  fellBehind(): Promise<void> | undefined;
}

export interface AllSubscription {
  /** Events after this position are sent; -1 for all, 'end' for those to come. */
  readonly after: number | 'end';
  readonly test: EventTest | null;
  /** A checkpoint is sent after so many events were looked at; 0 for none. */
  readonly eventsPerCheckpoint: number;
}

/** Serves a subscription to $all until its signal is aborted. */
export const subscribeToAll = async (
  store: Store,
  subscription: AllSubscription,
  subscriber: Subscriber,
): Promise<void> => {
  const log = store.reader;
  const { after } = subscription;
  const walk = new AllWalk(subscription, subscriber);
  let next = after === 'end' ? log.durable : await log.seek(after + 1);
  let isLive = false;
  while (!subscriber.signal.aborted) {
    const found = log.blockFrom(next);
    if (found === null) {
      await walk.finishStretch();
      if (!isLive) await subscriber.caughtUp();
      isLive = true;
      await store.moreThan(next, subscriber.signal);
      continue;
    }
    if (isLive && found instanceof Promise) {
      isLive = false;
      await subscriber.fellBehind();
    }
    const block = await found;
    await walk.send(block);
    next = log.following(block.nextPosition);
  }
};

const withoutThoseUpTo = (after: number | 'end', events: readonly StoredEvent[]): readonly StoredEvent[] => {
  const [first] = events;
  if (after === 'end' || first === undefined || positionAt(first.buffer, first.at) > after) return events;
  return events.filter(({ buffer, at }) => positionAt(buffer, at) > after);
};

/** Filters events and counts those looked at, for checkpoints. */
class AllWalk {
  private sinceCheckpoint = 0;
  private lastPosition = -1;

  constructor(
    private readonly subscription: AllSubscription,
    private readonly subscriber: Subscriber,
  ) {}

  async send(block: Block): Promise<void> {
    const { test, after, eventsPerCheckpoint } = this.subscription;
    const events = withoutThoseUpTo(after, allEventsIn(block));
    if (test === null && eventsPerCheckpoint === 0) return this.pass(events);
    let wanted: StoredEvent[] = [];
    for (const event of events) {
      if (this.subscriber.signal.aborted) return;
      if (test === null || test(event.buffer, event.at)) wanted.push(event);
      this.lastPosition = positionAt(event.buffer, event.at);
      this.sinceCheckpoint += 1;
      if (this.sinceCheckpoint !== eventsPerCheckpoint) continue;
      await this.pass(wanted);
      wanted = [];
      await this.checkpoint();
    }
    await this.pass(wanted);
  }

  private async pass(events: readonly StoredEvent[]): Promise<void> {
    if (events.length > 0) await this.subscriber.events(events);
  }

  async finishStretch(): Promise<void> {
    if (this.subscription.eventsPerCheckpoint > 0 && this.sinceCheckpoint > 0) await this.checkpoint();
  }

  private async checkpoint(): Promise<void> {
    this.sinceCheckpoint = 0;
    await this.subscriber.checkpoint(this.lastPosition);
  }
}

/**
 * Serves a subscription to one stream, after revision `after` (-1 for all), until its signal is aborted. Throws
 * StreamTombstoned once the stream's end was sent, or at once when it had ended before.
 */
export const subscribeToStream = async (
  store: Store,
  streamKey: string,
  after: number | 'end',
  subscriber: Subscriber,
): Promise<void> => {
  const walk = new StreamWalk(store, streamKey, after, subscriber);
  while (!subscriber.signal.aborted) {
    const seen = store.log.durable;
    if (!(await walk.advance())) await store.moreThan(seen, subscriber.signal);
  }
};

/** How far a subscription to a stream has come. */
class StreamWalk {
  private readonly startedAt: number;
  private last: number;
  private isLive = false;

  constructor(
    private readonly store: Store,
    private readonly streamKey: string,
    after: number | 'end',
    private readonly subscriber: Subscriber,
  ) {
    this.startedAt = after === 'end' ? store.log.durable : 0;
    this.last = after === 'end' ? this.lastStored() : after;
  }

  /** Sends what is new; false when there was nothing. */
  async advance(): Promise<boolean> {
    const tombstone = this.store.views.tombstone(this.streamKey);
    if (tombstone !== null && tombstone >= this.startedAt && tombstone < this.store.log.durable)
      return this.finish(tombstone);
    if (this.isLive) return this.sendTo(this.last + 1, this.lastStored());
    const view = this.store.views.view(this.streamKey);
    if (view.kind !== 'events') return false;
    if (await this.sendTo(Math.max(this.last + 1, view.first), view.last)) return true;
    this.last = Math.max(this.last, view.last);
    this.isLive = true;
    await this.subscriber.caughtUp();
    return true;
  }

  /** The last durable revision, whatever the stream's metadata hides. */
  private lastStored(): number {
    return this.store.views.lastDurableRevision(this.streamKey);
  }

  private async sendTo(from: number, to: number): Promise<boolean> {
    if (from > to) return false;
    for await (const events of readStreamEvents(this.store, this.streamKey, from, to, 1)) {
      if (this.subscriber.signal.aborted) return true;
      const wait = this.subscriber.events(events);
      if (wait !== undefined) await wait;
    }
    this.last = to;
    return true;
  }

  private async finish(tombstone: number): Promise<never> {
    if (this.isLive) {
      await this.sendTo(this.last + 1, this.lastStored());
      const { buffer, start } = this.store.reader.record(tombstone);
      await this.subscriber.events([{ buffer, at: start }]);
    }
    throw new StreamTombstoned(Buffer.from(this.streamKey, 'latin1').toString());
  }
}
