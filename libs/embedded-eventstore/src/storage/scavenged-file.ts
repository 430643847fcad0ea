/**
 * The file of a sealed segment whose space was given back. It takes the place of the segment's file under its name, by
 * a rename; its records keep their positions, which are not offsets in it any more.
 *
 * header: as of every segment (segment-file.ts), with format version 2 and how often it was rewritten
 * records: those that were kept, byte for byte and one behind another, the seal the last of them. Where some were left
 *   out there is a gap: a record of kind 4 at the position of the first of them
 *   body of a gap, 16 bytes: 0 bytes of log that were left out u64 · 8 events among them u32 · 12 zero u32
 * directory: the starts of records, about one every 4 KiB, the first record's among them, ascending
 *   entry, 8 bytes: 0 offset in the log, counted from the base position u32 · 4 offset in the file u32
 * footer, 32 bytes: 0 magic (8) · 8 entries of the directory u32 · 12 offset in the log behind the seal u32
 *   16 CRC-32 of the directory u32 · 20 zero (8) · 28 CRC-32 of the footer u32
 */
import { crc32 } from 'node:zlib';
import { DataDamaged } from '../errors.js';
import { kindAt, recordEnd, recordHeaderBytes, recordKind, sealRecord } from './record.js';

/** About so many bytes of the file lie between two entries of the directory: what one look for a record reads. */
export const bytesBetweenEntries = 4 * 1024;
export const directoryEntryBytes = 8;
export const scavengedFooterBytes = 32;
export const gapBytes = recordHeaderBytes + 16;

const magic = Buffer.from('EVSTDIR\n', 'latin1');
const gapBodyBytes = 16;

/** Where records start, in the log (counted from the base position) and in the file. */
export interface SegmentDirectory {
  readonly logOffsets: Uint32Array;
  readonly fileOffsets: Uint32Array;
  /** Offset in the log behind the seal. */
  readonly endOffset: number;
}

/** What was left out at one place. */
export interface Gap {
  /** Bytes of log. */
  readonly bytes: number;
  readonly events: number;
}

export const isGap = (source: Buffer, at: number): boolean => kindAt(source, at) === recordKind.gap;

/** What the gap at `at` stands for. */
export const gapAt = (source: Buffer, at: number): Gap => ({
  bytes: Number(source.readBigUInt64LE(at + recordHeaderBytes)),
  events: source.readUInt32LE(at + recordHeaderBytes + 8),
});

/** Writes a gap; answers the offset of the next record. */
export const writeGap = (target: Buffer, at: number, position: number, { bytes, events }: Gap): number => {
  const body = at + recordHeaderBytes;
  target.writeBigUInt64LE(BigInt(bytes), body);
  target.writeUInt32LE(events, body + 8);
  target.writeUInt32LE(0, body + 12);
  // It stands for what was durable: the position itself says so.
  const header = { position, durableBefore: position, kind: recordKind.gap, flags: 0, ordinal: 0 };
  return sealRecord(target, at, gapBodyBytes, header);
};

/** Bytes of log that the record at `at` stands for. */
export const logBytesAt = (source: Buffer, at: number): number =>
  isGap(source, at) ? gapAt(source, at).bytes : recordEnd(source, at) - at;

/** Directory and footer, as they stand behind the records. */
export const encodeDirectory = (
  entries: readonly { readonly logOffset: number; readonly fileOffset: number }[],
  endOffset: number,
): Buffer => {
  const bytes = Buffer.alloc(entries.length * directoryEntryBytes + scavengedFooterBytes);
  for (const [index, { logOffset, fileOffset }] of entries.entries()) {
    bytes.writeUInt32LE(logOffset, index * directoryEntryBytes);
    bytes.writeUInt32LE(fileOffset, index * directoryEntryBytes + 4);
  }
  const footer = bytes.subarray(-scavengedFooterBytes);
  magic.copy(footer);
  footer.writeUInt32LE(entries.length, 8);
  footer.writeUInt32LE(endOffset, 12);
  footer.writeUInt32LE(crc32(bytes.subarray(0, -scavengedFooterBytes)), 16);
  footer.writeUInt32LE(crc32(footer.subarray(0, 28)), 28);
  return bytes;
};

/** How many entries the directory before this footer has; throws DataDamaged. `offset` is the footer's in the file. */
export const decodeFooter = (footer: Buffer, name: string, offset: number): { entries: number; endOffset: number } => {
  const isWhole = footer.length === scavengedFooterBytes && footer.subarray(0, 8).equals(magic);
  if (!isWhole || crc32(footer.subarray(0, 28)) !== footer.readUInt32LE(28))
    throw new DataDamaged(name, Math.max(0, offset), 'its end is cut off or broken');
  return { entries: footer.readUInt32LE(8), endOffset: footer.readUInt32LE(12) };
};

/** Reads a directory with the footer behind it; throws DataDamaged. `offset` is the directory's in the file. */
export const decodeDirectory = (bytes: Buffer, name: string, offset: number): SegmentDirectory => {
  const content = bytes.subarray(0, -scavengedFooterBytes);
  const footer = bytes.subarray(-scavengedFooterBytes);
  const { entries, endOffset } = decodeFooter(footer, name, offset + content.length);
  if (entries === 0 || content.length !== entries * directoryEntryBytes || crc32(content) !== footer.readUInt32LE(16))
    throw new DataDamaged(name, offset, 'the directory of its records is broken');
  const [logOffsets, fileOffsets] = [new Uint32Array(entries), new Uint32Array(entries)];
  for (let index = 0; index < entries; index += 1) {
    logOffsets[index] = content.readUInt32LE(index * directoryEntryBytes);
    fileOffsets[index] = content.readUInt32LE(index * directoryEntryBytes + 4);
  }
  return { logOffsets, fileOffsets, endOffset };
};
