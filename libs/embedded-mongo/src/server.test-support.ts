import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import type { MongoServer } from './server.js';
import { startMongo } from './server.js';

export interface TestServer {
  readonly server: MongoServer;
  readonly client: MongoClient;
  readonly socketPath: string;
  stop(): Promise<void>;
}

/** An engine in a temporary directory with the official driver connected to it. */
export async function testServer(): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'em-'));
  const socketPath = join(dataDir, 'mongo.sock');
  const server = await startMongo({ dataDir, socketPath });
  const client = new MongoClient(server.uri, { serverSelectionTimeoutMS: 5_000 });
  return {
    server,
    client,
    socketPath,
    async stop() {
      await client.close();
      await server.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}
