import { hashBytes, hashEntry } from './hashing.js';
import type { LogStorage, TileRef } from './log-storage.js';
import { rootOfComplete, type Subtree } from './subtree.js';
import { tileHeight, tileWidth } from './tile-path.js';

/** Tiles that a reader remembers, 8 KiB each at most. */
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
  /** As far as they were read: the hashes of a tile never change, there only come more. */
  private readonly tiles = new Map<string, Buffer>();
  private readonly nodes = new Map<string, Buffer>();
  /** Tiles that are being read: a proof asks for the same one several times at once. */
  private readonly underWay = new Map<string, Promise<Buffer>>();
  /** Tiles that are asked for in this turn: they are read with one query. */
  private wanted: TileRef[] = [];
  private reading: Promise<ReadonlyMap<string, Buffer>> | undefined;

  /** @param remembers whether tiles and inner hashes are kept in memory */
  constructor(
    private readonly storage: Pick<LogStorage, 'readTiles' | 'readEntries'>,
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
    const key = keyOf({ level, index });
    const known = this.tiles.get(key);
    const tile = known && known.length >= width * hashBytes ? known : await this.read({ level, index });
    if (tile.length < width * hashBytes) throw new TileMissing(level, index);
    if (this.remembers) remember(this.tiles, key, tile, maximumTiles);
    return tile.subarray(0, width * hashBytes);
  }

  private read(tile: TileRef): Promise<Buffer> {
    const key = keyOf(tile);
    const known = this.underWay.get(key);
    if (known) return known;
    const reading = this.stored(tile).finally(() => this.underWay.delete(key));
    this.underWay.set(key, reading);
    return reading;
  }

  private async stored(tile: TileRef): Promise<Buffer> {
    this.wanted.push(tile);
    this.reading ??= Promise.resolve().then(() => this.readWanted());
    return (await this.reading).get(keyOf(tile)) ?? (await this.ofEntries(tile));
  }

  private async readWanted(): Promise<ReadonlyMap<string, Buffer>> {
    const wanted = this.wanted;
    this.wanted = [];
    this.reading = undefined;
    const tiles = await this.storage.readTiles(wanted);
    return new Map(wanted.flatMap((tile, at) => (tiles[at] ? [[keyOf(tile), tiles[at]] as const] : [])));
  }

  private async ofEntries({ level, index }: TileRef): Promise<Buffer> {
    if (level > 0) return Buffer.alloc(0);
    const entries = await this.storage.readEntries(index);
    return Buffer.concat(entries.map((entry) => hashEntry(entry)));
  }
}

const keyOf = ({ level, index }: TileRef): string => `${level}/${index}`;

function remember(map: Map<string, Buffer>, key: string, hash: Buffer, maximum: number): void {
  map.delete(key);
  map.set(key, hash);
  const [oldest] = map.keys();
  if (map.size > maximum && oldest !== undefined) map.delete(oldest);
}
