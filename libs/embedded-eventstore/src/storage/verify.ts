import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DataDamaged, FormatRefused } from '../errors.js';
import { tableSpan } from '../index/table-file.js';
import { Table } from '../index/table.js';
import { isEvent, isTombstone, recordEnd, revisionAt, streamKeyAt } from './record.js';
import type { LogSegment } from './log-segment.js';
import { isUnused, listSegments, scanSegment, usedEnd, wasDurable } from './recovery.js';
import { gapAt, isGap } from './scavenged-file.js';
import { ScavengedSegment } from './scavenged-segment.js';
import { sealedRecords } from './sealed-records.js';
import { segmentName } from './segment-file.js';

/** What a walk through everything has found to be right. */
export interface VerifyReport {
  readonly segments: number;
  readonly events: number;
  readonly streams: number;
  /** Events whose space was given back. */
  readonly scavengedEvents: number;
  /** Bytes at the end that no append was acknowledged for: the next start clears them. */
  readonly unacknowledgedBytes: number;
  /** Names of indexes that are broken: the next start makes them again. */
  readonly brokenIndexes: readonly string[];
}

/**
 * Reads every record and every index of a data directory that no server runs on, and changes nothing. Throws
 * DataDamaged with the segment and offset of the first damage, or FormatRefused.
 */
export const verifyDirectory = (directory: string): VerifyReport => {
  const segments = listSegments(directory);
  try {
    if (segments.length === 0) throw new FormatRefused(`${directory} holds no event store`);
    const walk = new Walk();
    let unacknowledgedBytes = 0;
    for (const [index, segment] of segments.entries()) {
      if (index > 0 && index === segments.length - 1 && isUnused(segment)) continue;
      unacknowledgedBytes = walk.take(segment, segments.slice(index + 1));
    }
    return {
      segments: segments.length,
      events: walk.events,
      streams: walk.streams,
      scavengedEvents: walk.scavenged,
      unacknowledgedBytes,
      brokenIndexes: brokenIndexes(directory),
    };
  } finally {
    for (const segment of segments) segment.close();
  }
};

/** Walks segments in order, and holds each event against the one before in its stream. */
class Walk {
  events = 0;
  /** Events that gaps stand for, and how many of them streams have been found to miss. */
  scavenged = 0;
  private missed = 0;
  private readonly lastRevisions = new Map<string, number>();

  get streams(): number {
    return this.lastRevisions.size;
  }

  /** Answers the bytes after the last whole append. */
  take(segment: LogSegment, following: readonly LogSegment[]): number {
    const bytes = segment.readWhole();
    if (segment instanceof ScavengedSegment) return this.takeScavenged(segment, bytes, following);
    const scan = scanSegment(bytes, segment, (at) => this.event(segment, bytes, at));
    if (scan.sealed) {
      if (following.length === 0) throw missingAfter(segment);
      return 0;
    }
    const used = usedEnd(bytes, scan.end);
    if (used > scan.end && wasDurable(bytes, segment, scan.end, used)) {
      throw new DataDamaged(segment.name, scan.stoppedAt, 'a record is broken');
    }
    if (following.length > 1 || following.some((next) => !isUnused(next))) {
      throw new DataDamaged(segment.name, scan.stoppedAt, 'it ends without its seal');
    }
    return used - scan.end;
  }

  private takeScavenged(segment: ScavengedSegment, bytes: Buffer, following: readonly LogSegment[]): number {
    let end = 0;
    for (const at of sealedRecords(bytes, segment)) {
      if (isEvent(bytes, at)) this.event(segment, bytes, at);
      if (isGap(bytes, at)) this.scavenged += gapAt(bytes, at).events;
      end = recordEnd(bytes, at);
    }
    if (end !== segment.recordsEnd) throw new DataDamaged(segment.name, end, 'the directory of its records is broken');
    segment.checkDirectory(bytes);
    if (following.length === 0) throw missingAfter(segment);
    return 0;
  }

  private event(segment: LogSegment, bytes: Buffer, at: number): void {
    this.events += 1;
    if (isTombstone(bytes, at)) return;
    const streamKey = streamKeyAt(bytes, at);
    const before = this.lastRevisions.get(streamKey) ?? -1;
    const revision = revisionAt(bytes, at);
    this.missed += Math.max(0, revision - before - 1);
    if (revision <= before || this.missed > this.scavenged) {
      const name = Buffer.from(streamKey, 'latin1').toString();
      throw new DataDamaged(segment.name, at, `'${name}' goes on with revision ${revision} after ${before}`);
    }
    this.lastRevisions.set(streamKey, revision);
  }
}

const missingAfter = (segment: LogSegment): DataDamaged =>
  new DataDamaged(segmentName(segment.header.number + 1), 0, 'the segment is missing');

const brokenIndexes = (directory: string): string[] =>
  readdirSync(directory)
    .filter((name) => tableSpan(name) !== null)
    .filter((name) => !isWholeIndex(join(directory, name)))
    .map((name) => basename(name));

const isWholeIndex = (path: string): boolean => {
  const table = Table.open(path);
  try {
    return table !== null && [...table.entries()].length === table.footer.streams;
  } catch {
    return false;
  } finally {
    table?.close();
  }
};
