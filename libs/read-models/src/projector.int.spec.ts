import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { Projection } from '#kernel';

import { startTestMongo, storeId, type TestMongo } from './engine.test-support.js';
import type { MongoReadModels, ReadModelsOptions } from './mongo-read-models.js';
import { broken, FakeFeed, served, type Tab, type TableEvent, tabs, until } from './projecting.test-support.js';

let mongo: TestMongo;
let database = '';
let databases = 0;

beforeAll(async () => {
  mongo = await startTestMongo();
});
afterAll(() => mongo.stop());
beforeEach(() => {
  databases += 1;
  database = `projecting-${databases}`;
});

const connect = (options: Partial<ReadModelsOptions> = {}): Promise<MongoReadModels> =>
  mongo.connect({ database, projections: [tabs], ...options });

async function project(feed: FakeFeed, options: Partial<ReadModelsOptions> = {}): Promise<MongoReadModels> {
  const readModels = await connect(options);
  readModels.startProjecting(feed);
  return readModels;
}

const stateOf = (readModels: MongoReadModels): string | undefined => readModels.health()[0]?.state;
const stored = (name: string) => mongo.database(database).collection<{ _id: string }>(name);

/** The same tabs, with every drink at double price. */
const doubled: Projection<Tab, TableEvent> = {
  ...tabs,
  version: 2,
  evolve: (tab, event) => {
    const once = tabs.evolve(tab, event);
    return once && { drinks: once.drinks, owed: once.drinks * 2 };
  },
};

describe('two processes', () => {
  it('project one at a time, and the other goes on where the first was shut down', async () => {
    const feed = new FakeFeed([served(1, 'a')]);
    const first = await project(feed);
    await until(() => stateOf(first) === 'live');
    const second = await project(feed);
    feed.append(served(2, 'a'));
    expect(await second.of(tabs).get('a', { after: 2n })).toMatchObject({ drinks: 2 });
    expect([stateOf(first), stateOf(second)]).toEqual(['live', 'elsewhere']);
    await first.close();
    await until(() => stateOf(second) === 'live');
    feed.append(served(3, 'a'));
    expect(await second.of(tabs).get('a', { after: 3n })).toMatchObject({ drinks: 3 });
    expect(feed.consumers.map(({ after }) => after)).toEqual([undefined, 2n]);
  });

  it('cannot spoil a document, even when both believe that they hold the lease', async () => {
    const drink = (_: unknown, index: number) => served(index + 1, `table-${index % 7}`);
    const feed = new FakeFeed(Array.from({ length: 300 }, drink));
    const first = await project(feed);
    const leases = stored('leases');
    await until(async () => (await leases.findOne({})) !== null);
    await leases.deleteMany({});
    const second = await project(feed);
    await until(() => stateOf(second) === 'live');
    for (let index = 300; index < 700; index += 1) feed.append(drink(undefined, index));
    await Promise.all([first, second].map((readModels) => readModels.of(tabs).get('table-0', { after: 700n })));
    const { items } = await second.of(tabs).find({});
    expect(items.map(({ drinks }) => drinks)).toEqual(Array.from({ length: 7 }, () => 100));
  });
});

describe('a raised version', () => {
  it('is built beside the live one, and switched to once it has caught up', async () => {
    const feed = new FakeFeed([served(1, 'a'), served(2, 'a')]);
    const before = await project(feed);
    await until(() => stateOf(before) === 'live');
    await before.close();
    const reader = await connect();
    expect(await reader.of(tabs).get('a')).toEqual({ id: 'a', drinks: 2, owed: 2 });
    const after = await project(feed, { projections: [doubled] });
    await until(() => stateOf(after) === 'live');
    expect(await after.of(doubled).get('a')).toEqual({ id: 'a', drinks: 2, owed: 4 });
    await until(async () => (await reader.of(tabs).get('a'))?.owed === 4);
  });

  it('does not become live while it stands still', async () => {
    const feed = new FakeFeed([served(1, 'a'), broken(2, 'b')]);
    const before = await project(feed);
    await until(() => stateOf(before) === 'parked');
    await before.close();
    const after = await project(feed, { projections: [{ ...doubled, onFailure: 'stop' }] });
    await until(() => stateOf(after) === 'stopped');
    expect(await after.of(doubled).get('a')).toEqual({ id: 'a', drinks: 1, owed: 1 });
    expect(await stored('projections').findOne({ _id: 'tabs' })).toMatchObject({ live: 1 });
  });

  it('lets the old one be dropped when every process must have noticed', async () => {
    let now = new Date('2026-01-01T00:00:00.000Z');
    const clock = (): Date => now;
    const feed = new FakeFeed([served(1, 'a'), broken(2, 'b')]);
    const before = await project(feed, { clock });
    await until(() => stateOf(before) === 'parked');
    await before.close();
    const after = await project(feed, { projections: [doubled], clock });
    await until(() => stateOf(after) === 'parked');
    expect(await after.dropRetired()).toEqual([]);
    now = new Date('2026-01-01T00:01:00.000Z');
    expect(await after.dropRetired()).toEqual(['tabs_v1']);
    expect(await after.dropRetired()).toEqual([]);
    expect((await stored('checkpoints').find({}).toArray()).map(({ _id }) => _id)).toEqual(['tabs_v2']);
    expect((await stored('parked').find({}).toArray()).map(({ _id }) => _id)).toEqual(['tabs_v2:b']);
  });
});

describe('what is stored beside the documents', () => {
  it('says how far, for which event store and which version', async () => {
    const clock = (): Date => new Date('2026-01-01T00:00:00.000Z');
    const readModels = await project(new FakeFeed([served(5, 'a')]), { clock });
    await until(async () => (await stored('checkpoints').findOne({ _id: 'tabs_v1' })) !== null);
    expect(stateOf(readModels)).toBe('live');
    expect(await stored('checkpoints').findOne({ _id: 'tabs_v1' })).toEqual({
      _id: 'tabs_v1',
      position: 5n,
      storeId,
      version: 1,
      updatedAt: new Date('2026-01-01T00:00:00.000Z'),
    });
  });

  it('names a parked document with its event and error', async () => {
    const readModels = await project(new FakeFeed([served(1, 'a'), broken(2, 'a')]));
    await until(() => stateOf(readModels) === 'parked');
    expect(await stored('parked').findOne({})).toMatchObject({
      _id: 'tabs_v1:a',
      projection: 'tabs',
      id: 'a',
      position: 2n,
      type: 'table.broken.v1',
      error: 'a broken table',
    });
  });

  it('is built anew when the database is empty', async () => {
    const feed = new FakeFeed([served(1, 'a'), served(2, 'a')]);
    const before = await project(feed);
    await until(() => stateOf(before) === 'live');
    await before.close();
    for (const name of ['tabs_v1', 'checkpoints', 'projections']) await stored(name).drop();
    const after = await project(feed);
    expect(await after.of(tabs).get('a', { after: 2n })).toMatchObject({ drinks: 2 });
  });
});
