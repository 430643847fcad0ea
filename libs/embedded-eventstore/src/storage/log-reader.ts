import { firstFrom } from './ascending.js';
import type { HotTail } from './hot-tail.js';
import type { Block, LogSegment } from './log-segment.js';
import { positionAt, recordEnd, type StoredEvent } from './record.js';
import type { SegmentRow } from './segment-row.js';

/** Bytes one read of the log fetches. */
const readBlockBytes = 128 * 1024;

/** Reading a log: everything that is durable, and for the append rules what is about to be. */
export class LogReader {
  /** Readers may see everything before this position. */
  durable: number;
  /** The position the next record would get. */
  tail: number;

  constructor(
    private readonly row: SegmentRow,
    private readonly hot: HotTail,
  ) {
    this.tail = row.current.endPosition;
    this.durable = this.tail;
  }

  get firstPosition(): number {
    return this.row.firstPosition;
  }

  /** Durable records that are not before `position`; null at the end of what is durable. Hot ones come without a wait. */
  blockFrom(position: number): Block | Promise<Block> | null {
    if (position >= this.durable) return null;
    const hot = this.hot.block(position, this.durable);
    if (hot !== null) return hot;
    const segment = this.row.at(position);
    return segment.readBlock(position, Math.min(segment.endPosition, this.durable), readBlockBytes);
  }

  /** The position a reader goes on at, behind a block or a record that ends at `position`. */
  following(position: number): number {
    return this.row.following(position);
  }

  /** Start of the first record that is not before `position`; the durable end when there is none. */
  async seek(position: number): Promise<number> {
    if (position >= this.durable) return this.durable;
    if (position <= this.firstPosition) return this.firstPosition;
    let next = this.following(this.row.at(position).startBefore(position));
    while (next < position && next < this.durable) {
      const block = await this.blockFrom(next);
      if (block === null) break;
      next = firstNotBefore(block, position) ?? this.following(block.nextPosition);
    }
    return Math.min(next, this.durable);
  }

  /** Record starts around `position`, for reading backwards: everything between them is read as one stretch. */
  stretchBefore(position: number): { from: number; to: number } | null {
    const end = Math.min(position, this.durable);
    if (end <= this.firstPosition) return null;
    const segment = this.row.at(end - 1);
    return end <= segment.firstPosition ? this.stretchBefore(segment.basePosition) : segment.stretchBefore(end);
  }

  /** The record at `position`, durable or not, read at once: few and small ones only. Null when its space was given back. */
  find(position: number): Block | null {
    return this.hot.block(position, this.tail) ?? this.row.at(position).readRecord(position);
  }

  /** As `find`, for a record that must be there. */
  record(position: number): Block {
    const found = this.find(position);
    if (found === null) throw new Error(`there is no record at position ${position}`);
    return found;
  }

  /** The records at ascending positions that are there, as `find` reads them. */
  records(positions: readonly number[]): StoredEvent[] {
    const records: StoredEvent[] = [];
    for (let next = 0; next < positions.length;) {
      const first = positions[next] ?? 0;
      const hot = this.hot.block(first, this.tail);
      if (hot !== null) {
        records.push({ buffer: hot.buffer, at: hot.start });
        next += 1;
        continue;
      }
      const segment = this.row.at(first);
      const limit = Math.max(first + 1, Math.min(segment.limitPosition, this.hot.startPosition));
      const end = firstFrom(positions, next, limit);
      records.push(...segment.readRecords(positions.slice(next, end)));
      next = end;
    }
    return records;
  }

  /** Sealed segments of which everything is durable, in their order. */
  get settledSegments(): readonly LogSegment[] {
    return this.row.sealed.filter(({ endPosition }) => endPosition <= this.durable);
  }

  /** Settled segments with the same records and positions, but for space given back, take the places of others. */
  replace(segments: readonly LogSegment[]): void {
    this.row.replace(segments);
    const last = segments.at(-1);
    if (last !== undefined) this.hot.forgetBefore(last.endPosition);
  }
}

/** Position of the block's first record that is not before `position`, or null. */
const firstNotBefore = ({ buffer, start, end }: Block, position: number): number | null => {
  for (let at = start; at < end; at = recordEnd(buffer, at))
    if (positionAt(buffer, at) >= position) return positionAt(buffer, at);
  return null;
};
