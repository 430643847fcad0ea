import type { Filter } from './filter.js';

/** A document as readers see it: without the projection's own fields, and with its id. */
export type Identified<Doc extends object> = Doc & { readonly id: string };

export interface ReadOptions {
  /** Wait until the read model has passed this position (`Tallyhall-After`), at most 5 s. */
  readonly after?: bigint | undefined;
}

export interface FindQuery extends ReadOptions {
  readonly where?: Filter;
  /** 1 to 500 documents; 50 where it is missing. */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
  /** Only what was created after this position, and the oldest first; without a cursor, for whoever follows a list as it grows. */
  readonly createdAfter?: bigint | undefined;
}

export interface FoundPage<Doc extends object> {
  readonly items: Identified<Doc>[];
  /** Opaque; null on the last page. */
  readonly next: string | null;
}

/** The documents of one projection, read from whichever version is live. */
export interface ReadModel<Doc extends object> {
  /** @throws {NotCaughtUp} the projection did not pass `after` within 5 s */
  get(id: string, options?: ReadOptions): Promise<Identified<Doc> | undefined>;
  /**
   * A page of documents, newest first by creation, unless the query says otherwise.
   * @throws {NotCaughtUp} the projection did not pass `after` within 5 s
   * @throws {DomainError} `cursor_invalid`: the cursor is none of this platform's
   */
  find(query: FindQuery): Promise<FoundPage<Doc>>;
  /** Everything up to here is in the documents: read before them, a reader may follow the log from it and misses nothing. */
  position(): Promise<bigint | undefined>;
}
