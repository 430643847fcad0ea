import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Collection, Db, Document } from 'mongodb';
import { MongoClient } from 'mongodb';
import { startMongo } from '#embedded-mongo';

const DATABASE = 'tallyhall-contract';

/** A document whose _id the test chooses. */
export interface Thing extends Document {
  readonly _id: number | string;
}

export interface Target {
  readonly client: MongoClient;
  readonly database: Db;
  /** An empty collection, a new one for each test. */
  readonly things: Collection<Thing>;
}

/** The server under contract: `MONGODB_URL`, or the embedded engine in a temporary directory. */
export function contractTarget(): Target {
  let client: MongoClient;
  let stop = async (): Promise<void> => undefined;
  let used = 0;
  beforeAll(async () => {
    const { uri, end } = await serverUnderTest();
    client = new MongoClient(uri, { serverSelectionTimeoutMS: 5_000 });
    stop = end;
    await client.db(DATABASE).dropDatabase();
  });
  beforeEach(() => {
    used += 1;
  });
  afterAll(async () => {
    await client.db(DATABASE).dropDatabase();
    await client.close();
    await stop();
  });
  return {
    get client() {
      return client;
    },
    get database() {
      return client.db(DATABASE);
    },
    get things() {
      return client.db(DATABASE).collection<Thing>(`things-${used}`);
    },
  };
}

async function serverUnderTest(): Promise<{ uri: string; end: () => Promise<void> }> {
  const uri = process.env['MONGODB_URL'];
  if (uri !== undefined && uri !== '') return { uri, end: async () => undefined };
  const dataDir = await mkdtemp(join(tmpdir(), 'em-'));
  const server = await startMongo({ dataDir, socketPath: join(dataDir, 'mongo.sock') });
  return {
    uri: server.uri,
    async end() {
      await server.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** The code with which a promise is refused. */
export async function refusal(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'accepted',
    (error: unknown) => codeOf(error),
  );
}

/** The driver hides the refusal of a transaction behind advice of its own and keeps it as `originalError`. */
function codeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if ('originalError' in error) return codeOf(error.originalError);
  return 'code' in error && error.code !== undefined ? error.code : error;
}
