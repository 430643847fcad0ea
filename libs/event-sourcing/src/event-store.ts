import type { EventMetadata, RecordedEvent } from '#kernel';

/** An event that is to be appended. The id makes a repeat harmless. */
export interface NewEvent {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: EventMetadata;
}

/** What the stream must look like for an append to happen: its last revision, or that it is not there. */
export type ExpectedRevision = bigint | 'no-stream' | 'any';

export interface AppendResult {
  /** Revision of the last event. */
  readonly revision: bigint;
  /** Commit position of the last event. */
  readonly position: bigint;
}

export interface ReadStreamOptions {
  readonly direction?: 'forwards' | 'backwards';
  /** Inclusive. Default: the start (forwards) or the end (backwards). */
  readonly from?: bigint;
  readonly maxCount: number;
}

/** The event store as the program sees it. Events are as stored: not parsed, not upcast. Positions are commit positions. */
export interface EventStore {
  /**
   * Appends all events or none.
   * @throws {RevisionConflict} the stream is not as expected; nothing was written
   * @throws {StoreUnavailable} nothing was written, and a retry may succeed
   * @throws {OutcomeUnknown} it may or may not have been written; repeat with the same ids
   */
  append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendResult>;
  /** The events of a stream; none where the stream is missing. */
  readStream(stream: string, options: ReadStreamOptions): AsyncIterable<RecordedEvent>;
  /** At most `maxCount` events of `$all` after a position (exclusive), oldest first, without the store's own system events. */
  readAll(options: { readonly after?: bigint; readonly maxCount: number }): AsyncIterable<RecordedEvent>;
  /**
   * Every event after a position (exclusive), then everything that comes, each time as many as are there. Ends with an error
   * when the connection drops, never in silence.
   */
  subscribeToAll(options: {
    readonly after?: bigint;
    readonly signal: AbortSignal;
  }): AsyncIterable<readonly RecordedEvent[]>;
  /** The newest position of the whole log, the store's own events included; undefined where it is empty. */
  lastPosition(): Promise<bigint | undefined>;
  close(): Promise<void>;
}

/** The stream was not at the expected revision. */
export class RevisionConflict extends Error {
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    readonly actual: bigint | 'no-stream' | 'unknown',
  ) {
    super(`Stream ${stream} is at ${actual}, not at ${expected}.`);
    this.name = 'RevisionConflict';
  }
}

/** The store refused or could not be reached, and nothing was written. */
export class StoreUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreUnavailable';
  }
}

/** The store did not say whether it wrote. */
export class OutcomeUnknown extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OutcomeUnknown';
  }
}
