import type { Finding } from './finding.js';
import { hashBytes } from './hashing.js';
import type { LogStorage, StoredTile } from './log-storage.js';
import { tileHeight, tileWidth } from './tile-path.js';

/** Compares stored tiles with the ones that a reading of the whole log makes. */
export class TileCheck {
  constructor(
    private readonly storage: Pick<LogStorage, 'readTiles'>,
    private readonly report: (finding: Finding) => void,
  ) {}

  /** The hash of a leaf as its tile has it; undefined where that is not full yet, or lost. */
  async leafOf(index: number): Promise<Buffer | undefined> {
    const [tile] = await this.storage.readTiles([{ level: 0, index: Math.floor(index / tileWidth) }]);
    const at = (index % tileWidth) * hashBytes;
    return tile && tile.length >= at + hashBytes ? tile.subarray(at, at + hashBytes) : undefined;
  }

  /** Reads them all with one query: 8 KiB each. */
  async compareAll(made: readonly StoredTile[]): Promise<void> {
    if (made.length === 0) return;
    const stored = await this.storage.readTiles(made);
    for (const [at, tile] of made.entries()) this.compare(tile, stored[at]);
  }

  private compare({ level, index, hashes }: StoredTile, whole: Buffer | undefined): void {
    const stored = whole?.subarray(0, hashes.length);
    if (stored?.equals(hashes)) return;
    const leavesOfHash = 2 ** (level * tileHeight);
    const wrong = stored === undefined ? 0 : firstDifference(stored, hashes);
    const leaf = (index * tileWidth + wrong) * leavesOfHash;
    const what = level === 0 ? `the leaf's hash` : `the hash of leaves ${leaf} to ${leaf + leavesOfHash - 1}`;
    const detail =
      stored === undefined
        ? `the tile ${level}/${index} is not stored`
        : `in the tile ${level}/${index}, ${what} is not what its entries make`;
    const kind = stored === undefined ? 'tile-missing' : 'tile-changed';
    this.report({ kind, leaf, stream: null, revision: null, eventId: null, detail });
  }
}

function firstDifference(stored: Buffer, hashes: Buffer): number {
  const count = hashes.length / hashBytes;
  for (let at = 0; at < count; at += 1) {
    const [from, to] = [at * hashBytes, (at + 1) * hashBytes];
    if (!stored.subarray(from, to).equals(hashes.subarray(from, to))) return at;
  }
  return 0;
}
