import type { KeyValueCollection, ReadModels } from '#read-models';
import {
  type BundleEnd,
  type LogChanges,
  type LogState,
  type LogStorage,
  type StoredTile,
  type TileRef,
  tileWidth,
} from '#tamper-log';

/** Writes under way at once. */
const maximumWrites = 32;
/** Attempts to put a wider tile over a narrower one that somebody else writes at the same time. */
const maximumAttempts = 10;
const indexDigits = 16;
const offsetDigits = 3;
const stateId = 'state';

interface StoredRun {
  readonly entries: readonly string[];
}
interface StoredHashes {
  /** Base64, since a database gives bytes back in a form of its own. */
  readonly hashes: string;
}
interface StoredState {
  readonly size: number;
  readonly through: string | null;
  readonly root: string;
}

/** Another process wrote the log's state: this one is no longer its keeper. */
export class LogTakenOver extends Error {
  constructor() {
    super('Another process keeps the tamper log now.');
    this.name = 'LogTakenOver';
  }
}

/** The tamper log in the database of read models: all of it can be made anew from the event store. */
export class LogCollections implements LogStorage {
  private readonly runs: KeyValueCollection<StoredRun>;
  private readonly tiles: KeyValueCollection<StoredHashes>;
  private readonly ends: KeyValueCollection<{ readonly position: string; readonly created: number }>;
  private readonly states: KeyValueCollection<StoredState>;
  private stateVersion = 0;

  constructor(readModels: Pick<ReadModels, 'collection'>) {
    this.runs = readModels.collection('audit-log-entries');
    this.tiles = readModels.collection('audit-log-tiles');
    this.ends = readModels.collection('audit-log-bundles');
    this.states = readModels.collection('audit-log-state');
  }

  async readState(): Promise<LogState | undefined> {
    const stored = await this.states.read(stateId);
    this.stateVersion = stored?.version ?? 0;
    if (!stored) return undefined;
    const { size, through, root } = stored.value;
    return { size, through: through === null ? null : BigInt(through), root: Buffer.from(root, 'base64') };
  }

  /** @throws {LogTakenOver} another process wrote it since this one read it */
  async writeState({ size, through, root }: LogState): Promise<void> {
    const state = { size, through: through === null ? null : through.toString(), root: root.toString('base64') };
    if (!(await this.states.compareAndSet(stateId, this.stateVersion, state))) throw new LogTakenOver();
    this.stateVersion += 1;
  }

  async write({ runs, tiles, ends }: LogChanges): Promise<void> {
    const writes = [
      ...runs.map(
        ({ start, entries }) =>
          () =>
            this.runs.put(runId(start), { entries }),
      ),
      ...tiles.map((tile) => () => this.putTile(tile)),
      ...ends.map(
        ({ index, position, created }) =>
          () =>
            this.ends.put(padded(index), { position: position.toString(), created }),
      ),
    ];
    for (let at = 0; at < writes.length; at += maximumWrites)
      await Promise.all(writes.slice(at, at + maximumWrites).map((write) => write()));
  }

  async readEntries(bundle: number): Promise<string[]> {
    const runs = await this.runs.list({ prefix: `${padded(bundle)}.`, limit: tileWidth });
    const found: string[] = [];
    for (const { id, value } of runs) {
      const offset = Number(id.slice(indexDigits + 1));
      if (offset > found.length) break;
      found.push(...value.entries.slice(found.length - offset));
    }
    return found;
  }

  async readTiles(tiles: readonly TileRef[]): Promise<(Buffer | undefined)[]> {
    const stored = await this.tiles.getMany(tiles.map(({ level, index }) => tileId(level, index)));
    return stored.map((tile) => tile && Buffer.from(tile.hashes, 'base64'));
  }

  async readEnds(from: number): Promise<BundleEnd[]> {
    const limit = 1_000;
    const stored = await this.ends.list({ limit, ...(from === 0 ? {} : { after: padded(from - 1) }) });
    return stored.map(({ id, value }) => ({
      index: Number(id),
      position: BigInt(value.position),
      created: value.created,
    }));
  }

  /** A process that lost the lease may write late: a tile never gets narrower. */
  private async putTile({ level, index, hashes }: StoredTile): Promise<void> {
    const id = tileId(level, index);
    const value = { hashes: hashes.toString('base64') };
    if (level === 0) return this.tiles.put(id, value);
    for (let attempt = 1; attempt <= maximumAttempts; attempt += 1) {
      const stored = await this.tiles.read(id);
      if (stored && stored.value.hashes.length > value.hashes.length) return;
      if (await this.tiles.compareAndSet(id, stored?.version ?? 0, value)) return;
    }
    throw new LogTakenOver();
  }
}

const padded = (index: number): string => index.toString().padStart(indexDigits, '0');
const tileId = (level: number, index: number): string => `${level}/${padded(index)}`;
const runId = (start: number): string =>
  `${padded(Math.floor(start / tileWidth))}.${(start % tileWidth).toString().padStart(offsetDigits, '0')}`;
