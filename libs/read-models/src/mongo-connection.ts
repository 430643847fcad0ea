import { type Db, MongoClient } from 'mongodb';

/** Connections of one process. */
const maximumConnections = 20;
/** How long an operation waits for a server that can take it. */
const serverSelectionMs = 5_000;

export interface MongoAddress {
  /** `mongodb://…`, a replica set or a Unix socket (`mongodb://%2Fpath%2Fto.sock`) included. */
  readonly url: string;
  /** Default: `tallyhall`. The keys lie in `<database>_keys`. */
  readonly database?: string;
}

export interface MongoConnection {
  readonly documents: Db;
  readonly keys: Db;
  close(): Promise<void>;
}

/** 64-bit integers come back as bigint, every other number as number; a write is acknowledged once it is durable on a majority. */
export async function connectMongo({ url, database = 'tallyhall' }: MongoAddress): Promise<MongoConnection> {
  const client = new MongoClient(url, {
    useBigInt64: true,
    ignoreUndefined: true,
    writeConcern: { w: 'majority', journal: true },
    readPreference: 'primary',
    maxPoolSize: maximumConnections,
    serverSelectionTimeoutMS: serverSelectionMs,
    appName: 'tallyhall',
  });
  await client.connect();
  return { documents: client.db(database), keys: client.db(`${database}_keys`), close: () => client.close() };
}
