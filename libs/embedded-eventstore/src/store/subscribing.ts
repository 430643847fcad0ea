/** Subscriptions: everything stored after a point, then everything as it becomes durable, from one walk of the log. */
import { isEvent, messageAt, positionAt, recordEnd } from '../storage/record.js';
import type { Block } from '../storage/segment.js';
import type { EventTest } from './filter.js';
import { readStreamEvents, type StoredEvent } from './reading.js';
import type { Store } from './store.js';

/** Who gets the events. A promise asks to wait before the next one is sent. */
export interface Subscriber {
  /** Aborted when the subscriber has gone, or the server stops. */
  readonly signal: AbortSignal;
  event(event: StoredEvent): Promise<void> | undefined;
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
  const { log } = store;
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
    next = log.following(next + block.end - block.start);
  }
};

/** Filters events and counts those looked at, for checkpoints. */
class AllWalk {
  private sinceCheckpoint = 0;
  private lastPosition = -1;

  constructor(
    private readonly subscription: AllSubscription,
    private readonly subscriber: Subscriber,
  ) {}

  async send({ buffer, start, end }: Block): Promise<void> {
    const { test, after } = this.subscription;
    for (let at = start; at < end && !this.subscriber.signal.aborted; at = recordEnd(buffer, at)) {
      if (!isEvent(buffer, at) || (after !== 'end' && positionAt(buffer, at) <= after)) continue;
      if (test === null || test(buffer, at)) {
        const wait = this.subscriber.event({ buffer, at });
        if (wait !== undefined) await wait;
      }
      this.lastPosition = positionAt(buffer, at);
      this.sinceCheckpoint += 1;
      if (this.sinceCheckpoint === this.subscription.eventsPerCheckpoint) await this.checkpoint();
    }
  }

  async finishStretch(): Promise<void> {
    if (this.subscription.eventsPerCheckpoint > 0 && this.sinceCheckpoint > 0) await this.checkpoint();
  }

  private async checkpoint(): Promise<void> {
    this.sinceCheckpoint = 0;
    await this.subscriber.checkpoint(this.lastPosition);
  }
}

/** Serves a subscription to one stream, after revision `after` (-1 for all), until its signal is aborted. */
export const subscribeToStream = async (
  store: Store,
  streamKey: string,
  after: number | 'end',
  subscriber: Subscriber,
): Promise<void> => {
  let last = after === 'end' ? lastRevision(store, streamKey) : after;
  let isLive = false;
  while (!subscriber.signal.aborted) {
    const seen = store.log.durable;
    const stream = store.index.streams.find(streamKey);
    const end = stream === null ? -1 : store.lastDurableRevision(stream);
    if (stream !== null && end > last) {
      await sendStream(store, stream, last + 1, end, subscriber);
      last = end;
      continue;
    }
    if (!isLive && stream !== null) {
      isLive = true;
      await subscriber.caughtUp();
    }
    await store.moreThan(seen, subscriber.signal);
  }
};

const lastRevision = (store: Store, streamKey: string): number => {
  const stream = store.index.streams.find(streamKey);
  return stream === null ? -1 : store.lastDurableRevision(stream);
};

const sendStream = async (
  store: Store,
  stream: number,
  from: number,
  to: number,
  subscriber: Subscriber,
): Promise<void> => {
  for await (const events of readStreamEvents(store, stream, from, to, 1)) {
    for (const event of events) {
      if (subscriber.signal.aborted) return;
      const wait = subscriber.event(event);
      if (wait !== undefined) await wait;
    }
  }
};

/** The bytes a reader gets for an event. */
export const messageOf = ({ buffer, at }: StoredEvent): Buffer => messageAt(buffer, at);
