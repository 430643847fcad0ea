import { MemoryTable } from './memory-table.js';
import { streamHash, type HashedPart } from './stream-hash.js';
import type { Table, TableRun } from './table.js';

/** Streams whose place in the tables is remembered. */
const rememberedStreams = 20_000;

/** Positions of consecutive revisions, wherever they are kept. */
interface Run {
  readonly first: number;
  readonly count: number;
  /** The positions `from` to before `to`, counted from the run's first. */
  positions(from: number, to: number): readonly number[];
}

/**
 * Where the events of each stream lie in the log. What is in the segment that is written is in memory, sealed segments
 * have tables on disk. It holds nothing that the log does not say. Keys are streams' names, one character a byte.
 */
export class StreamIndex {
  private active = new MemoryTable();
  /** Of sealed segments whose tables are not on disk yet, the oldest first. */
  private frozen: MemoryTable[] = [];
  /** The oldest first. */
  private onDisk: Table[] = [];
  private readonly sealedRuns = new Map<string, readonly Run[]>();
  private readonly sealedTombstones = new Map<string, number | null>();

  get tables(): readonly Table[] {
    return this.onDisk;
  }

  /** The revision of the stream's last event; -1 when there is none. A tombstone does not count. */
  lastRevision(streamKey: string): number {
    const active = this.active.lastRevision(streamKey);
    if (active >= 0) return active;
    const newest = this.runs(streamKey)[0];
    return newest === undefined ? -1 : newest.first + newest.count - 1;
  }

  /**
   * The first revision that is there; -1 when there is none. All from there to the last one are: space is given back
   * from a stream's beginning on, and what lies before a gap, should there be one, was hidden when the gap came.
   */
  firstRevision(streamKey: string): number {
    return this.runs(streamKey).at(-1)?.first ?? this.active.run(streamKey)?.first ?? -1;
  }

  /** Position of the event at `revision`; -1 when there is none. */
  position(streamKey: string, revision: number): number {
    const active = this.active.position(streamKey, revision);
    return active >= 0 ? active : (this.positions(streamKey, revision, revision)[0] ?? -1);
  }

  /** Positions of the events `from` to `to`, both included, as far as there are such. */
  positions(streamKey: string, from: number, to: number): number[] {
    const found: number[] = [];
    for (const run of this.runs(streamKey).toReversed()) {
      const [start, end] = [Math.max(from - run.first, 0), Math.min(to - run.first + 1, run.count)];
      if (start < end) found.push(...run.positions(start, end));
    }
    const active = this.active.run(streamKey);
    if (active === null) return found;
    const end = Math.min(to, active.first + active.count - 1);
    for (let revision = Math.max(from, active.first); revision <= end; revision += 1) {
      found.push(this.active.position(streamKey, revision));
    }
    return found;
  }

  /** Position of the stream's tombstone, or null. */
  tombstone(streamKey: string): number | null {
    const active = this.active.tombstone(streamKey);
    if (active !== null) return active;
    const known = this.sealedTombstones.get(streamKey);
    if (known !== undefined) return known;
    const found = this.findTombstone(streamKey);
    remember(this.sealedTombstones, streamKey, found);
    return found;
  }

  /** Adds the stream's next event, which has this revision. */
  add(streamKey: string, position: number, revision: number): void {
    if (!this.active.append(streamKey, position, revision)) this.active.begin(streamKey, revision, position);
  }

  /** The stream ends here for good. */
  addTombstone(streamKey: string, position: number): void {
    this.active.addTombstone(streamKey, position);
  }

  /** The segment that was written is sealed: what follows is in another one. Answers the index of the sealed one. */
  freeze(): MemoryTable {
    const frozen = this.active;
    this.active = new MemoryTable();
    this.frozen.push(frozen);
    this.forget();
    return frozen;
  }

  /** The oldest frozen index is on disk now. */
  replaceFrozen(frozen: MemoryTable, table: Table): void {
    this.frozen = this.frozen.filter((each) => each !== frozen);
    this.addTable(table);
  }

  /** Adds a table of segments behind those of all others. */
  addTable(table: Table): void {
    this.onDisk.push(table);
    this.forget();
  }

  /** One table has taken the place of several neighbours, or of one. */
  replaceTables(merged: readonly Table[], table: Table): void {
    const at = this.onDisk.findIndex((each) => each === merged[0]);
    this.onDisk.splice(at, merged.length, table);
    this.forget();
  }

  close(): void {
    for (const table of this.onDisk) table.close();
  }

  /** Runs in sealed segments that lead up to the newest events without a gap, the newest first. */
  private runs(streamKey: string): readonly Run[] {
    const active = this.active.run(streamKey);
    const sealed = this.allRuns(streamKey);
    const [newest] = sealed;
    return active === null || newest === undefined || newest.first + newest.count === active.first ? sealed : [];
  }

  private allRuns(streamKey: string): readonly Run[] {
    const known = this.sealedRuns.get(streamKey);
    if (known !== undefined) return known;
    const frozen = this.frozen.flatMap((memory) => runIn(memory, streamKey)).reverse();
    const found = [...frozen, ...this.findOnDisk(streamKey, 'events').map(runOf)];
    const gap = found.findIndex((run, at) => at > 0 && run.first + run.count !== found[at - 1]?.first);
    const joined = gap === -1 ? found : found.slice(0, gap);
    remember(this.sealedRuns, streamKey, joined);
    return joined;
  }

  private findTombstone(streamKey: string): number | null {
    for (const memory of this.frozen) {
      const position = memory.tombstone(streamKey);
      if (position !== null) return position;
    }
    const [run] = this.findOnDisk(streamKey, 'tombstone');
    return run === undefined ? null : (run.table.positions(run, 0, 1)[0] ?? null);
  }

  private findOnDisk(streamKey: string, part: HashedPart): TableRun[] {
    if (this.onDisk.length === 0) return [];
    const hash = streamHash(streamKey, part);
    const found: TableRun[] = [];
    for (const table of this.onDisk) {
      const run = table.find(hash);
      if (run !== null) found.unshift(run);
    }
    return found;
  }

  private forget(): void {
    this.sealedRuns.clear();
    this.sealedTombstones.clear();
  }
}

const remember = <Value>(map: Map<string, Value>, key: string, value: Value): void => {
  if (map.size >= rememberedStreams) map.clear();
  map.set(key, value);
};

const runOf = (run: TableRun): Run => ({
  first: run.first,
  count: run.count,
  positions: (from, to) => run.table.positions(run, from, to),
});

const runIn = (memory: MemoryTable, streamKey: string): Run[] => {
  const run = memory.run(streamKey);
  if (run === null) return [];
  const positions = (from: number, to: number): number[] =>
    Array.from({ length: to - from }, (_, index) => memory.position(streamKey, run.first + from + index));
  return [{ ...run, positions }];
};
