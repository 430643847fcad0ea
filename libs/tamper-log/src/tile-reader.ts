import { hashBytes, hashLeaf } from './hashing.js';
import type { LogStorage } from './log-storage.js';
import { rootOfComplete, type Subtree } from './subtree.js';
import { tileHeight, tileWidth } from './tile-path.js';

/** Full tiles that a reader remembers, 8 KiB each. */
const maximumTiles = 256;

/** A tile that should be there is not, or is too short. */
export class TileMissing extends Error {
  constructor(
    readonly level: number,
    readonly index: number,
  ) {
    super(`The tile ${level}/${index} of the log is missing or incomplete.`);
    this.name = 'TileMissing';
  }
}

/** Hashes of the tree, from its stored tiles; those of the last leaves from the entries themselves. */
export class TileReader {
  private readonly full = new Map<string, Buffer>();

  /** @param remembers whether full tiles, which never change, are kept in memory */
  constructor(
    private readonly storage: Pick<LogStorage, 'readTile' | 'readEntries'>,
    private readonly remembers = true,
  ) {}

  /** @throws {TileMissing} the log has not come that far, or a tile was lost */
  async hashOf({ height, index }: Subtree): Promise<Buffer> {
    const level = Math.floor(height / tileHeight);
    const count = 2 ** (height % tileHeight);
    const start = index * count;
    const offset = start % tileWidth;
    const tile = await this.tile(level, Math.floor(start / tileWidth), offset + count);
    return rootOfComplete(tile.subarray(offset * hashBytes, (offset + count) * hashBytes));
  }

  /**
   * The first hashes of a tile.
   * @param width 1 to 256
   * @throws {TileMissing} it does not have so many
   */
  async tile(level: number, index: number, width: number): Promise<Buffer> {
    const key = `${level}/${index}`;
    const tile =
      this.full.get(key) ?? (await this.storage.readTile(level, index)) ?? (await this.ofEntries(level, index));
    if (tile.length < width * hashBytes) throw new TileMissing(level, index);
    if (this.remembers && tile.length === tileWidth * hashBytes) this.remember(key, tile);
    return tile.subarray(0, width * hashBytes);
  }

  private async ofEntries(level: number, index: number): Promise<Buffer> {
    if (level > 0) return Buffer.alloc(0);
    const entries = await this.storage.readEntries(index);
    return Buffer.concat(entries.map((entry) => hashLeaf(Buffer.from(entry, 'utf8'))));
  }

  private remember(key: string, tile: Buffer): void {
    this.full.delete(key);
    this.full.set(key, tile);
    const [oldest] = this.full.keys();
    if (this.full.size > maximumTiles && oldest !== undefined) this.full.delete(oldest);
  }
}
