import { closeSync, fdatasync, fdatasyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { BloomFilter } from './bloom-filter.js';
import {
  blockBytes,
  checksumBytes,
  encodeFooter,
  encodeSegments,
  entriesPerBlock,
  entryBytes,
  positionBytes,
  tableName,
  writeLong,
  type SegmentSummary,
} from './table-file.js';

/** A stream's events in a table: as many positions as it has revisions from `first` on. */
export interface TableEntry {
  /** 16 bytes. */
  readonly hash: Buffer;
  readonly first: number;
  readonly positions: readonly number[];
}

/** Fills blocks of one size and hands each on with its checksum. */
class BlockFiller {
  private readonly block = Buffer.alloc(blockBytes + checksumBytes);
  private used = 0;

  constructor(private readonly put: (bytes: Buffer) => void) {}

  /** Room for an item of so many bytes, which must divide the size of a block. */
  room(itemBytes: number): { target: Buffer; at: number } {
    if (this.used === blockBytes) this.flush();
    const at = this.used;
    this.used += itemBytes;
    return { target: this.block, at };
  }

  flush(): void {
    if (this.used === 0) return;
    this.block.writeUInt32LE(crc32(this.block.subarray(0, this.used)), this.used);
    this.put(Buffer.from(this.block.subarray(0, this.used + checksumBytes)));
    this.used = 0;
  }
}

/** Writes a table from entries that come ascending by hash. The file has its name only once it is whole. */
export class TableWriter {
  private readonly path: string;
  private readonly descriptor: number;
  private readonly positions = new BlockFiller((bytes) => this.write(bytes));
  private readonly directory = new BlockFiller((bytes) => this.directoryBlocks.push(bytes));
  private readonly directoryBlocks: Buffer[] = [];
  private readonly fence: number[] = [];
  private readonly filter: BloomFilter;
  private streams = 0;
  private positionCount = 0;
  private offset = 0;
  private isClosed = false;

  /** `maximumStreams` bounds the number of entries. */
  constructor(
    directory: string,
    private readonly storeId: Buffer,
    private readonly segments: readonly SegmentSummary[],
    maximumStreams: number,
  ) {
    const [first, last] = [segments[0], segments.at(-1)];
    if (first === undefined || last === undefined) throw new Error('a table is about at least one segment');
    this.path = join(directory, tableName(first.number, last.number));
    this.descriptor = openSync(`${this.path}.new`, 'w');
    this.filter = BloomFilter.for(maximumStreams);
  }

  add({ hash, first, positions }: TableEntry): void {
    if (this.streams % entriesPerBlock === 0) this.fence.push(hash.readUInt32BE(0));
    const { target, at } = this.directory.room(entryBytes);
    hash.copy(target, at);
    writeLong(target, first, at + 16);
    target.writeUInt32LE(positions.length, at + 24);
    target.writeUInt32LE(this.positionCount, at + 28);
    for (const position of positions) {
      const room = this.positions.room(positionBytes);
      writeLong(room.target, position, room.at);
    }
    this.filter.add(hash);
    this.streams += 1;
    this.positionCount += positions.length;
  }

  /** Writes what is left; the file must still be synced and named. */
  finish(): void {
    this.positions.flush();
    this.directory.flush();
    for (const block of this.directoryBlocks) this.write(block);
    const fence = Buffer.alloc(this.fence.length * 4);
    for (const [index, value] of this.fence.entries()) fence.writeUInt32LE(value, index * 4);
    const segments = encodeSegments(this.segments);
    const summary = Buffer.concat([fence, this.filter.bits, segments]);
    this.write(summary);
    this.write(
      encodeFooter({
        firstSegment: this.segments[0]?.number ?? 0,
        lastSegment: this.segments.at(-1)?.number ?? 0,
        streams: this.streams,
        positions: this.positionCount,
        fenceBytes: fence.length,
        filterBytes: this.filter.bits.length,
        segmentsBytes: segments.length,
        storeId: this.storeId,
        summaryChecksum: crc32(summary),
      }),
    );
  }

  /** Syncs the file and gives it its name; answers its path. */
  publish(): string {
    fdatasyncSync(this.descriptor);
    return this.name();
  }

  /** Syncs the file while others go on: it must still be named, or given up. */
  sync(): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      fdatasync(this.descriptor, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  /** Gives up: the file that was begun goes away. */
  abandon(): void {
    this.close();
    rmSync(`${this.path}.new`, { force: true });
  }

  /** Gives the synced file its name, in the place of an older one; answers its path. */
  name(): string {
    this.close();
    renameSync(`${this.path}.new`, this.path);
    return this.path;
  }

  private close(): void {
    if (!this.isClosed) closeSync(this.descriptor);
    this.isClosed = true;
  }

  private write(bytes: Buffer): void {
    for (let done = 0; done < bytes.length;) {
      done += writeSync(this.descriptor, bytes, done, bytes.length - done, this.offset + done);
    }
    this.offset += bytes.length;
  }
}
