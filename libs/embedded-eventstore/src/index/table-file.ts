/**
 * An index of sealed segments on disk. Everything in it can be made again from the segments, so a file that is missing,
 * torn or wrong is thrown away; every part has a checksum that says so. Numbers are little-endian.
 *
 * blocks of positions: 512 × u64, in the order of the directory · then CRC-32 of the block
 * blocks of the directory: 128 entries of 32 bytes, ascending by hash · then CRC-32 of the block
 *   entry: 0 hash (16 bytes) · 16 first revision u64 · 24 count u32 · 28 number of its first position u32
 * fence: the first 4 bytes of the first hash of each directory block, as u32 big-endian values
 * filter: a Bloom filter over the hashes
 * segments: for each one its number u32 · end offset u32 · generation u32 · count of marks u32 · the marks u32
 *   (in version 1 no generation: it is 0)
 * footer, 96 bytes: 0 magic (8) · 8 version u32 · 12 first segment u32 · 16 last segment u32 · 20 streams u32
 *   24 positions u32 · 28 bytes of fence u32 · 32 of filter u32 · 36 of segments u32 · 40 store id (16)
 *   56 CRC-32 of fence, filter and segments u32 · 60 zero (32) · 92 CRC-32 of the footer u32
 */
import { crc32 } from 'node:zlib';

export const positionBytes = 8;
export const positionsPerBlock = 512;
export const entryBytes = 32;
export const entriesPerBlock = 128;
export const checksumBytes = 4;
/** Blocks of positions and of the directory have the same size. */
export const blockBytes = 4096;
export const footerBytes = 96;
const version = 2;
const versionWithoutGenerations = 1;
const magic = Buffer.from('EVSTIDX\n', 'latin1');
const twoTo32 = 2 ** 32;

export interface TableFooter {
  readonly version: number;
  readonly firstSegment: number;
  readonly lastSegment: number;
  readonly streams: number;
  readonly positions: number;
  readonly fenceBytes: number;
  readonly filterBytes: number;
  readonly segmentsBytes: number;
  /** 16 bytes. */
  readonly storeId: Buffer;
  readonly summaryChecksum: number;
}

/** What a table must know of each of its segments. */
export interface SegmentSummary {
  readonly number: number;
  /** How often the segment's space had been given back: the table is about that state of it and no other. */
  readonly generation: number;
  readonly endOffset: number;
  readonly marks: readonly number[];
}

export const encodeFooter = (footer: Omit<TableFooter, 'version'>): Buffer => {
  const bytes = Buffer.alloc(footerBytes);
  magic.copy(bytes);
  const numbers = [version, footer.firstSegment, footer.lastSegment, footer.streams, footer.positions];
  const sizes = [footer.fenceBytes, footer.filterBytes, footer.segmentsBytes];
  for (const [index, value] of [...numbers, ...sizes].entries()) bytes.writeUInt32LE(value, 8 + index * 4);
  footer.storeId.copy(bytes, 40);
  bytes.writeUInt32LE(footer.summaryChecksum, 56);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, footerBytes - checksumBytes)), footerBytes - checksumBytes);
  return bytes;
};

/** The footer, or null when these bytes are none of this version. */
export const decodeFooter = (bytes: Buffer): TableFooter | null => {
  if (bytes.length !== footerBytes || !bytes.subarray(0, 8).equals(magic)) return null;
  const checksum = crc32(bytes.subarray(0, footerBytes - checksumBytes));
  if (checksum !== bytes.readUInt32LE(footerBytes - checksumBytes)) return null;
  const found = bytes.readUInt32LE(8);
  if (found !== version && found !== versionWithoutGenerations) return null;
  return {
    version: found,
    firstSegment: bytes.readUInt32LE(12),
    lastSegment: bytes.readUInt32LE(16),
    streams: bytes.readUInt32LE(20),
    positions: bytes.readUInt32LE(24),
    fenceBytes: bytes.readUInt32LE(28),
    filterBytes: bytes.readUInt32LE(32),
    segmentsBytes: bytes.readUInt32LE(36),
    storeId: Buffer.from(bytes.subarray(40, 56)),
    summaryChecksum: bytes.readUInt32LE(56),
  };
};

export const encodeSegments = (segments: readonly SegmentSummary[]): Buffer =>
  Buffer.concat(
    segments.map(({ number, generation, endOffset, marks }) => {
      const bytes = Buffer.alloc(16 + marks.length * 4);
      for (const [index, value] of [number, endOffset, generation, marks.length, ...marks].entries()) {
        bytes.writeUInt32LE(value, index * 4);
      }
      return bytes;
    }),
  );

export const decodeSegments = (bytes: Buffer, { version: found }: Pick<TableFooter, 'version'>): SegmentSummary[] => {
  const segments: SegmentSummary[] = [];
  const hasGenerations = found !== versionWithoutGenerations;
  for (let at = 0; at < bytes.length;) {
    const [number, endOffset] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    const generation = hasGenerations ? bytes.readUInt32LE(at + 8) : 0;
    const marksAt = at + (hasGenerations ? 16 : 12);
    const count = bytes.readUInt32LE(marksAt - 4);
    const marks = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(marksAt + index * 4));
    segments.push({ number, generation, endOffset, marks });
    at = marksAt + count * 4;
  }
  return segments;
};

/** Numbers of 2^53 at most, as 64 bits. */
export const writeLong = (target: Buffer, value: number, at: number): void => {
  target.writeUInt32LE(value % twoTo32, at);
  target.writeUInt32LE(Math.floor(value / twoTo32), at + 4);
};

export const readLong = (source: Buffer, at: number): number =>
  source.readUInt32LE(at + 4) * twoTo32 + source.readUInt32LE(at);

/** Bytes that so many items take in checksummed blocks. */
export const blocksBytes = (items: number, perBlock: number, itemBytes: number): number =>
  items * itemBytes + Math.ceil(items / perBlock) * checksumBytes;

const namePattern = /^index-(\d{8})-(\d{8})\.idx$/;
const digits = (number: number): string => String(number).padStart(8, '0');

export const tableName = (first: number, last: number): string => `index-${digits(first)}-${digits(last)}.idx`;

/** The segments a table is about, by its name; null for another file. */
export const tableSpan = (name: string): { first: number; last: number } | null => {
  const match = namePattern.exec(name);
  return match === null ? null : { first: Number(match[1]), last: Number(match[2]) };
};
