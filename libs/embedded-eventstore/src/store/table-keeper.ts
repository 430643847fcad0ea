import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EngineStopped } from '../errors.js';
import { removeIdTablesBefore, saveIdTable } from '../index/id-table-file.js';
import type { IdTable } from '../index/id-table.js';
import type { MemoryTable } from '../index/memory-table.js';
import { rememberedIdSegments } from '../index/recent-ids.js';
import type { StreamIndex } from '../index/stream-index.js';
import { tableSpan } from '../index/table-file.js';
import { mergeOf, tableOf, toMerge, type TableSteps } from '../index/table-making.js';
import { Table } from '../index/table.js';
import type { Segment } from '../storage/segment.js';

/** How long the making of a table keeps others waiting at a stretch, milliseconds. */
const longestStretchMs = 2;

interface Sealed {
  readonly segment: Segment;
  readonly memory: MemoryTable;
  readonly ids: IdTable;
  isDurable: boolean;
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
  private isStopped = false;

  constructor(
    private readonly directory: string,
    private readonly streams: StreamIndex,
  ) {}

  /** A segment is sealed; its index may go to disk once its end is durable. */
  await(segment: Segment, memory: MemoryTable, ids: IdTable): void {
    this.waiting.push({ segment, memory, ids, isDurable: false });
  }

  /** The end of a sealed segment is durable. */
  keep(segment: Segment): void {
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

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.working;
  }

  private later(work: () => Promise<void>): void {
    this.working = this.working.then(work).catch(() => undefined);
  }

  private async keepAll(): Promise<void> {
    for (let [first] = this.waiting; first?.isDurable === true && !this.isStopped; [first] = this.waiting) {
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

  /** Takes the steps, with turns of others in between; rejects when it is stopped. */
  private async made(steps: TableSteps): Promise<Table> {
    for (;;) {
      const untilMs = performance.now() + longestStretchMs;
      let step = steps.next();
      while (step.done !== true && performance.now() < untilMs) step = steps.next();
      if (step.done === true) return openMade(await step.value.publishLater());
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (this.isStopped) steps.throw(new EngineStopped('the event store is stopping'));
    }
  }
}
