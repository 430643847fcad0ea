import type { Scratch } from '../storage/scratch.js';

/** An item on its way through a sort, in front of which goes what has a lesser key. */
export interface Entry<K> {
  readonly key: Buffer;
  readonly kept: K;
}

/** Entries in order, of which the first is looked at. */
export interface Run<K> {
  /** Undefined when there are no more. */
  readonly head: Entry<K> | undefined;
  /** Goes on to the next entry; a promise where that has to be fetched. */
  advance(): Promise<void> | undefined;
}

/** A run in memory. */
export class MemoryRun<K> implements Run<K> {
  private at = 0;

  constructor(private readonly entries: readonly Entry<K>[]) {}

  get head(): Entry<K> | undefined {
    return this.entries[this.at];
  }

  advance(): undefined {
    this.at += 1;
  }
}

/** Several runs as one. Of equal keys the entry of the earlier run comes first. */
export class Merge<K> implements Run<K> {
  /** Runs that have entries, by their heads, the least one last. */
  private readonly waiting: { readonly run: Run<K>; readonly number: number }[] = [];

  constructor(runs: readonly Run<K>[]) {
    for (const [number, run] of runs.entries()) this.place(run, number);
  }

  get head(): Entry<K> | undefined {
    return this.waiting.at(-1)?.run.head;
  }

  advance(): Promise<void> | undefined {
    const first = this.waiting.pop();
    if (first === undefined) return undefined;
    const fetched = first.run.advance();
    if (fetched !== undefined) return fetched.then(() => this.place(first.run, first.number));
    this.place(first.run, first.number);
    return undefined;
  }

  private place(run: Run<K>, number: number): void {
    const key = run.head?.key;
    if (key === undefined) return;
    let [low, high] = [0, this.waiting.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.waiting[middle];
      const order = other?.run.head?.key.compare(key) ?? 0;
      if (order > 0 || (order === 0 && (other?.number ?? 0) > number)) low = middle + 1;
      else high = middle;
    }
    this.waiting.splice(low, 0, { run, number });
  }
}

/** How what is kept of an item is written to disk. */
export interface StoredForm<K> {
  readonly encode: (kept: K) => Buffer;
  readonly decode: (bytes: Buffer) => K;
}

const LENGTHS_BYTES = 8;
const READ_BYTES = 64 * 1024;
const WRITE_BYTES = 1024 * 1024;

/** Writes entries in their order to disk, where nothing else may be written meanwhile; answers the run that reads them. */
export async function writtenRun<K>(
  entries: AsyncIterable<Entry<K>>,
  form: StoredForm<K>,
  scratch: Scratch,
): Promise<StoredRun<K>> {
  const start = scratch.endOffset;
  let pieces: Buffer[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    await scratch.append(Buffer.concat(pieces, bytes));
    pieces = [];
    bytes = 0;
  };
  for await (const { key, kept } of entries) {
    const content = form.encode(kept);
    const lengths = Buffer.allocUnsafe(LENGTHS_BYTES);
    lengths.writeUInt32LE(key.length, 0);
    lengths.writeUInt32LE(content.length, 4);
    pieces.push(lengths, key, content);
    bytes += lengths.length + key.length + content.length;
    if (bytes >= WRITE_BYTES) await flush();
  }
  await flush();
  return StoredRun.open(form, scratch, start, scratch.endOffset);
}

/** A run on disk, of which a block at a time is in memory: for each entry two lengths (32 bits), the key, the item. */
export class StoredRun<K> implements Run<K> {
  head: Entry<K> | undefined;
  private block = Buffer.alloc(0);
  private at = 0;

  private constructor(
    private readonly form: StoredForm<K>,
    private readonly scratch: Scratch,
    private next: number,
    private readonly end: number,
  ) {}

  static async open<K>(form: StoredForm<K>, scratch: Scratch, start: number, end: number): Promise<StoredRun<K>> {
    const run = new StoredRun(form, scratch, start, end);
    await run.advance();
    return run;
  }

  advance(): Promise<void> | undefined {
    const bytes = this.entryBytes();
    if (bytes !== undefined) return this.take(bytes);
    if (this.at < this.block.length || this.next < this.end) return this.fetch();
    this.head = undefined;
    return undefined;
  }

  private async fetch(): Promise<void> {
    for (let bytes = this.entryBytes(); ; bytes = this.entryBytes()) {
      if (bytes !== undefined) return this.take(bytes);
      await this.readMore();
    }
  }

  /** Bytes of the next entry, its lengths with it; undefined where not all of it is in the block. */
  private entryBytes(): number | undefined {
    const bytes = this.wantedBytes();
    return this.at + bytes <= this.block.length ? bytes : undefined;
  }

  private wantedBytes(): number {
    if (this.at + LENGTHS_BYTES > this.block.length) return LENGTHS_BYTES;
    return LENGTHS_BYTES + this.block.readUInt32LE(this.at) + this.block.readUInt32LE(this.at + 4);
  }

  private take(bytes: number): undefined {
    const keyStart = this.at + LENGTHS_BYTES;
    const keyEnd = keyStart + this.block.readUInt32LE(this.at);
    this.at += bytes;
    const content = this.block.subarray(keyEnd, this.at);
    this.head = { key: this.block.subarray(keyStart, keyEnd), kept: this.form.decode(content) };
    return undefined;
  }

  private async readMore(): Promise<void> {
    const rest = this.block.subarray(this.at);
    const wanted = Math.max(READ_BYTES, this.wantedBytes() - rest.length);
    const block = Buffer.allocUnsafe(rest.length + Math.min(wanted, this.end - this.next));
    rest.copy(block);
    await this.scratch.read(block.subarray(rest.length), this.next);
    this.next += block.length - rest.length;
    this.block = block;
    this.at = 0;
  }
}
