import type { SegmentSummary } from '../index/table-file.js';
import type { DiskFile } from './disk.js';
import type { StoredEvent } from './record.js';
import type { SegmentHeader } from './segment-file.js';

/** Whole records inside a buffer: from `start` to `end`, none if they are equal. */
export interface Block {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
  /** Position in the log behind the last of them. */
  readonly nextPosition: number;
}

/** A stretch of the log in a file of its own: as it was written, or with the space of some records given back. */
export interface LogSegment extends DiskFile {
  /** The file's name. */
  readonly name: string;
  readonly header: SegmentHeader;
  readonly basePosition: number;
  /** Position of the first record. */
  readonly firstPosition: number;
  /** Position behind the last record, the seal of a sealed segment. */
  readonly endPosition: number;
  /** Base position of the segment after it. */
  readonly limitPosition: number;
  readonly sealed: boolean;
  /** Bytes of its file. */
  readonly fileBytes: number;
  /** What indexes keep of it once it is sealed. */
  readonly summary: SegmentSummary;

  /** Takes over what an index knows of it as a sealed segment; false when that cannot be. */
  adoptSealed(summary: SegmentSummary): boolean;
  /** Where a reader can start to find the first record that is not before `position`. */
  startBefore(position: number): number;
  /** The records before `end` that a reader backwards fetches as one stretch. */
  stretchBefore(end: number): { readonly from: number; readonly to: number };
  /** The record at `position`, read at once; null when its space was given back. Throws DataDamaged. */
  readRecord(position: number): Block | null;
  /** The records at ascending positions that are there, read at once. Throws DataDamaged. */
  readRecords(positions: readonly number[]): StoredEvent[];
  /** About `byteCount` bytes of whole records that are not before `position`, none behind `limitPosition`. */
  readBlock(position: number, limitPosition: number, byteCount: number): Promise<Block>;
  /** All bytes of the file. Throws DataDamaged when it is cut off. */
  readWhole(): Buffer;
  /** As `readWhole` of a sealed segment, while others go on; a file that is cut off has fewer bytes. */
  readWholeLater(): Promise<Buffer>;
  /** Reads that have begun go on. */
  close(): void;
}
