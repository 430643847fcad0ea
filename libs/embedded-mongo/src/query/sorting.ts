import type { BsonDocument } from '../bson/values.js';
import { refuse } from '../errors.js';
import type { Scratch } from '../storage/scratch.js';
import { type Entry, MemoryRun, Merge, type Run, type StoredForm, writtenRun } from './runs.js';
import type { SortField } from './sort.js';
import { sortKey } from './sort.js';
import type { Pace, Source } from './source.js';
import { READ_AT_ONCE } from './source.js';

/** Bytes that one sort may take in memory. */
const MAX_SORT_BYTES = 100 * 1024 * 1024;
const BYTES_PER_ENTRY = 64;
/** Entries sorted in one go, some milliseconds. */
const RUN_ENTRIES = 4_096;

export interface SortOptions<T, K> {
  readonly fields: readonly SortField[];
  /** Only this many are wanted; Infinity for all. */
  readonly limit: number;
  readonly pace: Pace;
  /** Where goes what memory does not hold; undefined where the client wants nothing written. */
  readonly scratch: Scratch | undefined;
  readonly documentOf: (item: T) => BsonDocument;
  /** What is kept of an item while sorting, how many bytes that is, and how it is written. */
  readonly keep: (item: T) => K;
  readonly sizeOf: (kept: K) => number;
  readonly form: StoredForm<K>;
}

/** The items of a source by their keys, at most `limit` of them. Equal items keep their order. */
export function sorted<T, K>(source: Source<T>, options: SortOptions<T, K>): Source<K> {
  return new Sort(source, options);
}

/**
 * Sorts a few thousand items at a time, and merges these runs while results are read, so that nobody waits long for
 * the event loop. Runs that take too much memory become one on disk.
 */
class Sort<T, K> implements Source<K> {
  private result: Run<K> | undefined;
  private left: number;
  private entries: Entry<K>[] = [];
  private inMemory: MemoryRun<K>[] = [];
  private readonly onDisk: Run<K>[] = [];
  private bytes = 0;

  constructor(
    private readonly source: Source<T>,
    private readonly options: SortOptions<T, K>,
  ) {
    this.left = options.limit;
  }

  get done(): boolean {
    return this.result !== undefined && (this.left <= 0 || this.result.head === undefined);
  }

  async read(wanted: number): Promise<K[]> {
    this.result ??= await this.sortAll();
    await this.options.pace.rest();
    const items: K[] = [];
    for (const most = Math.min(wanted, this.left); items.length < most && this.result.head !== undefined;) {
      items.push(this.result.head.kept);
      const fetched = this.result.advance();
      if (fetched !== undefined) await fetched;
    }
    this.left -= items.length;
    return items;
  }

  private async sortAll(): Promise<Run<K>> {
    while (!this.source.done) {
      for (const item of await this.source.read(READ_AT_ONCE)) this.add(item);
      if (this.bytes > MAX_SORT_BYTES) await this.spill();
      await this.options.pace.rest();
    }
    this.endRun();
    return new Merge([...this.onDisk, ...this.inMemory]);
  }

  private add(item: T): void {
    const { documentOf, fields, keep, limit } = this.options;
    const entry = { key: sortKey(documentOf(item), fields), kept: keep(item) };
    this.entries.push(entry);
    this.bytes += this.bytesOf(entry);
    if (this.entries.length < RUN_ENTRIES) return;
    if (limit > RUN_ENTRIES / 2) this.endRun();
    else this.keepBest();
  }

  /** Of few that are wanted, only those that may be among them stay. */
  private keepBest(): void {
    this.entries.sort(compareEntries);
    for (const entry of this.entries.splice(this.options.limit)) this.bytes -= this.bytesOf(entry);
  }

  private endRun(): void {
    this.keepBest();
    this.inMemory.push(new MemoryRun(this.entries));
    this.entries = [];
  }

  private async spill(): Promise<void> {
    this.keepBest();
    if (this.bytes <= MAX_SORT_BYTES) return;
    const { form, limit, pace, scratch } = this.options;
    if (scratch === undefined) {
      refuse(
        'QueryExceededMemoryLimit',
        `Sort exceeded memory limit of ${MAX_SORT_BYTES} bytes, and allowDiskUse is false; an index would avoid it`,
      );
    }
    this.endRun();
    this.onDisk.push(await writtenRun(paced(new Merge(this.inMemory), limit, pace), form, scratch));
    this.inMemory = [];
    this.bytes = 0;
  }

  private bytesOf({ key, kept }: Entry<K>): number {
    return key.length + this.options.sizeOf(kept) + BYTES_PER_ENTRY;
  }
}

async function* paced<K>(run: Run<K>, limit: number, pace: Pace): AsyncGenerator<Entry<K>> {
  for (let count = 0; count < limit && run.head !== undefined; count += 1) {
    yield run.head;
    const fetched = run.advance();
    if (fetched !== undefined) await fetched;
    if (count % READ_AT_ONCE === 0) await pace.rest();
  }
}

function compareEntries<K>(left: Entry<K>, right: Entry<K>): number {
  return left.key.compare(right.key);
}
