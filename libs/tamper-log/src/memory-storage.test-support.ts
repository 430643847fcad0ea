import type { BundleEnd, LogState, LogStorage } from './log-storage.js';
import { tileWidth } from './tile-path.js';

/** {@link LogStorage} in memory, open to whoever wants to spoil it. */
export class MemoryStorage implements LogStorage {
  state: LogState | undefined;
  readonly entries = new Map<number, string>();
  readonly tiles = new Map<string, Buffer>();
  readonly ends = new Map<number, BundleEnd>();

  async readState(): Promise<LogState | undefined> {
    return this.state;
  }
  async writeState(state: LogState): Promise<void> {
    this.state = state;
  }
  async write({ runs, tiles, ends }: Parameters<LogStorage['write']>[0]): Promise<void> {
    for (const { start, entries } of runs) entries.forEach((entry, at) => this.entries.set(start + at, entry));
    for (const { level, index, hashes } of tiles) this.tiles.set(`${level}/${index}`, hashes);
    for (const end of ends) this.ends.set(end.index, end);
  }
  async readEntries(bundle: number): Promise<string[]> {
    const found: string[] = [];
    for (let index = bundle * tileWidth; index < (bundle + 1) * tileWidth; index += 1) {
      const entry = this.entries.get(index);
      if (entry === undefined) break;
      found.push(entry);
    }
    return found;
  }
  async readTiles(tiles: Parameters<LogStorage['readTiles']>[0]): Promise<(Buffer | undefined)[]> {
    return tiles.map(({ level, index }) => this.tiles.get(`${level}/${index}`));
  }
  async readEnds(from: number): Promise<BundleEnd[]> {
    return [...this.ends.values()].filter(({ index }) => index >= from);
  }
}
