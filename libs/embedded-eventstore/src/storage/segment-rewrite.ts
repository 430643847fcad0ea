/** Giving space back: a sealed segment's file is made anew without some of its events, and takes the old one's place. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disk } from './disk.js';
import type { LogSegment } from './log-segment.js';
import { OpenFile } from './open-file.js';
import { isEvent, positionAt, recordEnd } from './record.js';
import {
  bytesBetweenEntries,
  directoryEntryBytes,
  encodeDirectory,
  gapAt,
  gapBytes,
  isGap,
  logBytesAt,
  scavengedFooterBytes,
  writeGap,
} from './scavenged-file.js';
import { ScavengedSegment } from './scavenged-segment.js';
import { encodeSegmentHeader, segmentHeaderBytes, segmentName, type SegmentHeader } from './segment-file.js';
import { sealedRecords } from './sealed-records.js';

/** Records handled between two chances for others. */
const recordsPerStep = 256;

/** Whether the event whose record starts at `at` goes. */
export type IsRemovable = (source: Buffer, at: number) => boolean;

const generationAfter = ({ header }: LogSegment): SegmentHeader => ({ ...header, generation: header.generation + 1 });

/** Collects the records of the new file one behind another; what is left out between them becomes one gap. */
class Packer {
  private readonly bytes: Buffer;
  private readonly entries: { logOffset: number; fileOffset: number }[] = [];
  private at = segmentHeaderBytes;
  private gap = { position: 0, bytes: 0, events: 0 };

  constructor(
    private readonly segment: LogSegment,
    sourceBytes: number,
  ) {
    const directoryBytes = (Math.ceil(sourceBytes / bytesBetweenEntries) + 1) * directoryEntryBytes;
    this.bytes = Buffer.allocUnsafeSlow(sourceBytes + directoryBytes + gapBytes + scavengedFooterBytes);
    encodeSegmentHeader(generationAfter(segment)).copy(this.bytes);
  }

  keep(source: Buffer, at: number): void {
    this.closeGap();
    this.noteStart(positionAt(source, at));
    this.at += source.copy(this.bytes, this.at, at, recordEnd(source, at));
  }

  leaveOut(source: Buffer, at: number, events: number): void {
    if (this.gap.bytes === 0) this.gap.position = positionAt(source, at);
    this.gap.bytes += logBytesAt(source, at);
    this.gap.events += events;
  }

  /** The whole file. */
  finish(): Buffer {
    const directory = encodeDirectory(this.entries, this.segment.endPosition - this.segment.basePosition);
    return this.bytes.subarray(0, this.at + directory.copy(this.bytes, this.at));
  }

  private closeGap(): void {
    if (this.gap.bytes === 0) return;
    this.noteStart(this.gap.position);
    this.at = writeGap(this.bytes, this.at, this.gap.position, this.gap);
    this.gap = { position: 0, bytes: 0, events: 0 };
  }

  private noteStart(position: number): void {
    const last = this.entries.at(-1);
    if (last !== undefined && this.at - last.fileOffset < bytesBetweenEntries) return;
    this.entries.push({ logOffset: position - this.segment.basePosition, fileOffset: this.at });
  }
}

/**
 * The bytes of a sealed segment's new file, made in steps from those of the old one; null when nothing of it is
 * removable. Throws DataDamaged when the old one is not whole: then it stays as it is.
 */
export function* rewritten(
  segment: LogSegment,
  source: Buffer,
  isRemovable: IsRemovable,
): Generator<void, Buffer | null> {
  const packer = new Packer(segment, source.length);
  let [records, removed] = [0, 0];
  for (const at of sealedRecords(source, segment)) {
    if (isGap(source, at)) packer.leaveOut(source, at, gapAt(source, at).events);
    else if (isEvent(source, at) && isRemovable(source, at)) {
      packer.leaveOut(source, at, 1);
      removed += 1;
    } else packer.keep(source, at);
    records += 1;
    if (records % recordsPerStep === 0) yield;
  }
  return removed === 0 ? null : packer.finish();
}

/** A new file of a segment, on the disk under a name of its own: it is in use once it has the segment's. */
export interface NewFile {
  readonly segment: ScavengedSegment;
  /** Gives it the segment's name, in the place of the old file. The directory must still be synced. */
  takeName(): Promise<void>;
  /** Takes it away instead. */
  abandon(): Promise<void>;
}

/** Writes the new file of a segment; rejects, and leaves nothing behind, when the disk is full. */
export const writeNewFile = async (
  disk: Disk,
  directory: string,
  segment: LogSegment,
  bytes: Buffer,
): Promise<NewFile> => {
  const path = join(directory, segmentName(segment.header.number));
  // Of its own for each state of the segment: should one not get its name, it is still read from.
  const newPath = `${path}.${segment.header.generation + 1}.new`;
  try {
    const file = await disk.create(newPath);
    try {
      await disk.write(file, [bytes], 0);
      await disk.sync(file);
    } finally {
      await disk.close(file);
    }
    const opened = new ScavengedSegment(new OpenFile(newPath, 'r'), generationAfter(segment));
    const abandon = async (): Promise<void> => {
      opened.close();
      await rm(newPath, { force: true });
    };
    return { segment: opened, takeName: () => disk.rename(newPath, path), abandon };
  } catch (error) {
    await rm(newPath, { force: true });
    throw error;
  }
};
