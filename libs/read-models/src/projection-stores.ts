import type { DocumentChange, DocumentState } from './document-state.js';

/** The documents of one version of a projection. */
export interface DocumentStore {
  /** Makes what the queries need, before the first write. */
  prepare(): Promise<void>;
  load(ids: readonly string[]): Promise<Map<string, DocumentState>>;
  /**
   * Writes each change over the position it expects, in no order.
   * @returns the ids that were not where they were expected; nothing was written for them
   */
  write(changes: readonly DocumentChange[]): Promise<readonly string[]>;
}

export interface CheckpointStore {
  /**
   * Everything up to here is folded; undefined before the first.
   * @throws {StoreMismatch} the checkpoint is of another event store
   */
  load(): Promise<bigint | undefined>;
  /** Moves it forward, never back. */
  save(position: bigint): Promise<void>;
}

/** A document that is no longer folded, and why. */
export interface ParkedDocument {
  readonly id: string;
  /** The event that could not be folded. */
  readonly position: bigint;
  readonly type: string;
  readonly error: string;
}

export interface ParkedStore {
  /** Ids of parked documents, at most `maximum`. */
  load(maximum: number): Promise<Set<string>>;
  park(document: ParkedDocument): Promise<void>;
}

export interface ProjectionStores {
  readonly documents: DocumentStore;
  readonly checkpoint: CheckpointStore;
  readonly parked: ParkedStore;
}
