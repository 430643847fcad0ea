import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { DataDamaged } from '../errors.js';
import { BloomFilter } from './bloom-filter.js';
import { streamHashBytes } from './stream-hash.js';
import {
  blockBytes,
  blocksBytes,
  checksumBytes,
  decodeFooter,
  decodeSegments,
  entriesPerBlock,
  entryBytes,
  footerBytes,
  positionBytes,
  positionsPerBlock,
  readLong,
  type SegmentSummary,
  type TableFooter,
} from './table-file.js';
import type { TableEntry } from './table-writer.js';

const storedBlockBytes = blockBytes + checksumBytes;
/** A block of a directory is looked at once and at once: all tables share the bytes. */
const lookedUp = Buffer.allocUnsafe(storedBlockBytes);

/** Where the positions of a stream lie in a table: those of `count` revisions from `first` on. */
export interface TableRun {
  readonly table: Table;
  readonly first: number;
  readonly count: number;
  /** Number of its first position among those of the table. */
  readonly start: number;
}

/** An open index of sealed segments. In memory are the filter and one number for 128 streams; the rest is read. */
export class Table {
  readonly segments: readonly SegmentSummary[];
  private readonly directoryOffset: number;
  private readonly positionBuffer = Buffer.allocUnsafe(storedBlockBytes);
  private lastBlock: { readonly number: number; readonly bytes: Buffer } | null = null;

  private constructor(
    readonly path: string,
    private readonly descriptor: number,
    readonly footer: TableFooter,
    private readonly fence: Uint32Array,
    private readonly filter: BloomFilter,
    segments: Buffer,
  ) {
    this.segments = decodeSegments(segments, footer);
    this.directoryOffset = blocksBytes(footer.positions, positionsPerBlock, positionBytes);
  }

  /** Opens a table; null when the file is torn, damaged or of another version. */
  static open(path: string): Table | null {
    const descriptor = openSync(path, 'r');
    const table = Table.from(path, descriptor);
    if (table === null) closeSync(descriptor);
    return table;
  }

  private static from(path: string, descriptor: number): Table | null {
    const { size } = fstatSync(descriptor);
    if (size < footerBytes) return null;
    const footer = decodeFooter(readAt(descriptor, size - footerBytes, footerBytes));
    if (footer === null) return null;
    const { fenceBytes, filterBytes, segmentsBytes } = footer;
    const summaryBytes = fenceBytes + filterBytes + segmentsBytes;
    const expected =
      blocksBytes(footer.positions, positionsPerBlock, positionBytes) +
      blocksBytes(footer.streams, entriesPerBlock, entryBytes);
    if (size !== expected + summaryBytes + footerBytes) return null;
    const summary = readAt(descriptor, expected, summaryBytes);
    if (crc32(summary) !== footer.summaryChecksum) return null;
    const fence = new Uint32Array(fenceBytes / 4);
    for (let index = 0; index < fence.length; index += 1) fence[index] = summary.readUInt32LE(index * 4);
    const filter = new BloomFilter(Buffer.from(summary.subarray(fenceBytes, fenceBytes + filterBytes)));
    return new Table(path, descriptor, footer, fence, filter, summary.subarray(fenceBytes + filterBytes));
  }

  /** Where a stream's positions lie; null when the table has none. Throws DataDamaged. */
  find(hash: Buffer): TableRun | null {
    if (!this.filter.mayHave(hash)) return null;
    const prefix = hash.readUInt32BE(0);
    for (let block = this.blockBefore(prefix); block < this.fence.length; block += 1) {
      if ((this.fence[block] ?? 0) > prefix) return null;
      const run = this.findIn(this.directoryBlock(block, lookedUp), hash);
      if (run !== null) return run;
    }
    return null;
  }

  /** The positions `from` to before `to` of a run, counted from its first. Throws DataDamaged. */
  positions({ start }: TableRun, from: number, to: number): number[] {
    const positions: number[] = [];
    for (let next = start + from; next < start + to;) {
      const block = Math.floor(next / positionsPerBlock);
      const bytes = this.positionBlock(block);
      const end = Math.min(start + to, (block + 1) * positionsPerBlock);
      for (; next < end; next += 1) positions.push(readLong(bytes, (next % positionsPerBlock) * positionBytes));
    }
    return positions;
  }

  /** All entries, ascending by hash. */
  *entries(): Generator<TableEntry> {
    const buffer = Buffer.allocUnsafe(storedBlockBytes);
    for (let block = 0; block < this.fence.length; block += 1) {
      const bytes = this.directoryBlock(block, buffer);
      for (let at = 0; at < bytes.length; at += entryBytes) {
        const run = this.runAt(bytes, at);
        const hash = Buffer.from(bytes.subarray(at, at + streamHashBytes));
        yield { hash, first: run.first, positions: this.positions(run, 0, run.count) };
      }
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }

  /** The last block that may begin with, or before, a hash with this prefix. */
  private blockBefore(prefix: number): number {
    let low = 0;
    let high = this.fence.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.fence[middle] ?? 0) < prefix) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  private findIn(bytes: Buffer, hash: Buffer): TableRun | null {
    let low = 0;
    let high = bytes.length / entryBytes;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = middle * entryBytes;
      const order = bytes.compare(hash, 0, streamHashBytes, at, at + streamHashBytes);
      if (order === 0) return this.runAt(bytes, at);
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return null;
  }

  private runAt(bytes: Buffer, at: number): TableRun {
    const [count, start] = [bytes.readUInt32LE(at + 24), bytes.readUInt32LE(at + 28)];
    return { table: this, first: readLong(bytes, at + 16), count, start };
  }

  /** A merge walks the positions in their order: neighbours lie in the same block. */
  private positionBlock(number: number): Buffer {
    if (this.lastBlock?.number === number) return this.lastBlock.bytes;
    this.lastBlock = null;
    const bytes = this.block(0, number, this.footer.positions, positionBytes, this.positionBuffer);
    this.lastBlock = { number, bytes };
    return bytes;
  }

  private directoryBlock(block: number, into: Buffer): Buffer {
    return this.block(this.directoryOffset, block, this.footer.streams, entryBytes, into);
  }

  private block(base: number, block: number, items: number, itemBytes: number, into: Buffer): Buffer {
    const offset = base + block * storedBlockBytes;
    const perBlock = blockBytes / itemBytes;
    const contentBytes = Math.min(perBlock, items - block * perBlock) * itemBytes;
    const bytes = into.subarray(0, readSync(this.descriptor, into, 0, contentBytes + checksumBytes, offset));
    const content = bytes.subarray(0, contentBytes);
    if (bytes.length < contentBytes + checksumBytes || crc32(content) !== bytes.readUInt32LE(contentBytes)) {
      throw new DataDamaged(
        basename(this.path),
        offset,
        'a block of an index is broken; without the file it is made again',
      );
    }
    return content;
  }
}

const readAt = (descriptor: number, offset: number, byteCount: number): Buffer => {
  const bytes = Buffer.allocUnsafe(byteCount);
  return bytes.subarray(0, readSync(descriptor, bytes, 0, byteCount, offset));
};
