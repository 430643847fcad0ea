import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Binary, BSONRegExp, Decimal128, Double, Int32, Long, MongoClient, ObjectId, Timestamp } from 'mongodb';
import type { MongoServer } from '../server.js';
import { startMongo } from '../server.js';

interface Stored {
  readonly _id: string;
  readonly hallId?: string;
  readonly card?: string;
}

/** A store that the first version of format 1 wrote: three types of documents, four indexes, a collection dropped. */
describe('a store of format 1', () => {
  let directory: string;
  let server: MongoServer;
  let client: MongoClient;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'em-'));
    await mkdir(join(directory, 'data/store'), { recursive: true });
    await writeFile(join(directory, 'data/format.json'), '{"engine":"embedded-mongo","format":1}\n');
    const packed = await readFile(resolve('libs/embedded-mongo/src/golden/format-1.mdb.gz'));
    await writeFile(join(directory, 'data/store/data.mdb'), gunzipSync(packed));
    server = await startMongo({ dataDir: join(directory, 'data'), socketPath: join(directory, 'mongo.sock') });
    client = new MongoClient(server.uri, { serverSelectionTimeoutMS: 5_000 });
  });
  afterAll(async () => {
    await client.close();
    await server.stop();
    await rm(directory, { recursive: true });
  });
  const collection = (name: string) => client.db('golden').collection<Stored>(name);

  it('has its collections, indexes and counts', async () => {
    const names = await client.db('golden').listCollections().toArray();
    expect(names.map(({ name }) => name).sort()).toEqual(['types', 'wallets']);
    const indexes = await collection('wallets').indexes();
    expect(indexes.map(({ name }) => name)).toEqual(['_id_', 'hallId_1__created_-1', 'tags_1', 'card_1']);
    expect(await collection('wallets').estimatedDocumentCount()).toBe(54);
  });

  it('is whole: every index agrees with its collection', async () => {
    for (const name of ['types', 'wallets']) {
      expect(await client.db('golden').command({ validate: name })).toMatchObject({ valid: true, errors: [] });
    }
  });

  it('has every value in its own type', async () => {
    const read = (_id: string) => collection('types').findOne({ _id }, { promoteValues: false, bsonRegExp: true });
    expect(await read('numbers')).toEqual({
      _id: 'numbers',
      i: new Int32(7),
      l: Long.fromString('9007199254740993'),
      d: new Double(1.5),
      x: Decimal128.fromString('12.340'),
    });
    expect(await read('others')).toEqual({
      _id: 'others',
      text: 'Grüße 🎰',
      yes: true,
      none: null,
      at: new Date(1_700_000_000_000),
      id: new ObjectId('0123456789abcdef01234567'),
      bytes: new Binary(Buffer.from([1, 2, 3]), 0),
      stamp: new Timestamp({ t: 5, i: 6 }),
      pattern: new BSONRegExp('^a', 'i'),
    });
  });

  it('answers by its indexes, in their order, and takes writes', async () => {
    const hall = { hallId: 'hall-0' };
    const newest = await collection('wallets').find(hall).sort({ _created: -1 }).limit(2).toArray();
    expect(newest.map(({ _id }) => _id)).toEqual(['wallet-57', 'wallet-54']);
    const changed = await collection('wallets').countDocuments({ tags: 'changed' });
    expect(changed).toBe(18);
    await expect(collection('wallets').insertOne({ _id: 'new', card: 'card-9' })).rejects.toMatchObject({
      code: 11_000,
    });
    await collection('wallets').insertOne({ _id: 'new', card: 'card-99' });
    expect(await client.db('golden').command({ validate: 'wallets' })).toMatchObject({ valid: true, nrecords: 55 });
  });
});
