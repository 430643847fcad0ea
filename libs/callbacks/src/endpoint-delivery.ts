import type { Feed, FeedBatch } from '#event-sourcing';
import { Turns } from '#kernel';
import type { PublicCatalogue } from '#public-events';

import type { Attempts } from './attempts.js';
import type { SuspensionReason } from './callback.js';
import { type Deliverable, deliverablesOf } from './deliverable.js';
import type { Endpoint } from './endpoint.js';
import type { HeldStreamDelivery } from './held-stream-delivery.js';
import type { HeldStreams } from './held-streams.js';
import type { Time } from './time.js';

/** Streams of one endpoint to which deliveries are under way at once. */
const maximumStreamsAtOnce = 8;
/** Most events of the log in one batch; the cursor is saved after each batch with something to deliver. */
const maximumBatch = 256;
/** Events of the log after which the cursor is saved even when there was nothing to deliver. */
const idleEventsPerSave = 5_000;
/** Most held streams of one endpoint; at that many it reads no further until some are let go. */
const maximumHeldStreams = 10_000;
/** Most held streams that are tried in one round. */
const maximumStreamsARound = 16;
/** Longest pause between two looks at the held streams, in milliseconds. */
const longestPauseMs = 60 * 60 * 1_000;

export interface EndpointDeliveryOptions {
  readonly endpoint: Endpoint;
  readonly holds: HeldStreams;
  readonly attempts: Attempts;
  readonly heldStreams: HeldStreamDelivery;
  readonly feed: Feed;
  readonly catalogue: PublicCatalogue;
  readonly time: Time;
  /** Records the suspension as an event. */
  readonly suspend: (reason: SuspensionReason) => Promise<void>;
}

/**
 * The deliveries to one endpoint, in order per stream. The cursor passes a batch of the log only when each of its events
 * is delivered, or its stream is durably held back: so a crash repeats deliveries, and skips none.
 */
export class EndpointDelivery {
  private readonly turns = new Turns(maximumStreamsAtOnce);
  private readonly stopping = new AbortController();
  private alarm = new AbortController();
  private idleEvents = 0;
  private failure: Error | undefined;

  constructor(private readonly options: EndpointDeliveryOptions) {}

  /** Runs until the signal aborts or the endpoint is suspended. @throws what went wrong on our side */
  async run(signal: AbortSignal): Promise<void> {
    const stop = (): void => this.stop();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const { endpoint, holds, feed } = this.options;
    await holds.load(endpoint.id, endpoint.record.cursor);
    const following = feed.consume({
      name: `callback-${endpoint.id}`,
      after: endpoint.record.cursor,
      maximumBatch,
      handle: (batch) => this.handle(batch),
      signal: this.stopping.signal,
    });
    const fail = (error: unknown): void => this.stop(error);
    await Promise.all([following.catch(fail), this.retry().catch(fail)]);
    signal.removeEventListener('abort', stop);
    if (this.failure) throw this.failure;
  }

  private stop(failure?: unknown): void {
    if (failure !== undefined && !this.stopping.signal.aborted)
      this.failure = failure instanceof Error ? failure : new Error('A delivery failed.', { cause: failure });
    this.stopping.abort();
    this.alarm.abort();
  }

  private async handle({ events, through }: FeedBatch): Promise<void> {
    await this.roomForHolds();
    const byStream = new Map<string, Deliverable[]>();
    for (const event of events) {
      const deliverables = deliverablesOf(this.options.catalogue, event, this.options.endpoint.record);
      if (deliverables.length === 0) continue;
      if (await this.isHeld(event.stream, event.position)) continue;
      byStream.set(event.stream, [...(byStream.get(event.stream) ?? []), ...deliverables]);
    }
    await Promise.all(
      [...byStream].map(([stream, deliverables]) => this.turns.run(() => this.deliver(stream, deliverables))),
    );
    this.stopping.signal.throwIfAborted();
    this.idleEvents = byStream.size > 0 ? idleEventsPerSave : this.idleEvents + events.length;
    if (this.idleEvents < idleEventsPerSave) return;
    await this.options.endpoint.change({ cursor: through });
    this.idleEvents = 0;
  }

  /** Whether a stream is held back; the event is then delivered when its turn comes. */
  private async isHeld(stream: string, position: bigint): Promise<boolean> {
    const hold = this.options.holds.get(stream);
    if (hold?.letGo) await hold.letGo;
    if (!hold || hold.letGo) return false;
    hold.through = position;
    return true;
  }

  /** The new events of one stream, up to the first that fails: with that one the stream is held back. */
  private async deliver(stream: string, deliverables: readonly Deliverable[]): Promise<void> {
    const { attempts, holds, endpoint } = this.options;
    const { signal } = this.stopping;
    for (const deliverable of deliverables) {
      signal.throwIfAborted();
      const result = await attempts.attempt(deliverable, 0, signal);
      if (result.delivered) continue;
      const { nextAttemptAt, suspension } = result;
      const { revision } = deliverable.stored;
      const hold = { callbackId: endpoint.id, stream, revision, nextId: deliverable.id, attempts: 1, nextAttemptAt };
      await holds.hold(hold, deliverables.at(-1)?.stored.position ?? deliverable.stored.position);
      this.alarm.abort();
      if (suspension) await this.suspend(suspension);
      return;
    }
  }

  /** Repeats what has failed, when its time has come, for as long as it runs. */
  private async retry(): Promise<void> {
    const { holds, time, heldStreams } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const due = holds.due(time.now(), maximumStreamsARound);
      if (due.length === 0) {
        await this.untilDue();
        continue;
      }
      await Promise.all(
        due.map((hold) =>
          this.turns.run(async () => {
            signal.throwIfAborted();
            const suspension = await heldStreams.turn(hold, signal);
            if (suspension) await this.suspend(suspension);
          }),
        ),
      );
    }
  }

  private async untilDue(): Promise<void> {
    const { holds, time } = this.options;
    if (this.stopping.signal.aborted) return;
    this.alarm = new AbortController();
    const nextDue = holds.nextDue();
    const pauseMs = nextDue === undefined ? longestPauseMs : nextDue - time.now().getTime();
    await time.wait(Math.min(Math.max(0, pauseMs), longestPauseMs), this.alarm.signal);
  }

  private async roomForHolds(): Promise<void> {
    const { holds, time } = this.options;
    while (holds.size >= maximumHeldStreams && !this.stopping.signal.aborted) {
      await time.wait(1_000, this.stopping.signal);
    }
    this.stopping.signal.throwIfAborted();
  }

  /** One of several streams that fail at the same time suspends the endpoint. */
  private async suspend(reason: SuspensionReason): Promise<void> {
    if (this.stopping.signal.aborted) return;
    await this.options.suspend(reason);
    await this.options.endpoint.change({ status: 'suspended' });
    this.stop();
  }
}
