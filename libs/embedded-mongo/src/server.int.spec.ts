import { describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { startMongo } from './server.js';

const directory = () => mkdtemp(join(tmpdir(), 'em-'));

describe('a server', () => {
  it('listens on a free TCP port where none is named, and keeps its data', async () => {
    const dataDir = await directory();
    for (const expected of [0, 1]) {
      const server = await startMongo({ dataDir });
      expect(server.uri).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\/\?directConnection=true$/);
      const client = new MongoClient(server.uri);
      const things = client.db('test').collection('things');
      expect(await things.estimatedDocumentCount()).toBe(expected);
      await things.insertOne({});
      await client.close();
      await server.stop();
    }
    await rm(dataDir, { recursive: true });
  });

  it('takes over the socket of a process that died, and refuses one that is in use', async () => {
    const dataDir = await directory();
    const socketPath = join(dataDir, 'mongo.sock');
    await writeFile(socketPath, '');
    const server = await startMongo({ dataDir, socketPath });
    const other = await directory();
    await expect(startMongo({ dataDir: other, socketPath })).rejects.toThrow(`${socketPath} is already in use`);
    await server.stop();
    await Promise.all([dataDir, other].map((path) => rm(path, { recursive: true })));
  });

  it('refuses a port that is taken, and gives the directory back', async () => {
    const dataDir = await directory();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(startMongo({ dataDir, port })).rejects.toThrow(`127.0.0.1:${port} is already in use`);
    await new Promise((resolve) => taken.close(resolve));
    const server = await startMongo({ dataDir, port });
    await server.stop();
    await rm(dataDir, { recursive: true });
  });

  it('stops twice without complaint, and with clients connected', async () => {
    const dataDir = await directory();
    const server = await startMongo({ dataDir, socketPath: join(dataDir, 'mongo.sock') });
    const client = new MongoClient(server.uri);
    await client.db('test').command({ ping: 1 });
    await Promise.all([server.stop(), server.stop()]);
    await client.close();
    await rm(dataDir, { recursive: true });
  });

  it('refuses a socket path that the system would cut', async () => {
    const socketPath = `/tmp/${'x'.repeat(110)}`;
    await expect(startMongo({ dataDir: '/tmp/never', socketPath })).rejects.toThrow('longer than 107 bytes');
  });
});
