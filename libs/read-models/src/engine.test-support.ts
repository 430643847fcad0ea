import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Db, MongoClient } from 'mongodb';

import { startMongo } from '#embedded-mongo';

import { connectReadModels, type MongoReadModels, type ReadModelsOptions } from './mongo-read-models.js';

export const storeId = '2f1f7d3c-5b0e-4a55-8d6f-0c9b6f0f6a01';

/** A MongoDB in a folder of its own, and the read models that were connected to it. */
export interface TestMongo {
  readonly url: string;
  /** To look at what is stored, and to spoil it. */
  database(name: string): Db;
  connect(options: Partial<ReadModelsOptions> & Pick<ReadModelsOptions, 'projections'>): Promise<MongoReadModels>;
  /** The database goes away, and comes back over the same data. */
  interrupt(whileAway: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export async function startTestMongo(): Promise<TestMongo> {
  const folder = await mkdtemp(join(tmpdir(), 'read-models-'));
  const start = () => startMongo({ dataDir: join(folder, 'data'), socketPath: join(folder, 'mongo.sock') });
  let server = await start();
  const client = await MongoClient.connect(server.uri, { useBigInt64: true });
  const connected: MongoReadModels[] = [];
  return {
    url: server.uri,
    database: (name) => client.db(name),
    connect: async (options) => {
      const readModels = await connectReadModels({ url: server.uri, storeId: async () => storeId, ...options });
      connected.push(readModels);
      return readModels;
    },
    interrupt: async (whileAway) => {
      await server.stop();
      await whileAway();
      server = await start();
    },
    stop: async () => {
      await Promise.all(connected.map((readModels) => readModels.close()));
      await client.close();
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}
