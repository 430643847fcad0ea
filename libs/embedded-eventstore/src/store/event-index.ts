import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DataDamaged } from '../errors.js';
import { loadIdTable, saveIdTable, type IdTableOwner } from '../index/id-table-file.js';
import { IdTable, idHash } from '../index/id-table.js';
import { RecentIds } from '../index/recent-ids.js';
import { StreamIndex } from '../index/stream-index.js';
import { tableSpan } from '../index/table-file.js';
import { tableOf } from '../index/table-making.js';
import { Table } from '../index/table.js';
import { eventIdAt, isTombstone, positionAt, revisionAt, streamKeyAt } from '../storage/record.js';
import type { LogSegment } from '../storage/log-segment.js';
import { scanSegment, type LogVisitor } from '../storage/recovery.js';
import { openMade, TableKeeper } from './table-keeper.js';

/**
 * Everything that is derived from the log: where streams' events and recent event ids lie. Of sealed segments it is kept
 * in files beside them, which are made again from the segments when they are missing or wrong.
 */
export class EventIndex implements LogVisitor {
  readonly streams = new StreamIndex();
  readonly recentIds = new RecentIds();
  readonly keeper: TableKeeper;
  private segments: readonly LogSegment[] = [];
  private covering: Table | null = null;

  constructor(private readonly directory: string) {
    this.keeper = new TableKeeper(directory, this.streams);
  }

  opening(segments: readonly LogSegment[]): void {
    this.segments = segments;
    for (const name of readdirSync(this.directory)) {
      if (name.endsWith('.idx.new')) rmSync(join(this.directory, name), { force: true });
    }
  }

  loadSealed(segment: LogSegment): boolean {
    const { number } = segment.header;
    if (this.covering === null || this.covering.footer.lastSegment < number) this.covering = this.openTable(segment);
    const summary = this.covering?.segments.find((each) => each.number === number);
    if (summary === undefined) return false;
    if (!segment.adoptSealed(summary)) {
      throw new DataDamaged(segment.name, summary.endOffset, 'the seal is missing');
    }
    return true;
  }

  scanning(segment: LogSegment): void {
    this.recentIds.begin(segment.basePosition);
  }

  visit(buffer: Buffer, at: number): void {
    const streamKey = streamKeyAt(buffer, at);
    this.add(streamKey, eventIdAt(buffer, at), positionAt(buffer, at), revisionAt(buffer, at), isTombstone(buffer, at));
  }

  scannedSealed(segment: LogSegment): void {
    const memory = this.streams.freeze();
    saveIdTable(this.directory, ownerOf(segment), this.recentIds.take());
    const steps = tableOf(this.directory, segment.header.storeId, segment.summary, memory);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    this.covering = openMade(step.value.publish());
    this.streams.replaceFrozen(memory, this.covering);
  }

  opened(): void {
    for (const segment of this.segments.filter(({ sealed }) => sealed).reverse()) {
      if (!this.recentIds.wantsOlder) break;
      this.recentIds.addOlder(loadIdTable(this.directory, ownerOf(segment)) ?? scannedIds(segment));
    }
    this.keeper.removeLeftovers();
    this.keeper.mergeLater();
  }

  sealed(segment: LogSegment, next: LogSegment): void {
    this.keeper.await(segment, this.streams.freeze(), this.recentIds.seal(next.basePosition));
  }

  sealedDurable(segment: LogSegment): void {
    this.keeper.keep(segment);
  }

  /** Adds an event that was just written. */
  add(streamKey: string, id: Buffer, position: number, revision: number, tombstone: boolean): void {
    if (tombstone) this.streams.addTombstone(streamKey, position);
    else this.streams.add(streamKey, position, revision);
    this.recentIds.add(id, position);
  }

  /** Leaves what is being made to the next start, and closes the files. */
  async close(): Promise<void> {
    await this.keeper.stop();
    this.streams.close();
  }

  /** The widest usable table that begins with this segment. */
  private openTable(segment: LogSegment): Table | null {
    const { number, storeId } = segment.header;
    // The last segment is the one that is written: a table that knows it is of another time.
    const lastPossible = (this.segments.at(-1)?.header.number ?? 0) - 1;
    const spans = readdirSync(this.directory).flatMap((name) => {
      const span = tableSpan(name);
      return span?.first === number && span.last <= lastPossible ? [{ name, last: span.last }] : [];
    });
    for (const { name } of spans.sort((a, b) => b.last - a.last)) {
      const table = Table.open(join(this.directory, name));
      if (table === null) continue;
      if (table.footer.storeId.equals(storeId) && table.footer.firstSegment === number && this.isUpToDate(table)) {
        this.streams.addTable(table);
        return table;
      }
      table.close();
    }
    return null;
  }

  /** A scavenge that was cut off may have left a table of another state of its segments. */
  private isUpToDate({ segments }: Table): boolean {
    return segments.every(({ number, generation }) => this.segments[number - 1]?.header.generation === generation);
  }
}

const ownerOf = ({ header, basePosition }: LogSegment): IdTableOwner => ({
  storeId: header.storeId,
  number: header.number,
  basePosition,
});

const scannedIds = (segment: LogSegment): IdTable => {
  const table = new IdTable(segment.basePosition);
  const bytes = segment.readWhole();
  scanSegment(bytes, segment, (at) => table.add(idHash(eventIdAt(bytes, at)), positionAt(bytes, at)));
  return table;
};
