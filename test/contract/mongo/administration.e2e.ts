import { describe, expect, it } from '@jest/globals';
import { contractTarget, refusal } from './target.js';

describe('administration', () => {
  const target = contractTarget();
  const names = async () => (await target.database.listCollections().toArray()).map(({ name }) => name);

  it('creates, lists, renames and drops collections', async () => {
    await target.database.createCollection('one');
    expect(await refusal(target.database.createCollection('one'))).toBe(48);
    await target.database.collection('one').insertOne({ a: 1 });
    await target.database.collection('one').rename('two');
    expect(await names()).toContain('two');
    expect(await target.database.collection('two').countDocuments()).toBe(1);
    await target.database.createCollection('three');
    expect(await refusal(target.database.collection('two').rename('three'))).toBe(48);
    await target.database.collection('two').rename('three', { dropTarget: true });
    expect(await target.database.collection('three').countDocuments()).toBe(1);
    expect(await target.database.collection('three').drop()).toBe(true);
    expect(await names()).not.toContain('three');
  });

  it('lists databases and drops them', async () => {
    const other = target.client.db('tallyhall-contract-other');
    await other.collection('a').insertOne({ a: 1 });
    const listed = async () => (await target.client.db().admin().listDatabases()).databases.map(({ name }) => name);
    expect(await listed()).toContain('tallyhall-contract-other');
    await other.dropDatabase();
    expect(await listed()).not.toContain('tallyhall-contract-other');
  });

  it.each([
    [{ ping: 1 }, {}],
    [{ hello: 1 }, { isWritablePrimary: true, maxBsonObjectSize: 16_777_216, maxWireVersion: expect.any(Number) }],
    [{ buildInfo: 1 }, { version: expect.stringMatching(/^\d+\.\d+\.\d+/) }],
    [{ connectionStatus: 1 }, { authInfo: expect.anything() }],
    [{ getParameter: '*' }, {}],
    [{ serverStatus: 1 }, { uptime: expect.any(Number) }],
  ])('answers %j', async (command, expected) => {
    expect(await target.client.db('admin').command(command)).toMatchObject({ ...expected, ok: 1 });
  });

  it('takes sessions', async () => {
    await target.client.withSession(async (session) => {
      await target.things.insertOne({ _id: 1 }, { session });
      expect(await target.things.findOne({}, { session })).toEqual({ _id: 1 });
    });
  });

  it.each([
    [{ noSuchCommand: 1 }, 59],
    [{ find: 'things', strange: 1 }, 40415],
    [{ insert: 'bad$name', documents: [{ a: 1 }] }, 73],
    [{ aggregate: 'things', pipeline: [{ $strange: {} }], cursor: {} }, 40324],
    [{ update: 'things', updates: [] }, 16],
  ])('refuses %j with code %i', async (command, code) => {
    expect(await refusal(target.database.command(command))).toBe(code);
  });
});
