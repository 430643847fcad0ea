import { PositionLists } from './position-lists.js';
import { streamHash } from './stream-hash.js';
import type { TableEntry } from './table-writer.js';

/** The index of one segment in memory: where each stream's events in it lie. Keys have one character a byte. */
export class MemoryTable {
  private readonly numbers = new Map<string, number>();
  private readonly firsts: number[] = [];
  private readonly lists = new PositionLists();
  private readonly tombstones = new Map<string, number>();

  /** Streams and tombstones. */
  get entryCount(): number {
    return this.numbers.size + this.tombstones.size;
  }

  /** The first revision of a stream here and how many follow without a gap; null when it has none. */
  run(streamKey: string): { readonly first: number; readonly count: number } | null {
    const number = this.numbers.get(streamKey);
    return number === undefined ? null : { first: this.firsts[number] ?? 0, count: this.lists.count(number) };
  }

  /** The last revision of a stream here; -1 when it has none. */
  lastRevision(streamKey: string): number {
    const number = this.numbers.get(streamKey);
    return number === undefined ? -1 : (this.firsts[number] ?? 0) + this.lists.count(number) - 1;
  }

  /** The position of a revision; -1 when it is not here. */
  position(streamKey: string, revision: number): number {
    const number = this.numbers.get(streamKey);
    return number === undefined ? -1 : this.lists.at(number, revision - (this.firsts[number] ?? 0));
  }

  /** Adds the stream's next event; false when it does not follow on one that is here: then it must be begun. */
  append(streamKey: string, position: number, revision: number): boolean {
    const number = this.numbers.get(streamKey);
    if (number === undefined || (this.firsts[number] ?? 0) + this.lists.count(number) !== revision) return false;
    this.lists.append(number, position);
    return true;
  }

  /** Adds a stream's first event here; what it had before a gap is forgotten. */
  begin(streamKey: string, revision: number, position: number): void {
    const number = this.lists.create();
    this.numbers.set(streamKey, number);
    this.firsts.push(revision);
    this.lists.append(number, position);
  }

  addTombstone(streamKey: string, position: number): void {
    this.tombstones.set(streamKey, position);
  }

  tombstone(streamKey: string): number | null {
    return this.tombstones.get(streamKey) ?? null;
  }

  /** Every stream and tombstone with its hash, in no order. */
  *unordered(): Generator<{ readonly hash: Buffer; readonly entry: () => TableEntry }> {
    for (const [streamKey, number] of this.numbers) {
      const hash = streamHash(streamKey, 'events');
      yield { hash, entry: () => ({ hash, first: this.firsts[number] ?? 0, positions: this.lists.all(number) }) };
    }
    for (const [streamKey, position] of this.tombstones) {
      const hash = streamHash(streamKey, 'tombstone');
      yield { hash, entry: () => ({ hash, first: 0, positions: [position] }) };
    }
  }
}
