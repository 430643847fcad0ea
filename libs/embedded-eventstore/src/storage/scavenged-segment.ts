import { fstatSync } from 'node:fs';
import { DataDamaged } from '../errors.js';
import type { SegmentSummary } from '../index/table-file.js';
import { lastUpTo } from './ascending.js';
import type { Block, LogSegment } from './log-segment.js';
import type { OpenFile } from './open-file.js';
import { isRecordAt, positionAt, recordEnd, recordHeaderBytes, type StoredEvent } from './record.js';
import {
  decodeDirectory,
  decodeFooter,
  directoryEntryBytes,
  logBytesAt,
  scavengedFooterBytes,
  type SegmentDirectory,
} from './scavenged-file.js';
import { segmentHeaderBytes, segmentName, type SegmentHeader } from './segment-file.js';
import { carved, nearBytes } from './small-reads.js';

/** Entries of the directory that a reader backwards takes at once: about 64 KiB. */
const entriesPerStretch = 16;

/** Where a walk over records stands: in the file and in the log. */
interface Place {
  readonly fileOffset: number;
  readonly position: number;
}

/** A sealed segment whose space was given back: records are found by a directory of the file's own. */
export class ScavengedSegment implements LogSegment {
  readonly name: string;
  readonly sealed = true;
  readonly basePosition: number;
  readonly fileBytes: number;
  /** Offset in the file behind the seal. */
  readonly recordsEnd: number;
  private readonly directory: SegmentDirectory;

  /** `header` is the one in the file. Throws DataDamaged. */
  constructor(
    private readonly file: OpenFile,
    readonly header: SegmentHeader,
  ) {
    this.name = segmentName(header.number);
    this.basePosition = header.basePosition;
    this.fileBytes = fstatSync(file.descriptor).size;
    this.recordsEnd = this.directoryOffset();
    this.directory = decodeDirectory(this.bytesAt(this.recordsEnd, this.fileBytes), this.name, this.recordsEnd);
  }

  get path(): string {
    return this.file.path;
  }

  get descriptor(): number {
    return this.file.descriptor;
  }

  get firstPosition(): number {
    return this.basePosition + segmentHeaderBytes;
  }

  get endPosition(): number {
    return this.basePosition + this.directory.endOffset;
  }

  get limitPosition(): number {
    return this.basePosition + this.header.capacityBytes;
  }

  /** The file has its own directory of record starts: indexes keep none. */
  get summary(): SegmentSummary {
    const { number, generation } = this.header;
    return { number, generation, endOffset: this.directory.endOffset, marks: [] };
  }

  adoptSealed({ endOffset }: SegmentSummary): boolean {
    return endOffset === this.directory.endOffset;
  }

  startBefore(position: number): number {
    return this.placeOf(this.entryBefore(position)).position;
  }

  stretchBefore(end: number): { from: number; to: number } {
    const entry = this.entryBefore(Math.min(end, this.endPosition) - 1);
    const from = this.placeOf(Math.max(0, entry - entriesPerStretch + 1)).position;
    return { from, to: Math.min(end, this.endPosition) };
  }

  readRecord(position: number): Block | null {
    const entry = this.entryBefore(position);
    const place = this.placeOf(entry);
    const [found] = this.found(this.bytesAt(place.fileOffset, this.entryEnd(entry)), place, [position]);
    if (found === undefined) return null;
    const end = recordEnd(found.buffer, found.at);
    return { buffer: found.buffer, start: found.at, end, nextPosition: position + end - found.at };
  }

  /** Those that lie near one another in the file are read at once. */
  readRecords(positions: readonly number[]): StoredEvent[] {
    const records: StoredEvent[] = [];
    for (let next = 0; next < positions.length;) {
      const place = this.placeOf(this.entryBefore(positions[next] ?? 0));
      const near: number[] = [];
      let end = place.fileOffset;
      for (; next < positions.length; next += 1) {
        const position = positions[next] ?? 0;
        const entryEnd = this.entryEnd(this.entryBefore(position));
        if (near.length > 0 && entryEnd - place.fileOffset > nearBytes) break;
        near.push(position);
        end = entryEnd;
      }
      records.push(...this.found(this.bytesAt(place.fileOffset, end), place, near));
    }
    return records;
  }

  readBlock(position: number, _limitPosition: number, byteCount: number): Promise<Block> {
    return this.file.hold(async () => {
      let place = this.placeOf(this.entryBefore(position));
      let wanted = byteCount;
      while (place.fileOffset < this.recordsEnd) {
        const buffer = await this.file.read(Math.min(wanted, this.recordsEnd - place.fileOffset), place.fileOffset);
        const block = this.blockIn(buffer, place, position);
        if (block.end > block.start) return block;
        // Nothing yet: either all lie before the position, or the first record is longer than what was read.
        if (block.end === 0) wanted = this.longerThan(buffer, place);
        place = { fileOffset: place.fileOffset + block.end, position: block.nextPosition };
      }
      return { buffer: Buffer.alloc(0), start: 0, end: 0, nextPosition: this.endPosition };
    });
  }

  readWhole(): Buffer {
    return this.bytesAt(0, this.fileBytes);
  }

  readWholeLater(): Promise<Buffer> {
    return this.file.readAll(this.fileBytes);
  }

  close(): void {
    this.file.close();
  }

  /** Holds the directory against the records; throws DataDamaged where it does not name the start of one. */
  checkDirectory(bytes: Buffer): void {
    for (const [entry, offset] of this.directory.fileOffsets.entries()) {
      const { fileOffset, position } = this.placeOf(entry);
      if (offset >= this.recordsEnd || !isRecordAt(bytes, offset, bytes.length, position))
        throw new DataDamaged(this.name, fileOffset, 'the directory names no record here');
    }
  }

  private directoryOffset(): number {
    const footerOffset = this.fileBytes - scavengedFooterBytes;
    const footer = footerOffset < segmentHeaderBytes ? Buffer.alloc(0) : this.bytesAt(footerOffset, this.fileBytes);
    const { entries } = decodeFooter(footer, this.name, footerOffset);
    const offset = footerOffset - entries * directoryEntryBytes;
    if (offset < segmentHeaderBytes) throw new DataDamaged(this.name, footerOffset, 'its end is cut off or broken');
    return offset;
  }

  /** The last entry that is not behind `position`. */
  private entryBefore(position: number): number {
    const offset = position - this.basePosition;
    const { logOffsets } = this.directory;
    return lastUpTo(logOffsets.length, (each) => logOffsets[each] ?? 0, offset);
  }

  private placeOf(entry: number): Place {
    const { logOffsets, fileOffsets } = this.directory;
    return { fileOffset: fileOffsets[entry] ?? 0, position: this.basePosition + (logOffsets[entry] ?? 0) };
  }

  /** Offset in the file behind the last record of an entry. */
  private entryEnd(entry: number): number {
    return this.directory.fileOffsets[entry + 1] ?? this.recordsEnd;
  }

  private bytesAt(offset: number, end: number): Buffer {
    const bytes = carved(end - offset);
    for (let done = 0; done < bytes.length;) {
      const length = this.file.readNow(bytes.subarray(done), bytes.length - done, offset + done);
      if (length === 0) throw new DataDamaged(this.name, offset + done, 'the file is cut off');
      done += length;
    }
    return bytes;
  }

  /** Those of the records at ascending positions that are in `buffer`, which holds whole records from `place` on. */
  private found(buffer: Buffer, place: Place, positions: readonly number[]): StoredEvent[] {
    const records: StoredEvent[] = [];
    let [next, position] = [0, place.position];
    for (let at = 0; at < buffer.length && next < positions.length; at = recordEnd(buffer, at)) {
      this.check(buffer, at, { fileOffset: place.fileOffset + at, position });
      while ((positions[next] ?? position) < position) next += 1;
      if (positions[next] === position) records.push({ buffer, at });
      position += logBytesAt(buffer, at);
    }
    return records;
  }

  /**
   * The records of `buffer`, which begins at `place`, that are not before `position`. Without any, `end` and
   * `nextPosition` say how far it was looked.
   */
  private blockIn(buffer: Buffer, place: Place, position: number): Block {
    let [start, end, nextPosition] = [0, 0, place.position];
    while (end + recordHeaderBytes <= buffer.length && recordEnd(buffer, end) <= buffer.length) {
      this.check(buffer, end, { fileOffset: place.fileOffset + end, position: nextPosition });
      nextPosition += logBytesAt(buffer, end);
      const isBefore = positionAt(buffer, end) < position;
      end = recordEnd(buffer, end);
      if (isBefore) start = end;
    }
    return { buffer, start, end, nextPosition };
  }

  private longerThan(buffer: Buffer, place: Place): number {
    const needed = buffer.length < recordHeaderBytes ? recordHeaderBytes : recordEnd(buffer, 0);
    if (needed <= buffer.length || place.fileOffset + needed > this.recordsEnd)
      throw new DataDamaged(this.name, place.fileOffset, 'a record is cut off');
    return needed;
  }

  private check(buffer: Buffer, at: number, { fileOffset, position }: Place): void {
    if (!isRecordAt(buffer, at, buffer.length, position))
      throw new DataDamaged(this.name, fileOffset, 'the checksum of a record is wrong');
  }
}
