import { NoRoom, systemCode } from '../errors.js';
import { lastUpTo } from './ascending.js';
import type { Disk } from './disk.js';
import type { LogSegment } from './log-segment.js';
import { recordHeaderBytes } from './record.js';
import { Segment } from './segment.js';
import { createSegment, segmentHeaderBytes, type SegmentHeader } from './segment-file.js';

/** Bytes of a segment unless asked otherwise; a bigger append makes a bigger one. */
export const defaultSegmentBytes = 16 * 1024 * 1024;
/** The smallest segment that can be asked for, bytes. */
export const minimumSegmentBytes = 16 * 1024;
/** Positions stay exact as numbers below this many bytes of log. */
const maximumPosition = Number.MAX_SAFE_INTEGER;

/** The segments of a log in their order, the one that is written, and the one made ready to follow it. */
export class SegmentRow {
  private preparing: Promise<void> | null = null;

  constructor(
    private readonly disk: Disk,
    private readonly directory: string,
    private readonly segmentBytes: number,
    /** In their order. */
    readonly sealed: LogSegment[],
    public current: Segment,
    private next: Segment | null,
  ) {}

  get firstPosition(): number {
    return (this.sealed[0] ?? this.current).firstPosition;
  }

  /** Whether a segment is ready to follow the current one. */
  get hasNext(): boolean {
    return this.next !== null;
  }

  /** The segment that a position lies in. */
  at(position: number): LogSegment {
    if (position >= this.current.basePosition) return this.current;
    const index = lastUpTo(this.sealed.length, (each) => this.sealed[each]?.basePosition ?? 0, position);
    return this.sealed[index] ?? this.current;
  }

  /** Puts sealed segments in the places of those with their numbers, which are closed. */
  replace(segments: readonly LogSegment[]): void {
    for (const segment of segments) {
      const at = this.sealed.findIndex(({ header }) => header.number === segment.header.number);
      const [replaced] = this.sealed.splice(at, 1, segment);
      replaced?.close();
    }
  }

  /** The position a reader goes on at after a record that ends at `position`. */
  following(position: number): number {
    const segment = this.at(position);
    if (!segment.sealed || position < segment.endPosition) return position;
    return segment.limitPosition + segmentHeaderBytes;
  }

  /** Whether so many bytes of records fit in the current segment, with its seal behind them. */
  fitsCurrent(byteCount: number): boolean {
    return fitsBehind(this.current, this.current.endOffset, byteCount);
  }

  /** Whether so many bytes of records fit in the current segment or in the next. */
  fits(byteCount: number): boolean {
    return this.fitsCurrent(byteCount) || (this.next !== null && fitsBehind(this.next, segmentHeaderBytes, byteCount));
  }

  /** Half a segment before it is needed, the next one is made ready. */
  prepareEarly(): void {
    if (this.next !== null || this.preparing !== null) return;
    if (this.current.endOffset * 2 < this.current.capacityBytes) return;
    this.prepare(0).catch(() => undefined);
  }

  /** Makes the next segment, big enough for so many bytes unless it is being made already; throws NoRoom. */
  prepare(byteCount: number): Promise<void> {
    this.preparing ??= this.create(byteCount).finally(() => {
      this.preparing = null;
    });
    return this.preparing;
  }

  /** The next segment becomes the current one, which has got its seal. */
  goOn(): Segment {
    if (this.next === null) throw new NoRoom('the next segment is not ready');
    this.current.sealed = true;
    this.sealed.push(this.current);
    this.current = this.next;
    this.next = null;
    return this.current;
  }

  /** Resolves when no segment is being made. */
  async settled(): Promise<void> {
    await this.preparing?.catch(() => undefined);
  }

  close(): void {
    for (const segment of [...this.sealed, this.current]) segment.close();
    this.next?.close();
  }

  private async create(byteCount: number): Promise<void> {
    const header = this.headerOfNext(byteCount);
    if (header.basePosition + header.capacityBytes > maximumPosition) {
      throw new NoRoom('the log has reached its greatest position');
    }
    try {
      await createSegment(this.disk, this.directory, header);
      this.next = Segment.open(this.directory, header);
    } catch (error) {
      const reason = systemCode(error) === 'ENOSPC' ? 'the disk is full' : String(error);
      throw new NoRoom(`no room for the next segment: ${reason}`);
    }
  }

  private headerOfNext(byteCount: number): SegmentHeader {
    const { storeId, number } = this.current.header;
    const needed = segmentHeaderBytes + byteCount + recordHeaderBytes;
    return {
      storeId,
      number: number + 1,
      generation: 0,
      basePosition: this.current.limitPosition,
      capacityBytes: Math.max(this.segmentBytes, needed),
    };
  }
}

const fitsBehind = (segment: Segment, offset: number, byteCount: number): boolean =>
  offset + byteCount + recordHeaderBytes <= segment.capacityBytes;
