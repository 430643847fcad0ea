/** Making tables, as generators: each step is short, and the caller decides whether others get a turn in between. */
import { streamHash } from './stream-hash.js';
import type { MemoryTable } from './memory-table.js';
import type { SegmentSummary } from './table-file.js';
import type { Table } from './table.js';
import { TableWriter, type TableEntry } from './table-writer.js';

/** Entries handled in one step. */
const entriesPerStep = 256;
/** Tables of one size that are merged into one of the next. */
export const mergedTables = 4;

/** The result is the table, written whole: it must still be published. */
export type TableSteps = Generator<void, TableWriter>;

/** Writes the table of one segment. */
export function* tableOf(directory: string, storeId: Buffer, segment: SegmentSummary, memory: MemoryTable): TableSteps {
  const found: { hash: Buffer; entry: () => TableEntry }[] = [];
  for (const each of memory.unordered()) if (found.push(each) % entriesPerStep === 0) yield;
  found.sort((a, b) => a.hash.compare(b.hash));
  yield;
  const writer = new TableWriter(directory, storeId, [segment], found.length);
  return yield* written(writer, entriesOf(found));
}

function* entriesOf(found: readonly { entry: () => TableEntry }[]): Generator<TableEntry> {
  for (const { entry } of found) yield entry();
}

/** Writes one table with everything that neighbouring ones hold, the oldest first. */
export function* mergeOf(directory: string, storeId: Buffer, tables: readonly Table[]): TableSteps {
  const segments = tables.flatMap((table) => [...table.segments]);
  const streams = tables.reduce((sum, { footer }) => sum + footer.streams, 0);
  return yield* written(new TableWriter(directory, storeId, segments, streams), mergedEntries(tables));
}

/** Writes a table anew for other states of its segments, without events whose space was given back. */
export function* withoutRemoved(
  directory: string,
  table: Table,
  segments: readonly SegmentSummary[],
  removed: RemovedEvents,
): TableSteps {
  const { storeId, streams } = table.footer;
  return yield* written(
    new TableWriter(directory, storeId, segments, streams),
    keptEntries(table, yield* byHash(removed)),
  );
}

/** Streams' keys and, for each, the revision before which its events were left out. */
export type RemovedEvents = ReadonlyMap<string, number>;

function* byHash(removed: RemovedEvents): Generator<void, ReadonlyMap<string, number>> {
  const hashed = new Map<string, number>();
  for (const [streamKey, before] of removed) {
    hashed.set(streamHash(streamKey, 'events').toString('latin1'), before);
    if (hashed.size % entriesPerStep === 0) yield;
  }
  return hashed;
}

function* keptEntries(table: Table, removedBefore: ReadonlyMap<string, number>): Generator<TableEntry> {
  for (const { hash, first, positions } of table.entries()) {
    const before = removedBefore.get(hash.toString('latin1')) ?? 0;
    const skipped = Math.min(positions.length, Math.max(0, before - first));
    if (skipped < positions.length) yield { hash, first: first + skipped, positions: positions.slice(skipped) };
  }
}

function* written(writer: TableWriter, entries: Iterable<TableEntry>): TableSteps {
  let isWhole = false;
  try {
    let added = 0;
    for (const entry of entries) {
      writer.add(entry);
      added += 1;
      if (added % entriesPerStep === 0) yield;
    }
    writer.finish();
    isWhole = true;
    return writer;
  } finally {
    if (!isWhole) writer.abandon();
  }
}

/** The entries of several tables in the order of their hashes; a stream's positions go on from table to table. */
function* mergedEntries(tables: readonly Table[]): Generator<TableEntry> {
  const heads = tables.map((table) => {
    const entries = table.entries();
    return { entries, next: entries.next() };
  });
  for (;;) {
    let smallest: Buffer | null = null;
    for (const { next } of heads) {
      if (next.done !== true && (smallest === null || next.value.hash.compare(smallest) < 0))
        smallest = next.value.hash;
    }
    if (smallest === null) return;
    const parts: TableEntry[] = [];
    for (const head of heads) {
      if (head.next.done === true || !head.next.value.hash.equals(smallest)) continue;
      parts.push(head.next.value);
      head.next = head.entries.next();
    }
    yield joined(parts);
  }
}

/** One entry for a stream's neighbouring ones. What lies before revisions that were left out is nobody's any more. */
const joined = (parts: readonly TableEntry[]): TableEntry => {
  const [oldest, ...newer] = parts;
  if (oldest === undefined) throw new Error('an entry is made of at least one');
  return newer.reduce(
    (older, part) =>
      older.first + older.positions.length === part.first
        ? { ...older, positions: [...older.positions, ...part.positions] }
        : part,
    oldest,
  );
};

/** Neighbouring tables of one size that should become one, the oldest first; null when there are none. */
export const toMerge = (tables: readonly Table[]): readonly Table[] | null => {
  for (let start = 0; start + mergedTables <= tables.length; start += 1) {
    const chosen = tables.slice(start, start + mergedTables);
    const levels = new Set(chosen.map(levelOf));
    if (levels.size === 1) return chosen;
  }
  return null;
};

const levelOf = ({ footer }: Table): number =>
  Math.floor(Math.log(footer.lastSegment - footer.firstSegment + 1.5) / Math.log(mergedTables));
