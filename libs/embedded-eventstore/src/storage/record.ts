/**
 * Records of the log. All numbers are little-endian; every record starts at a multiple of 8.
 *
 * header, 32 bytes:   0 checksum u32 (CRC-32 of everything after it) · 4 body length u32 · 8 position u64
 *                    16 durable-before u64 · 24 kind u8 · 25 flags u8 · 26 zero u16 · 28 ordinal in the append u32
 * body of an event:   0 revision u64 · 8 created u64 (ms since 1970) · 16 id (16 bytes) · 32 name offset u32
 *                    36 name length u32 · 40 type offset u32 · 44 type length u32 · 48 the ReadResp message
 *
 * The position makes a record recognisable wherever it lies. "Durable before" is the position up to which the log was
 * on disk when the record was written: a damaged byte below it cannot be a torn write.
 */
import { crc32 } from 'node:zlib';
import {
  maximumPositionVarintBytes,
  planMessage,
  tombstoneRevision,
  writeMessage,
  type EventToStore,
} from './event-message.js';

export const recordHeaderBytes = 32;
export const recordAlignmentBytes = 8;
export const eventPrefixBytes = 48;

/**
 * What a record is. A seal ends a segment, a mark only says that everything before it is durable, a gap stands for
 * records whose space was given back.
 */
export const recordKind = { event: 1, seal: 2, mark: 3, gap: 4 } as const;
/** `lastOfAppend` commits all records of its append; without it none of them counts. */
export const recordFlag = { lastOfAppend: 1, tombstone: 2 } as const;

const twoTo32 = 2 ** 32;

/** Everything a record says about itself apart from its body. */
export interface RecordHeader {
  readonly position: number;
  readonly durableBefore: number;
  readonly kind: number;
  readonly flags: number;
  readonly ordinal: number;
}

export const aligned = (bytes: number): number => Math.ceil(bytes / recordAlignmentBytes) * recordAlignmentBytes;

const writeUint64 = (target: Buffer, value: number, at: number): void => {
  target.writeUInt32LE(value % twoTo32, at);
  target.writeUInt32LE(Math.floor(value / twoTo32), at + 4);
};

const readUint64 = (source: Buffer, at: number): number =>
  source.readUInt32LE(at + 4) * twoTo32 + source.readUInt32LE(at);

/** Writes header and checksum around a body that is already in place; answers the offset of the next record. */
export const sealRecord = (target: Buffer, at: number, bodyBytes: number, header: RecordHeader): number => {
  target.writeUInt32LE(bodyBytes, at + 4);
  writeUint64(target, header.position, at + 8);
  writeUint64(target, header.durableBefore, at + 16);
  target.writeUInt8(header.kind, at + 24);
  target.writeUInt8(header.flags, at + 25);
  target.writeUInt16LE(0, at + 26);
  target.writeUInt32LE(header.ordinal, at + 28);
  const bodyEnd = at + recordHeaderBytes + bodyBytes;
  const end = at + aligned(recordHeaderBytes + bodyBytes);
  if (bodyEnd < end) target.fill(0, bodyEnd, end);
  target.writeUInt32LE(crc32(target.subarray(at + 4, bodyEnd)), at);
  return end;
};

/** The most bytes a record of this event can take, wherever it lands. */
export const maximumEventRecordBytes = (event: EventToStore): number => {
  const names = 2 * event.streamName.length + event.type.length;
  const fixed = recordHeaderBytes + eventPrefixBytes + 3 * maximumPositionVarintBytes + 256;
  return aligned(fixed + names + event.metadata.length + event.data.length);
};

/** Writes an event's record at `at`; answers the offset of the next record. */
export const writeEventRecord = (
  target: Buffer,
  at: number,
  event: EventToStore,
  revision: number,
  createdAtMs: number,
  header: RecordHeader,
): number => {
  const body = at + recordHeaderBytes;
  const plan = planMessage(event, revision, header.position, createdAtMs);
  const offsets = writeMessage(target, body + eventPrefixBytes, event, revision, header.position, plan);
  writeUint64(target, revision, body);
  writeUint64(target, createdAtMs, body + 8);
  target.set(event.id, body + 16);
  target.writeUInt32LE(offsets.nameStart - body, body + 32);
  target.writeUInt32LE(event.streamName.length, body + 36);
  target.writeUInt32LE(offsets.typeStart - body, body + 40);
  target.writeUInt32LE(event.type.length, body + 44);
  return sealRecord(target, at, eventPrefixBytes + plan.messageBytes, header);
};

export const bodyBytesAt = (source: Buffer, at: number): number => source.readUInt32LE(at + 4);
/** Offset of the next record, for a record whose header lies wholly in `source`. */
export const recordEnd = (source: Buffer, at: number): number =>
  at + aligned(recordHeaderBytes + bodyBytesAt(source, at));
export const positionAt = (source: Buffer, at: number): number => readUint64(source, at + 8);
export const durableBeforeAt = (source: Buffer, at: number): number => readUint64(source, at + 16);
export const kindAt = (source: Buffer, at: number): number => source.readUInt8(at + 24);
export const flagsAt = (source: Buffer, at: number): number => source.readUInt8(at + 25);
export const isEvent = (source: Buffer, at: number): boolean => kindAt(source, at) === recordKind.event;
export const isLastOfAppend = (source: Buffer, at: number): boolean =>
  (flagsAt(source, at) & recordFlag.lastOfAppend) !== 0;
export const isTombstone = (source: Buffer, at: number): boolean => (flagsAt(source, at) & recordFlag.tombstone) !== 0;

/** Whether a whole record with this position, a right checksum and zeros up to the next lies at `at`, before `limit`. */
export const isRecordAt = (source: Buffer, at: number, limit: number, position: number): boolean => {
  if (at + recordHeaderBytes > limit || positionAt(source, at) !== position) return false;
  const end = at + recordHeaderBytes + bodyBytesAt(source, at);
  if (end > limit || crc32(source.subarray(at + 4, end)) !== source.readUInt32LE(at)) return false;
  for (let padding = end; padding < recordEnd(source, at); padding += 1) if ((source[padding] ?? 0) !== 0) return false;
  return true;
};

export const revisionAt = (source: Buffer, at: number): number =>
  isTombstone(source, at) ? tombstoneRevision : readUint64(source, at + recordHeaderBytes);
/** Milliseconds since 1970. */
export const createdAtMsOf = (source: Buffer, at: number): number => readUint64(source, at + recordHeaderBytes + 8);
export const eventIdAt = (source: Buffer, at: number): Buffer =>
  source.subarray(at + recordHeaderBytes + 16, at + recordHeaderBytes + 32);

const stretch = (source: Buffer, at: number, prefixOffset: number): readonly [number, number] => {
  const start = at + recordHeaderBytes + source.readUInt32LE(at + recordHeaderBytes + prefixOffset);
  return [start, start + source.readUInt32LE(at + recordHeaderBytes + prefixOffset + 4)];
};

/** The stream's key: its name's bytes as latin1, one character a byte, so that any bytes make a distinct key. */
export const streamKeyAt = (source: Buffer, at: number): string =>
  source.toString('latin1', ...stretch(source, at, 32));
/** The stream's name as text. */
export const streamNameAt = (source: Buffer, at: number): string => source.toString('utf8', ...stretch(source, at, 32));
export const eventTypeAt = (source: Buffer, at: number): string => source.toString('utf8', ...stretch(source, at, 40));

/** A stored event: its record starts at `at`. */
export interface StoredEvent {
  readonly buffer: Buffer;
  readonly at: number;
}

/** Where the ready-made ReadResp message of the event at `at` lies. */
export const messageStartAt = (at: number): number => at + recordHeaderBytes + eventPrefixBytes;
export const messageEndAt = (source: Buffer, at: number): number => at + recordHeaderBytes + bodyBytesAt(source, at);
export const messageBytesAt = (source: Buffer, at: number): number => bodyBytesAt(source, at) - eventPrefixBytes;
/** A view on the message of the event at `at`. */
export const messageAt = (source: Buffer, at: number): Buffer =>
  source.subarray(messageStartAt(at), messageEndAt(source, at));
