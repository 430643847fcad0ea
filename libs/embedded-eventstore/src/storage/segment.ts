import { closeSync, openSync, read, readSync } from 'node:fs';
import { join } from 'node:path';
import { DataDamaged } from '../errors.js';
import { isRecordAt, kindAt, recordEnd, recordHeaderBytes, recordKind, type StoredEvent } from './record.js';
import { segmentHeaderBytes, segmentName, type SegmentHeader } from './segment-file.js';

/** A known record start is remembered about every so many bytes, so that a reader can start near any position. */
export const bytesBetweenMarks = 64 * 1024;

/** Whole records inside a buffer: from `start` to `end`. */
export interface Block {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Most records fit in this many bytes, so one read finds them. */
const firstReadBytes = 4 * 1024;
const scratch = Buffer.allocUnsafeSlow(firstReadBytes);

/** Bytes that small reads share: an allocation for each would cost more than the read. */
const slabBytes = 256 * 1024;
let slab = Buffer.allocUnsafeSlow(0);

/** A buffer of so many bytes, cut from the slab. */
const carved = (byteCount: number): Buffer => {
  if (byteCount > slabBytes / 4) return Buffer.allocUnsafeSlow(byteCount);
  if (slab.length < byteCount) slab = Buffer.allocUnsafeSlow(slabBytes);
  const buffer = slab.subarray(0, byteCount);
  slab = slab.subarray(byteCount);
  return buffer;
};

const copied = (source: Buffer, byteCount: number): Buffer => {
  const copy = carved(byteCount);
  source.copy(copy, 0, 0, byteCount);
  return copy;
};

/** Records of one stream that lie within so many bytes are fetched with one read. */
const nearBytes = 32 * 1024;

const eventOf = ({ buffer, start }: Block): StoredEvent => ({ buffer, at: start });

/** An open segment: where it lies in the log, how far it is used, and how to read from it. */
export class Segment {
  readonly name: string;
  readonly basePosition: number;
  readonly capacityBytes: number;
  /** Offset after the last record. */
  endOffset = segmentHeaderBytes;
  sealed = false;
  /** Offsets of record starts, ascending, the first record's among them. */
  marks: number[] = [segmentHeaderBytes];
  readonly path: string;
  readonly descriptor: number;

  constructor(
    directory: string,
    readonly header: SegmentHeader,
  ) {
    this.name = segmentName(header.number);
    this.basePosition = header.basePosition;
    this.capacityBytes = header.capacityBytes;
    this.path = join(directory, this.name);
    this.descriptor = openSync(this.path, 'r+');
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

  /** What indexes keep of a sealed segment. */
  get summary(): { readonly number: number; readonly endOffset: number; readonly marks: readonly number[] } {
    return { number: this.header.number, endOffset: this.endOffset, marks: this.marks };
  }

  /** Takes over what an index knows of the sealed segment; false when its seal is not where it should be. */
  adoptSealed(endOffset: number, marks: readonly number[]): boolean {
    const seal = Buffer.alloc(recordHeaderBytes);
    const offset = endOffset - recordHeaderBytes;
    const length = readSync(this.descriptor, seal, 0, seal.length, offset);
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
  markBefore(position: number): number {
    const offset = position - this.basePosition;
    let low = 0;
    let high = this.marks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.marks[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return this.basePosition + (this.marks[low] ?? segmentHeaderBytes);
  }

  /** Position of the first remembered record start after `position`, or the end. */
  markAfter(position: number): number {
    const offset = this.marks.find((mark) => mark > position - this.basePosition);
    return offset === undefined ? this.endPosition : this.basePosition + offset;
  }

  /**
   * The record at `position`, read at once. What is read this way (an old event an append rule needs, the scattered
   * events of one stream) is small and mostly in the system's cache, where handing it to another thread costs more.
   */
  readRecord(position: number): Block {
    const offset = position - this.basePosition;
    const available = readSync(
      this.descriptor,
      scratch,
      0,
      Math.min(scratch.length, this.capacityBytes - offset),
      offset,
    );
    const needed = this.recordBytes(scratch, available, offset);
    if (needed <= available) return this.checkedRecord(copied(scratch, needed), needed, position);
    const whole = Buffer.allocUnsafeSlow(needed);
    return this.checkedRecord(whole, readSync(this.descriptor, whole, 0, needed, offset), position);
  }

  /** The records at ascending positions; those that lie near one another are read at once. */
  readRecords(positions: readonly number[]): StoredEvent[] {
    const records: StoredEvent[] = [];
    for (let next = 0; next < positions.length;) {
      const first = positions[next] ?? 0;
      const near = positions.filter((position, index) => index >= next && position - first <= nearBytes);
      records.push(...(near.length === 1 ? [eventOf(this.readRecord(first))] : this.readNear(first, near)));
      next += near.length;
    }
    return records;
  }

  private readNear(first: number, positions: readonly number[]): StoredEvent[] {
    const offset = first - this.basePosition;
    const wanted = (positions.at(-1) ?? first) - first + firstReadBytes;
    const buffer = carved(Math.min(wanted, this.capacityBytes - offset));
    const available = readSync(this.descriptor, buffer, 0, buffer.length, offset);
    return positions.map((position) => {
      const at = position - first;
      return isRecordAt(buffer, at, available, position) ? { buffer, at } : eventOf(this.readRecord(position));
    });
  }

  /** As many whole records from `position` on as `byteCount` bytes hold, at least one; none past `limitPosition`. */
  async readBlock(position: number, limitPosition: number, byteCount: number): Promise<Block> {
    const offset = position - this.basePosition;
    const buffer = await this.readBytes(offset, Math.min(byteCount, limitPosition - position));
    let end = 0;
    while (end < buffer.length && isRecordAt(buffer, end, buffer.length, position + end)) end = recordEnd(buffer, end);
    if (end > 0) return { buffer, start: 0, end };
    return this.readRecord(position);
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private recordBytes(bytes: Buffer, available: number, offset: number): number {
    if (available < recordHeaderBytes) throw new DataDamaged(this.name, offset, 'a record is cut off');
    return Math.min(recordEnd(bytes, 0), this.capacityBytes - offset);
  }

  private checkedRecord(buffer: Buffer, available: number, position: number): Block {
    if (isRecordAt(buffer, 0, available, position)) return { buffer, start: 0, end: recordEnd(buffer, 0) };
    throw new DataDamaged(this.name, position - this.basePosition, 'the checksum of a record is wrong');
  }

  private readBytes(offset: number, byteCount: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafeSlow(byteCount);
    return new Promise((resolve, reject) => {
      read(this.descriptor, buffer, 0, byteCount, offset, (error, bytesRead) => {
        if (error === null) resolve(bytesRead === byteCount ? buffer : buffer.subarray(0, bytesRead));
        else reject(error);
      });
    });
  }
}
