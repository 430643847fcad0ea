import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EngineStopped } from '../errors.js';
import { removeIdTablesBefore, saveIdTable } from '../index/id-table-file.js';
import type { IdTable } from '../index/id-table.js';
import type { MemoryTable } from '../index/memory-table.js';
import { rememberedIdSegments } from '../index/recent-ids.js';
import { steps } from '../index/steps.js';
import type { StreamIndex } from '../index/stream-index.js';
import { tableSpan, type SegmentSummary } from '../index/table-file.js';
import {
  mergeOf,
  tableOf,
  toMerge,
  withoutRemoved,
  type RemovedEvents,
  type TableSteps,
} from '../index/table-making.js';
import { Table } from '../index/table.js';
import type { TableWriter } from '../index/table-writer.js';
import type { LogSegment } from '../storage/log-segment.js';

interface Sealed {
  readonly segment: LogSegment;
  readonly memory: MemoryTable;
  readonly ids: IdTable;
  isDurable: boolean;
}

/** A table on the disk that is not in use yet. */
export interface PreparedTable {
  readonly publish: () => void;
  readonly abandon: () => void;
}

/** Opens a table that was written a moment ago. */
export const openMade = (path: string): Table => {
  const table = Table.open(path);
  if (table === null) throw new Error(`the index ${path} is not as it was written`);
  return table;
};

/**
 * Brings indexes of sealed segments to disk and merges small ones, beside everything else. Where that fails (a full
 * disk) they stay in memory, and it is tried again when the next segment is sealed.
 */
export class TableKeeper {
  /** The oldest first. */
  private waiting: Sealed[] = [];
  private working: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();

  constructor(
    private readonly directory: string,
    private readonly streams: StreamIndex,
  ) {}

  /** A segment is sealed; its index may go to disk once its end is durable. */
  await(segment: LogSegment, memory: MemoryTable, ids: IdTable): void {
    this.waiting.push({ segment, memory, ids, isDurable: false });
  }

  /** The end of a sealed segment is durable. */
  keep(segment: LogSegment): void {
    for (const each of this.waiting) if (each.segment === segment) each.isDurable = true;
    this.later(() => this.keepAll());
  }

  mergeLater(): void {
    this.later(() => this.mergeAll());
  }

  /** Removes tables of which others hold everything. */
  removeLeftovers(): void {
    const used = new Set(this.streams.tables.map(({ path }) => basename(path)));
    for (const name of readdirSync(this.directory)) {
      if (tableSpan(name) !== null && !used.has(name)) rmSync(join(this.directory, name), { force: true });
    }
  }

  /** Does `work` while no other table is made. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.working.then(work);
    this.working = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  /**
   * Writes `table` anew for other states of its segments, without the removed events. The file is on the disk, and waits
   * for `publish` to take the place of the old one at once, or for `abandon`. To be called in work done exclusively.
   */
  async prepare(table: Table, segments: readonly SegmentSummary[], removed: RemovedEvents): Promise<PreparedTable> {
    const writer = await this.written(withoutRemoved(this.directory, table, segments, removed));
    const publish = (): void => {
      this.streams.replaceTables([table], openMade(writer.name()));
      table.close();
    };
    try {
      await writer.sync();
    } catch (error) {
      writer.abandon();
      throw error;
    }
    return { publish, abandon: () => writer.abandon() };
  }

  async stop(): Promise<void> {
    this.stopping.abort(new EngineStopped('the event store is stopping'));
    await this.working;
  }

  private later(work: () => Promise<void>): void {
    this.working = this.working.then(work).catch(() => undefined);
  }

  private async keepAll(): Promise<void> {
    for (
      let [first] = this.waiting;
      first?.isDurable === true && !this.stopping.signal.aborted;
      [first] = this.waiting
    ) {
      const { segment, memory, ids } = first;
      const { storeId, number } = segment.header;
      const table = await this.made(tableOf(this.directory, storeId, segment.summary, memory));
      saveIdTable(this.directory, { storeId, number, basePosition: segment.basePosition }, ids);
      removeIdTablesBefore(this.directory, number - rememberedIdSegments);
      this.streams.replaceFrozen(memory, table);
      this.waiting.shift();
      await this.mergeAll();
    }
  }

  private async mergeAll(): Promise<void> {
    for (let chosen = toMerge(this.streams.tables); chosen !== null; chosen = toMerge(this.streams.tables)) {
      const [first] = chosen;
      if (first === undefined) return;
      const table = await this.made(mergeOf(this.directory, first.footer.storeId, chosen));
      this.streams.replaceTables(chosen, table);
      for (const merged of chosen) {
        merged.close();
        rmSync(merged.path, { force: true });
      }
    }
  }

  private async made(steps: TableSteps): Promise<Table> {
    const writer = await this.written(steps);
    await writer.sync();
    return openMade(writer.name());
  }

  private written(making: TableSteps): Promise<TableWriter> {
    return steps(making, this.stopping.signal);
  }
}
