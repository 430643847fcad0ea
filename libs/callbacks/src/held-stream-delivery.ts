import type { Catalogue, EventStore } from '#event-sourcing';
import type { RecordedEvent } from '#kernel';
import type { PublicCatalogue, ReadEvent } from '#public-events';

import type { Attempts } from './attempts.js';
import type { SuspensionReason } from './callback.js';
import { deliverablesOf } from './deliverable.js';
import type { Endpoint } from './endpoint.js';
import type { HeldStreams, Hold } from './held-streams.js';

/** Most events of one stream that are delivered before other held streams get their turn. */
const maximumEventsATurn = 100;

export interface HeldStreamDeliveryOptions {
  readonly endpoint: Endpoint;
  readonly holds: HeldStreams;
  readonly attempts: Attempts;
  readonly store: Pick<EventStore, 'readStream'>;
  readonly parse: Catalogue['parse'];
  readonly catalogue: PublicCatalogue;
}

/** Goes on with a held stream where it stopped, reading the stream itself, and lets it go when it has caught up. */
export class HeldStreamDelivery {
  constructor(private readonly options: HeldStreamDeliveryOptions) {}

  /**
   * One turn for one stream.
   * @returns why the endpoint is to be suspended, if so
   */
  async turn(hold: Hold, signal: AbortSignal): Promise<SuspensionReason | undefined> {
    const { through } = hold;
    const events = await this.read(hold);
    for (const [index, event] of events.entries()) {
      // What lies beyond has not come by in the feed yet: it is delivered when it does. After a crash that may be true of
      // the very event that has failed; its attempts go on.
      if (index > 0 && event.position > hold.through) break;
      const failure = await this.deliver(hold, event, signal);
      if (failure) return failure.suspension;
    }
    const last = events.at(-1)?.position ?? -1n;
    const atEnd = events.length < maximumEventsATurn && hold.through === through;
    if (last >= hold.through || atEnd) await this.options.holds.letGo(hold);
    return undefined;
  }

  private async read({ record: { stream, revision } }: Hold): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    const page = this.options.store.readStream(stream, { from: revision, maxCount: maximumEventsATurn });
    for await (const event of page) events.push(event);
    return events;
  }

  private async deliver(
    hold: Hold,
    stored: RecordedEvent,
    signal: AbortSignal,
  ): Promise<{ suspension: SuspensionReason | undefined } | undefined> {
    const { endpoint, catalogue, attempts, holds } = this.options;
    const deliverables = deliverablesOf(catalogue, this.parsed(stored), endpoint.record);
    const failedAt = deliverables.findIndex(({ id }) => id === hold.record.nextId);
    for (const deliverable of deliverables.slice(Math.max(0, failedAt))) {
      const failed = deliverable.id === hold.record.nextId ? hold.record.attempts : 0;
      const result = await attempts.attempt(deliverable, failed, signal);
      if (!result.delivered) {
        const { suspension, nextAttemptAt } = result;
        const changes = { revision: stored.revision, nextId: deliverable.id, attempts: result.attempts, nextAttemptAt };
        await holds.save(hold, changes);
        return { suspension };
      }
    }
    const passed = { revision: stored.revision + 1n, nextId: '', attempts: 0 };
    if (deliverables.length > 0) await holds.save(hold, passed);
    else hold.record = { ...hold.record, ...passed };
    return undefined;
  }

  private parsed(stored: RecordedEvent): ReadEvent {
    try {
      return this.options.parse(stored);
    } catch (error) {
      return { ...stored, unreadable: error instanceof Error ? error : new Error(String(error)) };
    }
  }
}
