import type { Event, IndexKeys, Projection } from '#kernel';

import type { KeyValueCollection } from './key-value-collection.js';
import type { Leases } from './lease.js';
import type { ReadModel } from './read-model.js';

/** `elsewhere`: another process holds the projector's lease, or none does. */
export type ProjectionState = 'live' | 'catching-up' | 'stopped' | 'parked' | 'elsewhere';

/** How one projection does in this process. */
export interface ProjectionHealth {
  readonly name: string;
  readonly version: number;
  readonly state: ProjectionState;
  /** Everything up to here is folded and written; undefined before the first event. */
  readonly position: bigint | undefined;
  /** The log is known to hold more. */
  readonly behind: boolean;
  /** Milliseconds since the last progress while it is behind; 0 when it is not. */
  readonly lagMs: number;
  /** False when it is stopped, or stands still while the log grows. */
  readonly progressing: boolean;
  /** Documents that are no longer folded, because an event could not be. */
  readonly parked: number;
  /** Events folded and documents written by this process since it started. */
  readonly foldedEvents: number;
  readonly writtenDocuments: number;
  readonly error?: string;
}

export interface CollectionOptions {
  /** On fields of the value. */
  readonly indexes?: readonly IndexKeys[];
}

/** The read side of the platform, and the small state beside it. An injection token too. */
export abstract class ReadModels {
  /** One holder at a time over processes. */
  abstract readonly leases: Leases;
  /** @throws {Error} the projection was not registered */
  abstract of<Doc extends object, E extends Event>(projection: Projection<Doc, E>): ReadModel<Doc>;
  /** State in the read-model database, which can be thrown away and rebuilt. The name is kebab-case. */
  abstract collection<T>(name: string, options?: CollectionOptions): KeyValueCollection<T>;
  /** State in the database of keys, which is backed up apart and never rebuilt. The name is kebab-case. */
  abstract keyCollection<T>(name: string, options?: CollectionOptions): KeyValueCollection<T>;
  abstract health(): readonly ProjectionHealth[];
  /** Drops the collections of versions older than the live one, once the switch is a minute old. @returns their names */
  abstract dropRetired(): Promise<readonly string[]>;
}
