import type { Event } from './message.js';
import type { EventMetadata } from './metadata.js';

/** An event as it stands in the store, parsed and at its newest version. Positions and revisions are bigint, never number. */
export interface RecordedEvent<E extends Event = Event> {
  readonly id: string;
  readonly type: E['type'];
  readonly data: E['data'];
  readonly metadata: EventMetadata;
  readonly stream: string;
  readonly revision: bigint;
  /** Commit position in `$all`. */
  readonly position: bigint;
  readonly recordedAt: Date;
}
