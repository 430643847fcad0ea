import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Long } from 'mongodb';
import { testServer } from './server.test-support.js';
import type { TestServer } from './server.test-support.js';

const COLLATION = { locale: 'fr' };
const update = (u: unknown, more: object = {}) => ({ update: 'a', updates: [{ q: {}, u, ...more }] });
const aggregate = (...pipeline: readonly object[]) => ({ aggregate: 'a', pipeline, cursor: {} });
const index = (more: object) => ({ createIndexes: 'a', indexes: [{ key: { a: 1 }, name: 'a_1', ...more }] });

describe('what the engine does not support', () => {
  let running: TestServer;
  beforeAll(async () => {
    running = await testServer();
    await running.client
      .db('test')
      .collection('a')
      .insertOne({ a: [1] });
  });
  afterAll(() => running.stop());

  it.each<[object, number, string]>([
    [{ mapReduce: 'a' }, 59, 'mapReduce'],
    [{ find: 'a', collation: COLLATION }, 115, 'collation'],
    [{ find: 'a', tailable: true }, 115, 'tailable'],
    [{ find: 'a', filter: { $where: 'true' } }, 115, '$where'],
    [{ find: 'a', filter: { $strange: 1 } }, 2, '$strange'],
    [{ find: 'a', projection: { a: { $meta: 'textScore' } } }, 115, '$meta'],
    [{ find: 'a', projection: { 'a.b': { $elemMatch: {} } } }, 31255, '$elemMatch'],
    [{ find: 'a', hint: 'missing' }, 2, 'hint'],
    [{ find: 'a', readConcern: { level: 'snapshot' } }, 123, 'snapshot'],
    [{ insert: 'a', documents: [{}], writeConcern: { w: 2 } }, 2, "'w'"],
    [{ insert: 'a', documents: [{}], txnNumber: Long.fromNumber(1) }, 20, 'Transaction numbers'],
    [{ commitTransaction: 1 }, 20, 'Transaction numbers'],
    [aggregate({ $graphLookup: {} }), 115, '$graphLookup'],
    [aggregate({ $strange: {} }), 40324, '$strange'],
    [aggregate({ $lookup: { from: 'a' } }), 9, '$lookup'],
    [aggregate({ $group: { _id: null, a: { $top: '$a' } } }), 15952, '$top'],
    [aggregate({ $project: { b: { $strange: [1, 2] } } }), 168, '$strange'],
    [index({ expireAfterSeconds: 1, key: { a: 1, b: 1 } }), 67, 'TTL'],
    [index({ partialFilterExpression: { a: { $ne: 1 } } }), 67, '$ne'],
    [index({ partialFilterExpression: {}, sparse: true }), 67, 'sparse'],
    [index({ wildcardProjection: {} }), 67, 'wildcardProjection'],
    [index({ key: { a: 'text' } }), 67, 'text'],
    [{ create: 'v', viewOn: 'a' }, 72, 'viewOn'],
    [{ create: 'v', capped: true, size: 1 }, 72, 'capped'],
    [{ explain: { update: 'a' } }, 115, 'update'],
  ])('%j is refused with code %i, naming it', async (command, code, name) => {
    const refused = await running.client
      .db('test')
      .command(command)
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ code, message: expect.stringContaining(name) });
  });

  it.each<[object, number, string]>([
    [update({ $bit: { a: { nand: 1 } } }), 2, '$bit'],
    [update({ $set: { '$.a': 1 } }), 2, 'positional'],
    [update([{ $match: { a: 1 } }]), 72, '$match'],
    [update({ $set: { a: 1 } }, { arrayFilters: [{ x: 1 }] }), 9, "'x'"],
    [update({ $set: { a: 1 } }, { collation: COLLATION }), 115, 'collation'],
    [update({ $set: { a: 1 } }, { strange: 1 }), 40415, 'strange'],
    [update({ a: 1 }, { multi: true }), 9, 'multi'],
    [{ insert: 'a', documents: [{ _id: [1] }] }, 53, 'array'],
    [{ delete: 'a', deletes: [{ q: {}, limit: 2 }] }, 9, 'limit'],
  ])('%j is refused as a write error with code %i, naming it', async (command, code, name) => {
    const refused = await running.client
      .db('test')
      .command(command)
      .catch((error: unknown) => error);
    const answer = refused instanceof Error && 'errorResponse' in refused ? refused.errorResponse : refused;
    expect(answer).toMatchObject({ writeErrors: [{ index: 0, code, errmsg: expect.stringContaining(name) }] });
  });

  it('refuses names that no database or collection can have', async () => {
    const insertInto = (database: string, name: string) =>
      running.client.db(database).command({ insert: name, documents: [{}] });
    await expect(insertInto('a b', 'a')).rejects.toMatchObject({ code: 73 });
    await expect(insertInto('test', 'system.users')).rejects.toMatchObject({ code: 73 });
    await expect(insertInto('test', '.a')).rejects.toMatchObject({ code: 73 });
  });

  it('refuses an index key that is too large, and stores nothing of it', async () => {
    const long = running.client.db('test').collection('long');
    await long.createIndex({ text: 1 });
    await expect(long.insertOne({ text: 'x'.repeat(3_000) })).rejects.toMatchObject({ code: 17280 });
    expect(await long.countDocuments()).toBe(0);
  });
});
