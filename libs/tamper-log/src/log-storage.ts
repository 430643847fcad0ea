/** Entries that follow each other within one bundle, as they were logged at once. */
export interface Run {
  /** Index of the first. */
  readonly start: number;
  readonly entries: readonly string[];
}

/** A full tile, or one above the leaves that is not full yet. */
export interface StoredTile {
  readonly level: number;
  readonly index: number;
  /** 1 to 256 hashes. */
  readonly hashes: Buffer;
}

/** Which tile. */
export type TileRef = Pick<StoredTile, 'level' | 'index'>;

/** Where a full bundle ends in the store: not part of the log, made anew with it. */
export interface BundleEnd {
  readonly index: number;
  /** Position of its last event. */
  readonly position: bigint;
  /** Milliseconds since 1970, when the store took its last event. */
  readonly created: number;
}

/** What is written at once. */
export interface LogChanges {
  readonly runs: readonly Run[];
  readonly tiles: readonly StoredTile[];
  readonly ends: readonly BundleEnd[];
}

/** How far the log has come. */
export interface LogState {
  readonly size: number;
  /** Position of the last logged event; null before the first. */
  readonly through: bigint | null;
  readonly root: Buffer;
}

/** Where entries and tiles are kept. Everything can be made anew from the event store, identically. */
export interface LogStorage {
  readState(): Promise<LogState | undefined>;
  writeState(state: LogState): Promise<void>;
  /** Durable when it resolves. What a crash left half written is written over by the next. */
  write(changes: LogChanges): Promise<void>;
  /** Entries of a bundle as far as they are stored, in order; at most 256. */
  readEntries(bundle: number): Promise<string[]>;
  /** Tiles in the order in which they are asked for; undefined where one is not stored. */
  readTiles(tiles: readonly TileRef[]): Promise<(Buffer | undefined)[]>;
  /** Ends of full bundles from one on, at most 1 000. */
  readEnds(from: number): Promise<BundleEnd[]>;
}
