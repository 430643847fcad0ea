import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';

import type { MachineCommand } from '#gateway-protocol';
import type { FactDraft, JournalUrgency, MachineMemory } from '#sas';

import { lockDirectory, type DirectoryLock } from './directory-lock.js';
import { isDiskFull, realDisk, type Disk, type SegmentFile } from './disk.js';
import { encodeFrame } from './frame.js';
import { readFacts, type FactOfMachine, type FactsRead, type Position } from './reader.js';
import {
  encodeRecords,
  foldRecord,
  journalFormat,
  nextSequence,
  type JournalRecord,
  type JournalState,
} from './record.js';
import { recover, segmentPath, type Recovery, type Segment } from './segments.js';

/** A segment that has grown to this is closed; whole segments are deleted once the platform has them. */
export const maximumSegmentBytes = 8 * 1024 * 1024;
/** Records of one group commit. Equals the facts of one batch, so that one commit always fits a batch. */
const maximumRecordsPerCommit = 500;
/** Between two tries to write to a full disk, in milliseconds. */
const fullDiskRetryMs = 1000;

/** What goes to disk together: a machine's facts and memory, or commands. */
export type Entry =
  | {
      readonly kind: 'machine';
      readonly machineId: string;
      readonly facts: readonly FactDraft[];
      readonly memory: MachineMemory | null;
    }
  | { readonly kind: 'commands'; readonly cursor: string; readonly commands: readonly MachineCommand[] };

interface Waiting {
  readonly entry: Entry;
  readonly urgency: JournalUrgency;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export interface JournalEvents {
  /** More is on disk than before. */
  durable(): void;
  /** The disk is full; nothing goes to disk until `roomAgain`. */
  full(): void;
  roomAgain(): void;
}

export interface JournalOptions {
  readonly directory: string;
  readonly gatewayId: string;
  readonly events?: Partial<JournalEvents>;
  readonly disk?: Disk;
  readonly segmentBytes?: number;
}

/**
 * The gateway's own history: what it heard and has not handed over yet, and what it must know after a restart. One sync is in flight at a
 * time, and the next commit collects meanwhile, over all machines.
 */
export class Journal {
  private waiting: Waiting[] = [];
  private flushing: Promise<void> | null = null;
  private failure: Error | null = null;
  private file: SegmentFile | null = null;

  private constructor(
    private readonly options: Required<Omit<JournalOptions, 'events'>> & { readonly events: Partial<JournalEvents> },
    readonly journalId: string,
    private readonly lock: DirectoryLock,
    private readonly segments: Segment[],
    readonly state: JournalState,
    /** What was cut off at the start: a commit that a crash tore. */
    readonly repaired: Recovery['repaired'],
  ) {}

  /**
   * Opens or creates the journal of a directory and holds it against others.
   * @throws {Error} when another gateway holds it, or when it is damaged, naming segment and offset
   */
  static async open({ directory, gatewayId, events = {}, disk, segmentBytes }: JournalOptions): Promise<Journal> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const lock = await lockDirectory(directory);
    try {
      const { journalId, gatewayId: owner, segments, state, repaired } = await recover(directory);
      if (owner !== null && owner !== gatewayId) throw new Error(`${directory} is the journal of gateway ${owner}`);
      const options = {
        ...{ directory, gatewayId, events },
        disk: disk ?? realDisk,
        segmentBytes: segmentBytes ?? maximumSegmentBytes,
      };
      const journal = new Journal(options, journalId ?? randomUUID(), lock, segments, state, repaired);
      const active = segments.at(-1);
      if (active) journal.file = await options.disk.openToAppend(active.path);
      else await journal.beginSegment();
      return journal;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Writes an entry. Resolves once it is on disk; a lazy one goes there with whatever is next. */
  append(entry: Entry, urgency: JournalUrgency = 'soon'): Promise<void> {
    if (this.failure !== null) return Promise.reject(this.failure);
    return new Promise((done, failed) => {
      this.waiting.push({ entry, urgency, done, failed });
      if (urgency !== 'lazy') this.flush();
    });
  }

  /** Facts that are on disk, from a place on; only those that are wanted. */
  read(from: Position, maximumFacts: number, wanted: (fact: FactOfMachine) => boolean): Promise<FactsRead> {
    return readFacts(
      this.segments.map((segment) => ({ ...segment })),
      from,
      maximumFacts,
      wanted,
    );
  }

  get start(): Position {
    return { segment: this.segments[0]?.number ?? 1, offset: 0 };
  }

  get end(): Position {
    const last = this.segments.at(-1);
    return { segment: last?.number ?? 1, offset: last?.bytes ?? 0 };
  }

  /** The oldest sequence of a machine that the journal still holds, or would hold next. */
  oldest(machineId: string): number {
    return this.segments[0]?.first[machineId] ?? 1;
  }

  /** Where to read from to find a fact of a machine: the start of its segment. */
  placeOf(machineId: string, sequence: number): Position {
    const holder = this.segments.findLast(({ first }) => (first[machineId] ?? 1) <= sequence);
    return { segment: holder?.number ?? this.start.segment, offset: 0 };
  }

  /** Deletes segments that hold nothing the platform still wants. `next` answers the sequence that it wants of a machine. */
  async release(next: (machineId: string) => number): Promise<number> {
    let released = 0;
    while (this.segments.length > 1) {
      const [oldest, following] = this.segments;
      if (!oldest || !following) break;
      if (Object.entries(following.first).some(([machineId, first]) => next(machineId) < first)) break;
      await rm(oldest.path, { force: true });
      this.segments.shift();
      released += 1;
    }
    return released;
  }

  /**
   * Numbers a machine's next facts from `next` on, where the platform has more than this journal ever gave it: its end was lost.
   */
  skipTo(machineId: string, next: number): void {
    const machine = this.state.machines[machineId];
    if (nextSequence(this.state, machineId) < next) this.state.machines[machineId] = { ...machine, next };
  }

  /** Resolves once all that waits is on disk, lazy entries too. */
  async settle(): Promise<void> {
    while (this.failure === null && (this.flushing !== null || this.waiting.length > 0)) {
      this.flush();
      await this.flushing;
    }
  }

  /** Writes what waits and lets the directory go. */
  async close(): Promise<void> {
    await this.settle();
    await this.file?.close();
    await this.lock.release();
  }

  private flush(): void {
    if (this.flushing !== null || this.failure !== null || this.waiting.length === 0) return;
    this.flushing = this.commit()
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.flushing = null;
        if (this.waiting.some(({ urgency }) => urgency !== 'lazy')) this.flush();
      });
  }

  private fail(error: unknown): void {
    this.failure = error instanceof Error ? error : new Error(String(error));
    for (const { failed } of this.waiting.splice(0)) failed(this.failure);
  }

  private async commit(): Promise<void> {
    const batch = this.takeBatch();
    try {
      const records = batch.flatMap(({ entry }) => this.recordsOf(entry));
      await this.writeFrame(encodeFrame(encodeRecords(records)));
    } catch (error) {
      for (const { failed } of batch) failed(error);
      throw error;
    }
    for (const { done } of batch) done();
    this.options.events.durable?.();
  }

  private takeBatch(): Waiting[] {
    let records = 0;
    const fits = this.waiting.findIndex(({ entry }) => {
      records += entry.kind === 'machine' ? entry.facts.length + 1 : 1;
      return records > maximumRecordsPerCommit;
    });
    return this.waiting.splice(0, fits < 0 ? this.waiting.length : Math.max(1, fits));
  }

  /** Gives facts their sequence. From here on the state has them; a commit that fails ends the journal. */
  private recordsOf(entry: Entry): JournalRecord[] {
    const records: JournalRecord[] = [];
    const add = (record: JournalRecord): void => {
      foldRecord(this.state, record);
      records.push(record);
    };
    if (entry.kind === 'commands') {
      add({ kind: 'commands', cursor: entry.cursor, commands: [...entry.commands] });
      return records;
    }
    const { machineId } = entry;
    for (const draft of entry.facts) {
      add({ kind: 'fact', machineId, fact: { sequence: nextSequence(this.state, machineId), ...draft } });
    }
    if (entry.memory) add({ kind: 'memory', machineId, memory: entry.memory });
    return records;
  }

  private async writeFrame(frame: Buffer): Promise<void> {
    const active = this.segments.at(-1);
    if (!active || !this.file) throw new Error('the journal is closed');
    await this.untilThereIsRoom(active, frame);
    active.bytes += frame.length;
    if (active.bytes >= this.options.segmentBytes) await this.tryBeginSegment();
  }

  private async untilThereIsRoom(active: Segment, frame: Buffer): Promise<void> {
    let full = false;
    for (;;) {
      try {
        await this.file?.write(frame, active.bytes);
        await this.file?.sync();
        if (full) this.options.events.roomAgain?.();
        return;
      } catch (error) {
        if (!isDiskFull(error)) throw error;
        if (!full) this.options.events.full?.();
        full = true;
        await this.file?.truncate(active.bytes);
        await new Promise((resolve) => setTimeout(resolve, fullDiskRetryMs));
      }
    }
  }

  /** On a full disk the old segment grows on. */
  private async tryBeginSegment(): Promise<void> {
    try {
      await this.beginSegment();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      await rm(segmentPath(this.options.directory, (this.segments.at(-1)?.number ?? 0) + 1), { force: true });
    }
  }

  /** A new segment begins with all that a restart needs, so that older ones can go. */
  private async beginSegment(): Promise<void> {
    const { directory, gatewayId, disk } = this.options;
    const number = (this.segments.at(-1)?.number ?? 0) + 1;
    const path = segmentPath(directory, number);
    const header = { kind: 'header' as const, format: journalFormat, journalId: this.journalId, gatewayId };
    const head = encodeFrame(
      encodeRecords([
        { ...header, segment: number },
        { kind: 'state', state: structuredClone(this.state) },
      ]),
    );
    const file = await disk.create(path);
    const first = Object.fromEntries(Object.entries(this.state.machines).map(([id, { next }]) => [id, next]));
    const segment: Segment = { number, path, bytes: 0, first };
    await file.write(head, 0);
    await file.sync();
    await disk.syncDirectory(directory);
    await this.file?.close();
    this.file = file;
    segment.bytes = head.length;
    this.segments.push(segment);
  }
}
