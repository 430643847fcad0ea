import { randomBytes } from 'node:crypto';
import { EngineStopped, NoRoom } from '../errors.js';
import type { EventToStore } from './event-message.js';
import type { Disk } from './disk.js';
import { DurabilityWaiters } from './durability-waiters.js';
import { HotTail } from './hot-tail.js';
import {
  maximumEventRecordBytes,
  recordFlag,
  recordHeaderBytes,
  recordKind,
  sealRecord,
  writeEventRecord,
} from './record.js';
import { openSegments, type LogVisitor, type Repair } from './recovery.js';
import { LogReader } from './log-reader.js';
import { Segment } from './segment.js';
import { createSegment } from './segment-file.js';
import { SegmentRow } from './segment-row.js';

/** Turns of the event loop that a batch is collected for at most. */
const maximumCollectingTurns = 8;
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

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
  readonly reader: LogReader;
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
    this.reader = new LogReader(row, this.hot);
  }

  /** Opens the log of a directory, or starts one. Throws DataDamaged or FormatRefused. */
  static async open(options: LogOptions): Promise<Log> {
    const { disk, directory, segmentBytes, visitor } = options;
    const { sealed, current, prepared, repair } = openSegments(directory, visitor);
    const used = current ?? (await firstSegment(options));
    return new Log(options, new SegmentRow(disk, directory, segmentBytes, sealed, used, prepared), repair);
  }

  /** 16 bytes that tell this store from every other. */
  get storeId(): Buffer {
    return this.row.current.header.storeId;
  }

  /** Readers may see everything before this position. */
  get durable(): number {
    return this.reader.durable;
  }

  /** The position the next record would get. */
  get tail(): number {
    return this.reader.tail;
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
    this.reader.tail += end - at;
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
    this.reader.tail = next.firstPosition;
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
    this.reader.durable = this.reader.following(end);
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

/** The most bytes the records of these events take together. */
export const recordsBytes = (events: readonly EventToStore[]): number =>
  events.reduce((sum, event) => sum + maximumEventRecordBytes(event), 0);

const firstSegment = async ({ disk, directory, segmentBytes }: LogOptions): Promise<Segment> => {
  const storeId = randomBytes(16);
  const header = { storeId, number: 1, generation: 0, basePosition: 0, capacityBytes: segmentBytes };
  await createSegment(disk, directory, header);
  return Segment.open(directory, header);
};
