import type { RecordedEvent } from '#kernel';

import { entryText } from './entry.js';
import { GrowingTree } from './growing-tree.js';
import { hashBytes, hashEntry } from './hashing.js';
import type { BundleEnd, LogChanges, LogState, LogStorage, Run, StoredTile } from './log-storage.js';
import { tileHeight, tileWidth } from './tile-path.js';
import { TileReader } from './tile-reader.js';

/** Turns events into entries, tiles and the tree, in the order of the store. */
export class LogWriter {
  private constructor(
    private readonly tree: GrowingTree,
    /** Hashes of the tile that is not full, by level. */
    private readonly partial: Buffer[][],
    private through: bigint | null,
  ) {}

  static empty(): LogWriter {
    return new LogWriter(GrowingTree.empty(), [], null);
  }

  /** Goes on where a state says the log is. The tree is made of what is stored, not believed from the state. */
  static async resume(storage: LogStorage, state: LogState): Promise<LogWriter> {
    const reader = new TileReader(storage);
    const tree = await GrowingTree.read(state.size, (subtree) => reader.hashOf(subtree));
    const partial: Buffer[][] = [];
    for (let level = 0, count = state.size; count > 0; level += 1, count = Math.floor(count / tileWidth)) {
      const width = count % tileWidth;
      const tile = width === 0 ? Buffer.alloc(0) : await reader.tile(level, Math.floor(count / tileWidth), width);
      partial.push(hashesIn(tile));
    }
    return new LogWriter(tree, partial, state.through);
  }

  get state(): LogState {
    return { size: this.tree.size, through: this.through, root: this.tree.root };
  }

  /** What an append of these events changes in the storage. @throws {RangeError | TypeError} an event that cannot be an entry */
  append(events: readonly RecordedEvent[]): LogChanges {
    const runs: Run[] = [];
    const tiles = new Map<string, StoredTile>();
    const ends: BundleEnd[] = [];
    let entries: string[] = [];
    const endRun = (): void => {
      if (entries.length > 0) runs.push({ start: this.tree.size - entries.length, entries });
      entries = [];
    };
    for (const event of events) {
      const text = entryText(this.tree.size, event);
      entries.push(text);
      this.grow(hashEntry(text), tiles);
      this.through = event.position;
      if (this.tree.size % tileWidth !== 0) continue;
      endRun();
      ends.push({
        index: this.tree.size / tileWidth - 1,
        position: event.position,
        created: event.recordedAt.getTime(),
      });
    }
    endRun();
    return { runs, tiles: [...tiles.values()], ends };
  }

  private grow(leaf: Buffer, tiles: Map<string, StoredTile>): void {
    this.note(0, leaf, tiles);
    this.tree.append(leaf, (height, hash) => {
      if (height % tileHeight === 0) this.note(height / tileHeight, hash, tiles);
    });
  }

  /** One more hash of a level. Tiles of leaves are written once they are full: until then the entries say it. */
  private note(level: number, hash: Buffer, tiles: Map<string, StoredTile>): void {
    const hashes = (this.partial[level] ??= []);
    hashes.push(hash);
    const count = level === 0 ? this.tree.size + 1 : Math.floor(this.tree.size / tileWidth ** level);
    const index = Math.floor((count - 1) / tileWidth);
    if (level > 0 || hashes.length === tileWidth)
      tiles.set(`${level}/${index}`, { level, index, hashes: Buffer.concat(hashes) });
    if (hashes.length === tileWidth) this.partial[level] = [];
  }
}

/** Changes that follow each other as one: entries of a bundle stay together, and of a tile only the last is written. */
export function joinedChanges(parts: readonly LogChanges[]): LogChanges {
  const runs: { start: number; entries: string[] }[] = [];
  for (const { start, entries } of parts.flatMap((part) => part.runs)) {
    const last = runs.at(-1);
    const continues = last && start % tileWidth !== 0 && last.start + last.entries.length === start;
    if (continues) last.entries.push(...entries);
    else runs.push({ start, entries: [...entries] });
  }
  const tiles = new Map(parts.flatMap((part) => part.tiles).map((tile) => [`${tile.level}/${tile.index}`, tile]));
  return { runs, tiles: [...tiles.values()], ends: parts.flatMap(({ ends }) => ends) };
}

function hashesIn(tile: Buffer): Buffer[] {
  const hashes: Buffer[] = [];
  for (let at = 0; at < tile.length; at += hashBytes) hashes.push(tile.subarray(at, at + hashBytes));
  return hashes;
}
