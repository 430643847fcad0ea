import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Database, RootDatabase } from 'lmdb';
import { open } from 'lmdb';

/** The most bytes the store may grow to. Address space only: the file grows as it is filled. */
const LARGEST_STORE_BYTES = 2 ** 40;
const NAMED_DATABASES = 8;
/** LMDB's limit for a key, in bytes, with pages of 4 KiB. */
export const MAX_KEY_BYTES = 1_978;

export type Table = Database<Buffer, Buffer>;

export interface Environment {
  readonly root: RootDatabase<Buffer, Buffer>;
  /** Collections and indexes, by kind and name. */
  readonly catalog: Table;
  /** Counts and sizes, by collection. */
  readonly counters: Table;
  /** Documents, by collection and record. */
  readonly records: Table;
  /** Index entries: index, encoded values and, where not unique, the record; the value is the record. */
  readonly entries: Table;
}

/**
 * Opens the LMDB files. Without overlappingSync a transaction's promise resolves only when it is on the disk. Without
 * eventTurnBatching there is no second promise for it, whose rejection nobody could catch; the writes are grouped here.
 */
export function openEnvironment(dataDir: string): Environment {
  const path = join(dataDir, 'store');
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const root = open<Buffer, Buffer>({
    path,
    overlappingSync: false,
    eventTurnBatching: false,
    maxDbs: NAMED_DATABASES,
    mapSize: LARGEST_STORE_BYTES,
    encoding: 'binary',
    keyEncoding: 'binary',
  });
  const table = (name: string): Table =>
    root.openDB<Buffer, Buffer>(name, { encoding: 'binary', keyEncoding: 'binary' });
  return {
    root,
    catalog: table('catalog'),
    counters: table('counters'),
    records: table('records'),
    entries: table('entries'),
  };
}
