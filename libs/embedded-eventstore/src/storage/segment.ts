import { join } from 'node:path';
import { DataDamaged } from '../errors.js';
import type { SegmentSummary } from '../index/table-file.js';
import { firstFrom, lastUpTo } from './ascending.js';
import type { Block, LogSegment } from './log-segment.js';
import { OpenFile } from './open-file.js';
import { isRecordAt, kindAt, recordEnd, recordHeaderBytes, recordKind, type StoredEvent } from './record.js';
import { segmentHeaderBytes, segmentName, type SegmentHeader } from './segment-file.js';
import { carved, copied, firstReadBytes, nearBytes } from './small-reads.js';

/** A known record start is remembered about every so many bytes, so that a reader can start near any position. */
export const bytesBetweenMarks = 64 * 1024;

/** What is read at once goes here first; only the records that are asked for take memory of their own. */
const scratch = Buffer.allocUnsafeSlow(nearBytes + firstReadBytes);

/** The records at these offsets of what was read, apart; those that follow one another are copied at once. */
const copiedRecords = (offsets: readonly number[]): StoredEvent[] => {
  const buffer = carved(offsets.reduce((sum, at) => sum + recordEnd(scratch, at) - at, 0));
  const records: StoredEvent[] = [];
  let next = 0;
  for (let index = 0; index < offsets.length;) {
    const start = offsets[index] ?? 0;
    let end = start;
    for (; index < offsets.length && offsets[index] === end; index += 1) {
      records.push({ buffer, at: next + end - start });
      end = recordEnd(scratch, end);
    }
    next += scratch.copy(buffer, next, start, end);
  }
  return records;
};

const eventOf = ({ buffer, start }: Block): StoredEvent => ({ buffer, at: start });

/** A segment as it was written: a record's place in the file is its position, counted from the segment's base. */
export class Segment implements LogSegment {
  readonly name: string;
  readonly basePosition: number;
  readonly capacityBytes: number;
  /** Offset after the last record. */
  endOffset = segmentHeaderBytes;
  sealed = false;
  /** Offsets of record starts, ascending, the first record's among them. */
  marks: number[] = [segmentHeaderBytes];

  /** `header` is the one in the file. */
  constructor(
    private readonly file: OpenFile,
    readonly header: SegmentHeader,
  ) {
    this.name = segmentName(header.number);
    this.basePosition = header.basePosition;
    this.capacityBytes = header.capacityBytes;
  }

  /** Opens a segment that was just made. */
  static open(directory: string, header: SegmentHeader): Segment {
    return new Segment(new OpenFile(join(directory, segmentName(header.number)), 'r+'), header);
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
    return this.basePosition + this.endOffset;
  }

  get limitPosition(): number {
    return this.basePosition + this.capacityBytes;
  }

  get fileBytes(): number {
    return this.capacityBytes;
  }

  get summary(): SegmentSummary {
    const { number, generation } = this.header;
    return { number, generation, endOffset: this.endOffset, marks: this.marks };
  }

  /** Its seal must be where the index says. */
  adoptSealed({ endOffset, marks }: SegmentSummary): boolean {
    const seal = Buffer.alloc(recordHeaderBytes);
    const offset = endOffset - recordHeaderBytes;
    const length = this.file.readNow(seal, seal.length, offset);
    if (!isRecordAt(seal, 0, length, this.basePosition + offset) || kindAt(seal, 0) !== recordKind.seal) return false;
    this.endOffset = endOffset;
    this.marks = [...marks];
    this.sealed = true;
    return true;
  }

  /** Remembers a record start when the last one remembered is far enough away. */
  noteRecordStart(offset: number): void {
    if (offset - (this.marks.at(-1) ?? 0) >= bytesBetweenMarks) this.marks.push(offset);
  }

  /** Position of the last remembered record start that is not after `position`. */
  startBefore(position: number): number {
    const offset = position - this.basePosition;
    const index = lastUpTo(this.marks.length, (each) => this.marks[each] ?? 0, offset);
    return this.basePosition + (this.marks[index] ?? segmentHeaderBytes);
  }

  stretchBefore(end: number): { from: number; to: number } {
    const from = this.startBefore(Math.min(end, this.endPosition) - 1);
    const offset = this.marks.find((mark) => mark > from - this.basePosition);
    const markAfter = offset === undefined ? this.endPosition : this.basePosition + offset;
    return { from, to: Math.min(end, markAfter) };
  }

  /**
   * The record at `position`, read at once. What is read this way (an old event an append rule needs, the scattered
   * events of one stream) is small and mostly in the system's cache, where handing it to another thread costs more.
   */
  readRecord(position: number): Block {
    const offset = position - this.basePosition;
    const available = this.file.readNow(scratch, Math.min(firstReadBytes, this.capacityBytes - offset), offset);
    const needed = this.recordBytes(scratch, available, offset);
    if (needed <= available) return this.checkedRecord(copied(scratch, needed), needed, position);
    const whole = Buffer.allocUnsafeSlow(needed);
    return this.checkedRecord(whole, this.file.readNow(whole, needed, offset), position);
  }

  /** Those that lie near one another are read at once. */
  readRecords(positions: readonly number[]): StoredEvent[] {
    const records: StoredEvent[] = [];
    for (let next = 0; next < positions.length;) {
      const first = positions[next] ?? 0;
      const near = positions.slice(next, firstFrom(positions, next, first + nearBytes + 1));
      records.push(...(near.length === 1 ? [eventOf(this.readRecord(first))] : this.readNear(first, near)));
      next += near.length;
    }
    return records;
  }

  private readNear(first: number, positions: readonly number[]): StoredEvent[] {
    const offset = first - this.basePosition;
    const wanted = (positions.at(-1) ?? first) - first + firstReadBytes;
    const available = this.file.readNow(scratch, Math.min(wanted, this.capacityBytes - offset), offset);
    const cut = positions.findIndex((position) => !isRecordAt(scratch, position - first, available, position));
    const [whole, others] = cut === -1 ? [positions, []] : [positions.slice(0, cut), positions.slice(cut)];
    const records = copiedRecords(whole.map((position) => position - first));
    return others.length === 0 ? records : [...records, ...others.map((each) => eventOf(this.readRecord(each)))];
  }

  /** As many whole records from the record at `position` on as `byteCount` bytes hold, at least one. */
  readBlock(position: number, limitPosition: number, byteCount: number): Promise<Block> {
    return this.file.hold(async () => {
      const buffer = await this.file.read(Math.min(byteCount, limitPosition - position), position - this.basePosition);
      let end = 0;
      while (end < buffer.length && isRecordAt(buffer, end, buffer.length, position + end))
        end = recordEnd(buffer, end);
      return end > 0 ? { buffer, start: 0, end, nextPosition: position + end } : this.readRecord(position);
    });
  }

  readWhole(): Buffer {
    const bytes = Buffer.allocUnsafeSlow(this.capacityBytes);
    this.readAgain(bytes, 0);
    return bytes;
  }

  readWholeLater(): Promise<Buffer> {
    return this.file.readAll(this.capacityBytes);
  }

  /** Reads everything from `offset` on into its place once more, while the file may be written to. */
  readAgain(bytes: Buffer, offset: number): void {
    for (let at = offset; at < bytes.length;) {
      const length = this.file.readNow(bytes.subarray(at), bytes.length - at, at);
      if (length === 0) throw new DataDamaged(this.name, at, 'the file is cut off');
      at += length;
    }
  }

  close(): void {
    this.file.close();
  }

  private recordBytes(bytes: Buffer, available: number, offset: number): number {
    if (available < recordHeaderBytes) throw new DataDamaged(this.name, offset, 'a record is cut off');
    return Math.min(recordEnd(bytes, 0), this.capacityBytes - offset);
  }

  private checkedRecord(buffer: Buffer, available: number, position: number): Block {
    if (!isRecordAt(buffer, 0, available, position))
      throw new DataDamaged(this.name, position - this.basePosition, 'the checksum of a record is wrong');
    const end = recordEnd(buffer, 0);
    return { buffer, start: 0, end, nextPosition: position + end };
  }
}
