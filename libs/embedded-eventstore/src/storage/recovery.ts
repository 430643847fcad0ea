/** Opening a log: every segment is checked against its neighbours, and the end of the log is found. */
import { fdatasyncSync, fstatSync, readdirSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DataDamaged } from '../errors.js';
import {
  durableBeforeAt,
  isEvent,
  isLastOfAppend,
  isRecordAt,
  kindAt,
  recordAlignmentBytes,
  recordEnd,
  recordKind,
} from './record.js';
import type { LogSegment } from './log-segment.js';
import { OpenFile } from './open-file.js';
import { ScavengedSegment } from './scavenged-segment.js';
import { sealedRecords } from './sealed-records.js';
import { Segment } from './segment.js';
import { decodeSegmentHeader, segmentHeaderBytes, segmentName, segmentNumber } from './segment-file.js';

/** What an index learns of a log. */
export interface LogVisitor {
  /** The segments there are, in their order. */
  opening(segments: readonly LogSegment[]): void;
  /** Takes a sealed segment's events from an index file; false when there is none and the segment must be scanned. */
  loadSealed(segment: LogSegment): boolean;
  /** A segment is scanned: its events follow. */
  scanning(segment: LogSegment): void;
  /** One event of a whole append, in log order. */
  visit(buffer: Buffer, at: number): void;
  /** A sealed segment was scanned to its end. */
  scannedSealed(segment: LogSegment): void;
  /** All segments were opened. */
  opened(): void;
  /** A segment was sealed and `next` is written from now on; what it holds may not be durable yet. */
  sealed(segment: LogSegment, next: LogSegment): void;
  /** Everything in a sealed segment is durable. */
  sealedDurable(segment: LogSegment): void;
}

/** Bytes of an append that was never acknowledged, now zeros again. */
export interface Repair {
  readonly segment: string;
  readonly offset: number;
  readonly bytes: number;
}

export interface OpenedSegments {
  readonly sealed: LogSegment[];
  /** The one that is written; null in a directory without a log. */
  readonly current: Segment | null;
  /** The segment after the last one in use, made ready earlier. */
  readonly prepared: Segment | null;
  readonly repair: Repair | null;
}

const openSegment = (directory: string, number: number): LogSegment => {
  const name = segmentName(number);
  const file = new OpenFile(join(directory, name), 'r+');
  try {
    const bytes = Buffer.alloc(segmentHeaderBytes);
    const header = decodeSegmentHeader(bytes.subarray(0, file.readNow(bytes, bytes.length, 0)), name);
    if (header.number !== number) throw new DataDamaged(name, 32, `the header says segment ${header.number}`);
    if (header.generation > 0) return new ScavengedSegment(file, header);
    const { size } = fstatSync(file.descriptor);
    if (size !== header.capacityBytes)
      throw new DataDamaged(name, size, `the file has ${size} bytes, not ${header.capacityBytes}`);
    return new Segment(file, header);
  } catch (error) {
    file.close();
    throw error;
  }
};

const checkNeighbours = (before: LogSegment, segment: LogSegment): void => {
  if (segment.header.number !== before.header.number + 1) {
    throw new DataDamaged(segmentName(before.header.number + 1), 0, 'the segment is missing');
  }
  if (segment.basePosition !== before.limitPosition)
    throw new DataDamaged(segment.name, 40, 'it does not follow the segment before');
  if (!segment.header.storeId.equals(before.header.storeId))
    throw new DataDamaged(segment.name, 16, 'it belongs to another store');
};

/** Opens the segments of a directory, in their order; throws DataDamaged where they do not fit together. */
export const listSegments = (directory: string): LogSegment[] => {
  const numbers = readdirSync(directory)
    .map(segmentNumber)
    .filter((number) => number !== null);
  const segments = numbers.sort((a, b) => a - b).map((number) => openSegment(directory, number));
  const [first] = segments;
  if (first !== undefined && first.header.number !== 1)
    throw new DataDamaged(segmentName(1), 0, 'the segment is missing');
  for (const [index, segment] of segments.entries()) {
    const before = segments[index - 1];
    if (before !== undefined) checkNeighbours(before, segment);
  }
  return segments;
};

/** Offset after the last byte that is not zero; `start` when all from there on are zero. */
export const usedEnd = (bytes: Buffer, start: number): number => {
  const zeros = Buffer.alloc(64 * 1024);
  let end = bytes.length;
  while (end - zeros.length >= start && bytes.compare(zeros, 0, zeros.length, end - zeros.length, end) === 0)
    end -= zeros.length;
  while (end > start && bytes[end - 1] === 0) end -= 1;
  return end;
};

/** Whether some later record proves that the bytes at `offset` were once durable. */
export const wasDurable = (bytes: Buffer, segment: LogSegment, offset: number, end: number): boolean => {
  for (let at = offset; at < end; at += recordAlignmentBytes) {
    const position = segment.basePosition + at;
    if (isRecordAt(bytes, at, bytes.length, position) && durableBeforeAt(bytes, at) > segment.basePosition + offset)
      return true;
  }
  return false;
};

interface Scan {
  /** Offset after the last whole append. */
  readonly end: number;
  /** Offset of the first byte that is no record. */
  readonly stoppedAt: number;
  readonly sealed: boolean;
}

/** Walks the records of a segment's bytes; `visit` gets every event of every whole append. */
export const scanSegment = (bytes: Buffer, segment: LogSegment, visit: (at: number) => void): Scan => {
  if (segment instanceof Segment) return scanWritten(bytes, segment, visit);
  for (const at of sealedRecords(bytes, segment)) if (isEvent(bytes, at)) visit(at);
  return { end: bytes.length, stoppedAt: bytes.length, sealed: true };
};

const scanWritten = (bytes: Buffer, segment: Segment, visit: (at: number) => void): Scan => {
  let at = segmentHeaderBytes;
  let end = at;
  const pending: number[] = [];
  while (isRecordAt(bytes, at, bytes.length, segment.basePosition + at)) {
    const next = recordEnd(bytes, at);
    if (isEvent(bytes, at)) pending.push(at);
    segment.noteRecordStart(at);
    if (kindAt(bytes, at) === recordKind.seal) return { end: next, stoppedAt: next, sealed: true };
    if (!isEvent(bytes, at) || isLastOfAppend(bytes, at)) {
      pending.forEach(visit);
      pending.length = 0;
      end = next;
    }
    at = next;
  }
  return { end, stoppedAt: at, sealed: false };
};

/** Clears what an unfinished write left after `end`; refuses when it was not unfinished. */
const repairTail = (bytes: Buffer, segment: Segment, scan: Scan): Repair | null => {
  const used = usedEnd(bytes, scan.end);
  if (used === scan.end) return null;
  if (wasDurable(bytes, segment, scan.end, used))
    throw new DataDamaged(segment.name, scan.stoppedAt, 'a record is broken');
  const zeros = Buffer.alloc(used - scan.end);
  for (let done = 0; done < zeros.length;)
    done += writeSync(segment.descriptor, zeros, done, zeros.length - done, scan.end + done);
  fdatasyncSync(segment.descriptor);
  return { segment: segment.name, offset: scan.end, bytes: zeros.length };
};

/** Whether nothing was ever written to a segment. */
export const isUnused = (segment: LogSegment): boolean => {
  const first = Buffer.alloc(recordAlignmentBytes);
  readSync(segment.descriptor, first, 0, first.length, segmentHeaderBytes);
  return first.every((byte) => byte === 0);
};

const removeUnfinished = (directory: string): void => {
  for (const name of readdirSync(directory)) {
    if (/\.log(\.\d+)?\.new$/.test(name)) rmSync(join(directory, name), { force: true });
  }
};

/** Opens all segments of a directory, shows their events to `visitor` and repairs the torn end of the last one. */
export const openSegments = (directory: string, visitor: LogVisitor): OpenedSegments => {
  removeUnfinished(directory);
  const all = listSegments(directory);
  visitor.opening(all);
  for (const [index, segment] of all.entries()) {
    if (index < all.length - 1 && visitor.loadSealed(segment)) continue;
    const bytes = segment.readWhole();
    visitor.scanning(segment);
    const scan = scanSegment(bytes, segment, (at) => visitor.visit(bytes, at));
    if (scan.sealed && index === all.length - 1)
      throw new DataDamaged(segmentName(segment.header.number + 1), 0, 'the segment is missing');
    if (segment instanceof Segment) {
      segment.endOffset = scan.end;
      segment.sealed = scan.sealed;
      if (!scan.sealed) return openedAt(all, index, segment, bytes, scan, visitor);
    }
    visitor.scannedSealed(segment);
  }
  return { sealed: [], current: null, prepared: null, repair: null };
};

/** The log ends in the segment at `index`. */
const openedAt = (
  all: readonly LogSegment[],
  index: number,
  current: Segment,
  bytes: Buffer,
  scan: Scan,
  visitor: LogVisitor,
): OpenedSegments => {
  const prepared = preparedAfter(all, index, scan);
  const repair = repairTail(bytes, current, scan);
  visitor.opened();
  return { sealed: all.slice(0, index), current, prepared, repair };
};

/** A segment without its seal is the log's end: only one more may follow it, and that one must be unused. */
const preparedAfter = (all: readonly LogSegment[], index: number, scan: Scan): Segment | null => {
  const [tail, next, ...more] = all.slice(index);
  if (tail === undefined || next === undefined) return null;
  if (more.length > 0 || !(next instanceof Segment) || !isUnused(next))
    throw new DataDamaged(tail.name, scan.stoppedAt, 'it ends without its seal');
  return next;
};
