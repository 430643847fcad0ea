import type { BsonDocument } from '../bson/values.js';
import { refuse } from '../errors.js';
import type { SortField } from './sort.js';
import { sortKey } from './sort.js';
import type { Source } from './source.js';
import { Computed, each } from './source.js';

/** Bytes that the keys of one sort may take in memory. */
const MAX_SORT_BYTES = 100 * 1024 * 1024;
const BYTES_PER_ENTRY = 64;

interface Entry<K> {
  readonly key: Buffer;
  readonly ordinal: number;
  readonly kept: K;
}

export interface SortOptions<T, K> {
  readonly fields: readonly SortField[];
  /** Only this many are wanted; Infinity for all. */
  readonly limit: number;
  readonly documentOf: (item: T) => BsonDocument;
  /** What is kept of an item while sorting, and how many bytes that is. */
  readonly keep: (item: T) => K;
  readonly sizeOf: (kept: K) => number;
}

/** Sorts in memory: only the best where there is a limit. Equal items keep their order. */
export function sorted<T, K>(source: Source<T>, options: SortOptions<T, K>): Source<K> {
  return new Computed(() => sortAll(source, options));
}

async function sortAll<T, K>(source: Source<T>, options: SortOptions<T, K>): Promise<K[]> {
  const { fields, limit, documentOf, keep, sizeOf } = options;
  let entries: Entry<K>[] = [];
  let bytes = 0;
  let ordinal = 0;
  for await (const item of each(source)) {
    const entry = { key: sortKey(documentOf(item), fields), ordinal: (ordinal += 1), kept: keep(item) };
    entries.push(entry);
    bytes += entry.key.length + sizeOf(entry.kept) + BYTES_PER_ENTRY;
    if (entries.length >= 2 * limit + READY_TO_CUT) {
      entries = entries.sort(compareEntries).slice(0, limit);
      bytes = entries.reduce((sum, { key, kept }) => sum + key.length + sizeOf(kept) + BYTES_PER_ENTRY, 0);
    }
    if (bytes > MAX_SORT_BYTES) {
      refuse(
        'QueryExceededMemoryLimit',
        `Sort exceeded memory limit of ${MAX_SORT_BYTES} bytes; an index would avoid it`,
      );
    }
  }
  return entries
    .sort(compareEntries)
    .slice(0, limit)
    .map(({ kept }) => kept);
}

const READY_TO_CUT = 1_000;

function compareEntries<K>(left: Entry<K>, right: Entry<K>): number {
  return left.key.compare(right.key) || left.ordinal - right.ordinal;
}
