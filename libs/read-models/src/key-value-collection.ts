import type { Filter } from './filter.js';

/** A value with the number of its last change, counted from 1. */
export interface VersionedValue<T> {
  readonly value: T;
  readonly version: number;
}

export interface ListQuery {
  /** Only ids that begin with this. */
  readonly prefix?: string;
  /** Conditions on fields of the value. */
  readonly where?: Filter;
  /** 1 to 1 000 entries. */
  readonly limit: number;
  /** Only ids that sort after this one: the last id of the page before. */
  readonly after?: string | undefined;
}

export interface KeyValueEntry<T> extends VersionedValue<T> {
  readonly id: string;
}

/** State that is not derived from events, or is only a cache of it. Values are plain data; bigint is kept. Durable when a promise resolves. */
export interface KeyValueCollection<T> {
  get(id: string): Promise<T | undefined>;
  /** Several at once, at most 1 000, in the order of their ids; undefined where there is none. */
  getMany(ids: readonly string[]): Promise<(T | undefined)[]>;
  /** The value with the version that {@link compareAndSet} asks for. */
  read(id: string): Promise<VersionedValue<T> | undefined>;
  /** Writes whatever is there. */
  put(id: string, value: T): Promise<void>;
  /** The stored value: this one, or the one that was there before. */
  insertIfAbsent(id: string, value: T): Promise<T>;
  /**
   * Writes only over the expected version.
   * @param expectedVersion of {@link read}; 0 when nothing must be there
   * @returns whether it was written
   */
  compareAndSet(id: string, expectedVersion: number, value: T): Promise<boolean>;
  /**
   * @param expectedVersion of {@link read}; whatever is there where it is left out
   * @returns whether something was deleted
   */
  delete(id: string, expectedVersion?: number): Promise<boolean>;
  /** Entries by id, ascending. */
  list(query: ListQuery): Promise<KeyValueEntry<T>[]>;
}
