import type { Catalogue, EventStore } from '#event-sourcing';
import type { PublicEvent, RecordedEvent } from '#kernel';
import { machineIdOf, type PublicCatalogue, type ReadEvent } from '#public-events';

import { type LiveFilter, maximumPageEvents } from './protocol.js';

/** Most events of the log that are read for one page, whether or not they are for it. */
const maximumEventsRead = 2_000;

export interface PublicPage {
  readonly items: readonly PublicEvent[];
  /** Every event up to this position has been looked at. */
  readonly next: bigint;
  /** The log ended here when it was read. */
  readonly atEnd: boolean;
}

export interface LogPagesOptions {
  readonly store: Pick<EventStore, 'readAll'>;
  readonly parse: Catalogue['parse'];
  readonly catalogue: PublicCatalogue;
  readonly onUnreadable: (event: ReadEvent, error: unknown) => void;
}

/** The log as pages of public events, for those who were away. */
export class LogPages {
  constructor(private readonly options: LogPagesOptions) {}

  /** At most 500 public events after a position; fewer, or none, where the log holds little of what is asked for. */
  async read(after: bigint, filter: LiveFilter): Promise<PublicPage> {
    const items: PublicEvent[] = [];
    let next = after;
    let count = 0;
    for await (const stored of this.options.store.readAll({ after, maxCount: maximumEventsRead })) {
      const found = this.publicEventsOf(stored).filter((event) => this.takes(filter, event));
      if (items.length + found.length > maximumPageEvents) return { items, next, atEnd: false };
      items.push(...found);
      next = stored.position;
      count += 1;
    }
    return { items, next, atEnd: count < maximumEventsRead };
  }

  private takes({ topic, hallId, machineId }: LiveFilter, event: PublicEvent): boolean {
    return (
      event.hallId === hallId &&
      this.options.catalogue.topicsOf(event.type).includes(topic) &&
      (machineId === undefined || machineIdOf(event) === machineId)
    );
  }

  private publicEventsOf(stored: RecordedEvent): readonly PublicEvent[] {
    const event = this.parsed(stored);
    try {
      return this.options.catalogue.publicEventsOf(event);
    } catch (error) {
      this.options.onUnreadable(event, error);
      return [];
    }
  }

  private parsed(stored: RecordedEvent): ReadEvent {
    try {
      return this.options.parse(stored);
    } catch (error) {
      return { ...stored, unreadable: error instanceof Error ? error : new Error(String(error)) };
    }
  }
}
