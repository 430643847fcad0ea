import { randomBytes } from 'node:crypto';
import { EngineStopped, NoRoom } from '../errors.js';
import type { EventToStore } from './event-message.js';
import type { Disk } from './disk.js';
import { DurabilityWaiters } from './durability-waiters.js';
import { HotTail } from './hot-tail.js';
import {
  maximumEventRecordBytes,
  recordEnd,
  recordFlag,
  recordHeaderBytes,
  recordKind,
  sealRecord,
  writeEventRecord,
  type StoredEvent,
} from './record.js';
import { openSegments, type LogVisitor, type Repair } from './recovery.js';
import { Segment, type Block } from './segment.js';
import { createSegment } from './segment-file.js';
import { SegmentRow } from './segment-row.js';

/** Turns of the event loop that a batch is collected for at most. */
const maximumCollectingTurns = 8;
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Bytes one read of the log fetches. */
const readBlockBytes = 128 * 1024;

export interface LogOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly segmentBytes: number;
  readonly visitor: LogVisitor;
  /** Called once when a write fails: memory is then ahead of the disk and the log takes nothing more. */
  readonly onFailure: (error: Error) => void;
}

/** Where an append's records went. */
export interface Written {
  /** Positions of the events, in order. */
  readonly positions: readonly number[];
  /** The log must be durable up to here before the append may be acknowledged. */
  readonly endPosition: number;
}

/**
 * The append-only log over its segments: one batch is being written and synced while the next is collected. What is
 * not durable yet is visible to nobody but the append rules.
 */
export class Log {
  /** Readers may see everything before this position. */
  durable: number;
  private tail: number;
  private flushing: Promise<void> | null = null;
  private failure: Error | null = null;
  private readonly hot = new HotTail();
  private readonly waiters = new DurabilityWaiters();
  private readonly listeners = new Set<() => void>();

  private constructor(
    private readonly options: LogOptions,
    private readonly row: SegmentRow,
    /** What recovery cleared, if anything. */
    readonly repair: Repair | null,
  ) {
    this.tail = row.current.endPosition;
    this.durable = this.tail;
  }

  /** Opens the log of a directory, or starts one. Throws DataDamaged or FormatRefused. */
  static async open(options: LogOptions): Promise<Log> {
    const { disk, directory, segmentBytes, visitor } = options;
    const { segments, prepared, repair } = openSegments(directory, visitor);
    if (segments.length > 0)
      return new Log(options, new SegmentRow(disk, directory, segmentBytes, segments, prepared), repair);
    const header = { storeId: randomBytes(16), number: 1, basePosition: 0, capacityBytes: segmentBytes };
    await createSegment(disk, directory, header);
    return new Log(
      options,
      new SegmentRow(disk, directory, segmentBytes, [new Segment(directory, header)], null),
      null,
    );
  }

  /** 16 bytes that tell this store from every other. */
  get storeId(): Buffer {
    return this.row.current.header.storeId;
  }

  /** The position the next record would get. */
  get tailPosition(): number {
    return this.tail;
  }

  get firstPosition(): number {
    return this.row.firstPosition;
  }

  /** Whether events of this many bytes (as maximumEventRecordBytes counts them) can be written right now. */
  fits(byteCount: number): boolean {
    return this.row.fits(byteCount);
  }

  /** Makes the next segment ready; throws NoRoom when the disk is full. */
  async makeRoom(byteCount: number): Promise<void> {
    while (!this.fits(byteCount)) {
      this.assertRunning();
      if (this.row.hasNext) this.roll();
      else await this.row.prepare(byteCount);
    }
  }

  /** Writes the events of one append behind the tail; `fits` must have said that there is room. */
  append(events: readonly EventToStore[], revisions: readonly number[], createdAtMs: number, flags = 0): Written {
    this.assertRunning();
    const byteCount = recordsBytes(events);
    if (!this.row.fitsCurrent(byteCount)) this.roll();
    const { buffer, at } = this.hot.reserve(this.tail, byteCount);
    const positions: number[] = [];
    let next = at;
    for (const [ordinal, event] of events.entries()) {
      const position = this.tail + next - at;
      const last = ordinal === events.length - 1 ? recordFlag.lastOfAppend : 0;
      const header = { position, durableBefore: this.durable, kind: recordKind.event, flags: flags | last, ordinal };
      this.row.current.noteRecordStart(position - this.row.current.basePosition);
      positions.push(position);
      next = writeEventRecord(buffer, next, event, revisions[ordinal] ?? 0, createdAtMs, header);
    }
    this.advance(next, at);
    this.row.prepareEarly();
    return { positions, endPosition: this.tail };
  }

  /** Resolves when everything before `position` is on disk; rejects when that failed. */
  whenDurable(position: number): Promise<void> {
    if (this.failure !== null) return Promise.reject(this.failure);
    return this.durable >= position ? Promise.resolve() : this.waiters.wait(position);
  }

  /** Calls `listener` whenever more of the log became durable; answers how to stop it. */
  onDurable(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Durable records from a record's start on; null at the end of what is durable. Hot ones come without a wait. */
  blockFrom(position: number): Block | Promise<Block> | null {
    if (position >= this.durable) return null;
    const hot = this.hot.block(position, this.durable);
    if (hot !== null) return hot;
    const segment = this.row.at(position);
    return segment.readBlock(position, Math.min(segment.endPosition, this.durable), readBlockBytes);
  }

  /** The position a reader goes on at after a record that ends at `position`. */
  following(position: number): number {
    return this.row.following(position);
  }

  /** Start of the first record that is not before `position`; the durable end when there is none. */
  async seek(position: number): Promise<number> {
    if (position >= this.durable) return this.durable;
    if (position <= this.firstPosition) return this.firstPosition;
    let next = this.following(this.row.at(position).markBefore(position));
    while (next < position && next < this.durable) {
      const block = await this.blockFrom(next);
      if (block === null) break;
      for (let at = block.start; at < block.end && next < position;) {
        const length = recordLength(block, at);
        at += length;
        next += length;
      }
      next = this.following(next);
    }
    return Math.min(next, this.durable);
  }

  /** Record starts around `position`, for reading backwards: everything between them is read as one stretch. */
  stretchBefore(position: number): { from: number; to: number } | null {
    const end = Math.min(position, this.durable);
    if (end <= this.firstPosition) return null;
    const segment = this.row.at(end - 1);
    if (end <= segment.firstPosition) return this.stretchBefore(segment.basePosition);
    const from = segment.markBefore(Math.min(end, segment.endPosition) - 1);
    return { from, to: Math.min(end, segment.markAfter(from)) };
  }

  /** The record at `position`, durable or not, read at once: few and small ones only. */
  record(position: number): Block {
    return this.hot.block(position, this.tail) ?? this.row.at(position).readRecord(position);
  }

  /** The records at ascending positions, as `record` reads them. */
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
      const cold = positions.filter((position, index) => index >= next && position < limit);
      records.push(...segment.readRecords(cold));
      next += cold.length;
    }
    return records;
  }

  /** Writes what is left, marks the log as cleanly closed, and closes its files. */
  async close(): Promise<void> {
    await this.row.settled();
    await this.whenDurable(this.tail).catch(() => undefined);
    if (this.failure === null && this.row.fitsCurrent(recordHeaderBytes)) {
      this.writeControlRecord(recordKind.mark);
      await this.whenDurable(this.tail).catch(() => undefined);
    }
    await this.flushing;
    this.failure ??= new EngineStopped('the event store has stopped');
    this.row.close();
  }

  private assertRunning(): void {
    if (this.failure !== null) throw this.failure;
  }

  private advance(end: number, at: number): void {
    this.hot.commit(end);
    this.tail += end - at;
    this.row.current.endOffset = this.tail - this.row.current.basePosition;
    this.flushing ??= this.flush();
  }

  private writeControlRecord(kind: number): void {
    const { buffer, at } = this.hot.reserve(this.tail, recordHeaderBytes);
    const header = { position: this.tail, durableBefore: this.durable, kind, flags: 0, ordinal: 0 };
    this.advance(sealRecord(buffer, at, 0, header), at);
  }

  /** Seals the current segment and goes on in the next one. */
  private roll(): void {
    if (!this.row.hasNext) throw new NoRoom('the next segment is not ready');
    this.writeControlRecord(recordKind.seal);
    const sealed = this.row.current;
    const next = this.row.goOn();
    this.tail = next.firstPosition;
    this.options.visitor.sealed(sealed, next);
  }

  private async flush(): Promise<void> {
    try {
      while (this.durable < this.tail && this.failure === null) {
        await this.collect();
        await this.flushBatch();
      }
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.flushing = null;
    }
  }

  /** Waits while each turn of the event loop brings more appends, so that one sync serves as many as came together. */
  private async collect(): Promise<void> {
    for (let turn = 0, before = -1; before < this.tail && turn < maximumCollectingTurns; turn += 1) {
      before = this.tail;
      await nextTurn();
    }
  }

  private async flushBatch(): Promise<void> {
    const segment = this.row.at(this.durable);
    const end = Math.min(this.tail, segment.endPosition);
    const slices = this.hot.slices(this.durable, end);
    await this.options.disk.write(segment, slices, this.durable - segment.basePosition);
    await this.options.disk.sync(segment);
    this.durable = this.following(end);
    if (segment.sealed && end === segment.endPosition) this.options.visitor.sealedDurable(segment);
    this.hot.trim(this.durable);
    this.waiters.settle(this.durable);
    for (const listener of this.listeners) listener();
  }

  private fail(error: Error): void {
    this.failure = error;
    this.waiters.fail(error);
    this.options.onFailure(error);
  }
}

const recordLength = (block: Block, at: number): number => recordEnd(block.buffer, at) - at;

/** The most bytes the records of these events take together. */
export const recordsBytes = (events: readonly EventToStore[]): number =>
  events.reduce((sum, event) => sum + maximumEventRecordBytes(event), 0);
