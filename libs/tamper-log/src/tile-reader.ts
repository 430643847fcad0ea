import { hashBytes, hashEntry } from './hashing.js';
import type { LogStorage } from './log-storage.js';
import { rootOfComplete, type Subtree } from './subtree.js';
import { tileHeight, tileWidth } from './tile-path.js';

/** Full tiles that a reader remembers, 8 KiB each. */
const maximumTiles = 256;
/** Hashes between the levels of tiles that a reader remembers: neighbouring proofs share most of theirs. */
const maximumNodes = 20_000;

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
  private readonly nodes = new Map<string, Buffer>();
  /** Tiles that are being read: a proof asks for the same one several times at once. */
  private readonly underWay = new Map<string, Promise<Buffer>>();

  /** @param remembers whether full tiles and inner hashes, which never change, are kept in memory */
  constructor(
    private readonly storage: Pick<LogStorage, 'readTile' | 'readEntries'>,
    private readonly remembers = true,
  ) {}

  /** @throws {TileMissing} the log has not come that far, or a tile was lost */
  async hashOf(subtree: Subtree): Promise<Buffer> {
    const key = `${subtree.height}/${subtree.index}`;
    const known = this.nodes.get(key);
    if (known) return known;
    const hash = await this.computed(subtree);
    if (this.remembers) remember(this.nodes, key, hash, maximumNodes);
    return hash;
  }

  private async computed({ height, index }: Subtree): Promise<Buffer> {
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
    const tile = this.full.get(key) ?? (await this.read(key, level, index));
    if (tile.length < width * hashBytes) throw new TileMissing(level, index);
    if (this.remembers && tile.length === tileWidth * hashBytes) remember(this.full, key, tile, maximumTiles);
    return tile.subarray(0, width * hashBytes);
  }

  private read(key: string, level: number, index: number): Promise<Buffer> {
    const known = this.underWay.get(key);
    if (known) return known;
    const reading = this.stored(level, index).finally(() => this.underWay.delete(key));
    this.underWay.set(key, reading);
    return reading;
  }

  private async stored(level: number, index: number): Promise<Buffer> {
    return (await this.storage.readTile(level, index)) ?? (await this.ofEntries(level, index));
  }

  private async ofEntries(level: number, index: number): Promise<Buffer> {
    if (level > 0) return Buffer.alloc(0);
    const entries = await this.storage.readEntries(index);
    return Buffer.concat(entries.map((entry) => hashEntry(entry)));
  }
}

function remember(map: Map<string, Buffer>, key: string, hash: Buffer, maximum: number): void {
  map.delete(key);
  map.set(key, hash);
  const [oldest] = map.keys();
  if (map.size > maximum && oldest !== undefined) map.delete(oldest);
}
