import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { FeedEvent } from '#event-sourcing';

import { startTestMongo, type TestMongo } from './engine.test-support.js';
import type { Filter } from './filter.js';
import type { MongoReadModels } from './mongo-read-models.js';
import { NotCaughtUp } from './not-caught-up.js';
import { cleared, drinks, FakeFeed, other, served, tabs } from './projecting.test-support.js';
import type { ReadModel } from './read-model.js';
import { StoreMismatch } from './store-binding.js';

let mongo: TestMongo;
let database = '';
let databases = 0;

beforeAll(async () => {
  mongo = await startTestMongo();
});
afterAll(() => mongo.stop());
beforeEach(() => {
  databases += 1;
  database = `reading-${databases}`;
});

const projections = [tabs, drinks];

async function project(...events: readonly FeedEvent[]): Promise<{ readModels: MongoReadModels; feed: FakeFeed }> {
  const readModels = await mongo.connect({ database, projections });
  const feed = new FakeFeed(events);
  readModels.startProjecting(feed);
  return { readModels, feed };
}

const eventIds = (from: number, to: number): string[] =>
  Array.from({ length: from - to + 1 }, (_, index) => `event-${from - index}`);

describe('reading', () => {
  it('gets a document without what is hidden, exactly as it was folded', async () => {
    const { readModels } = await project(served(7, 'a', 2 ** 40));
    expect(await readModels.of(drinks).get('event-7', { after: 7n })).toEqual({
      id: 'event-7',
      table: 'a',
      price: 2 ** 40,
      served: { position: 7n, tags: ['cold'] },
    });
    expect(await readModels.of(drinks).get('event-8')).toBeUndefined();
  });

  it('gets each its own, where many are asked for at once', async () => {
    const { readModels } = await project(...Array.from({ length: 250 }, (_, index) => served(index + 1, 'a', index)));
    const model = readModels.of(drinks);
    const asked = Array.from({ length: 300 }, (_, index) => (index * 7) % 260);
    const got = await Promise.all(asked.map((number) => model.get(`event-${number}`, { after: 250n })));
    const expected = asked.map((number) =>
      number >= 1 && number <= 250 ? [`event-${number}`, number - 1] : undefined,
    );
    expect(got.map((each) => each && [each.id, each.price])).toEqual(expected);
  });

  it('pages through a list, newest first, each document once', async () => {
    const { readModels, feed } = await project(...Array.from({ length: 25 }, (_, index) => served(index + 1, 'a')));
    const model = readModels.of(drinks);
    const first = await model.find({ limit: 10, after: 25n });
    feed.append(served(26, 'a'));
    const second = await model.find({ limit: 10, cursor: first.next ?? '', after: 26n });
    const third = await model.find({ limit: 5, cursor: second.next ?? '' });
    expect([first, second, third].map(({ items }) => items.map(({ id }) => id))).toEqual([
      eventIds(25, 16),
      eventIds(15, 6),
      eventIds(5, 1),
    ]);
    expect(third.next).toBeNull();
  });

  it('follows a list from a position, oldest first', async () => {
    const { readModels, feed } = await project(...Array.from({ length: 25 }, (_, index) => served(index + 1, 'a')));
    const model = readModels.of(drinks);
    const first = await model.find({ limit: 10, createdAfter: 0n, after: 25n });
    const second = await model.find({ where: { table: 'a' }, limit: 20, createdAfter: 10n });
    feed.append(served(26, 'a'));
    const third = await model.find({ limit: 10, createdAfter: 25n, after: 26n });
    expect([first, second, third].map(({ items }) => items.map(({ id }) => id))).toEqual([
      eventIds(10, 1).reverse(),
      eventIds(25, 11).reverse(),
      ['event-26'],
    ]);
    await expect(model.find({ createdAfter: 0n, cursor: 'x' })).rejects.toThrow('one beginning');
  });

  it('filters by field, and by id', async () => {
    const { readModels } = await project(served(1, 'a', 3), served(2, 'b', 4), served(3, 'a', 5), served(4, 'c', 6));
    const ids = async (where: Filter): Promise<string[]> =>
      (await readModels.of(drinks).find({ where, after: 4n })).items.map(({ id }) => id);
    expect(await ids({ table: 'a' })).toEqual(['event-3', 'event-1']);
    expect(await ids({ table: { $in: ['b', 'c'] }, price: { $gt: 4 } })).toEqual(['event-4']);
    expect(await ids({ id: { $in: ['event-1', 'event-2'] } })).toEqual(['event-2', 'event-1']);
    expect(await ids({ 'served.tags': 'cold', price: { $gte: 4, $lt: 6 } })).toEqual(['event-3', 'event-2']);
  });

  it('shows no deleted document, and one that was created anew as new', async () => {
    const { readModels, feed } = await project(served(1, 'a'), served(2, 'b'));
    const model = readModels.of(tabs);
    expect((await model.find({ after: 2n })).items.map(({ id }) => id)).toEqual(['b', 'a']);
    feed.append(cleared(3, 'b'));
    expect((await model.find({ after: 3n })).items.map(({ id }) => id)).toEqual(['a']);
    expect(await model.get('b')).toBeUndefined();
    feed.append(served(4, 'b'), served(5, 'a'));
    expect((await model.find({ after: 5n })).items).toEqual([
      { id: 'b', drinks: 1, owed: 1 },
      { id: 'a', drinks: 2, owed: 2 },
    ]);
  });

  it.each([0, 501, 1.5])('refuses a page of %p', async (limit) => {
    const { readModels } = await project();
    await expect(readModels.of(tabs).find({ limit })).rejects.toThrow(RangeError);
  });

  it('refuses a projection that was not registered', async () => {
    const { readModels } = await project();
    expect(() => readModels.of({ ...tabs, name: 'stranger' })).toThrow('The projection stranger is not registered.');
  });
});

describe('reading what one has written', () => {
  it('waits until the projection has passed an event, whatever its type', async () => {
    const { readModels, feed } = await project(served(1, 'a'));
    const read = readModels.of(tabs).get('a', { after: 3n });
    feed.append(served(2, 'a'), other(3));
    expect(await read).toEqual({ id: 'a', drinks: 2, owed: 2 });
  });

  it('works in a process that does not project', async () => {
    const { feed } = await project(served(1, 'a'));
    const reader: ReadModel<object> = (await mongo.connect({ database, projections })).of(tabs);
    const reads = [reader.get('a', { after: 2n }), reader.get('a', { after: 3n })];
    feed.append(served(2, 'a'), served(3, 'a'));
    const [second, third] = await Promise.all(reads);
    expect([{ id: 'a', drinks: 2, owed: 2 }, third]).toContainEqual(second);
    expect(third).toEqual({ id: 'a', drinks: 3, owed: 3 });
  });

  it('gives up in time', async () => {
    const { readModels } = await project(served(1, 'a'));
    await expect(readModels.of(tabs).get('a', { after: 99n })).rejects.toThrow(NotCaughtUp);
  });
});

describe('a database', () => {
  it('keeps positions as 64-bit integers, and every index ends with the creation', async () => {
    const { readModels } = await project(served(1, 'a'), cleared(2, 'a'));
    await readModels.of(tabs).get('a', { after: 2n });
    await readModels.of(drinks).find({ after: 2n });
    const stored = mongo.database(database);
    expect(await stored.collection<{ _id: string }>('drinks_v1').findOne({ _id: 'event-1' })).toMatchObject({
      _position: 1n,
      _created: 1n,
    });
    const indexes = await stored.collection('drinks_v1').listIndexes().toArray();
    expect(indexes).toMatchObject([
      { key: { _id: 1 } },
      { key: { _created: -1 } },
      { key: { table: 1, _created: -1 } },
    ]);
  });

  it('is refused with another event store, in one line', async () => {
    await project();
    const stranger = mongo.connect({ database, projections, storeId: async () => 'another-store' });
    await expect(stranger).rejects.toThrow(StoreMismatch);
    await expect(stranger).rejects.toThrow(/^The database .* but the event store is another-store\. [^\n]*$/);
  });

  it('of a newer program is refused', async () => {
    await project();
    await mongo
      .database(database)
      .collection('bindings')
      .updateOne({}, { $set: { format: 2 } });
    await expect(mongo.connect({ database, projections })).rejects.toThrow('has format 2; this program knows up to 1');
  });

  it('takes no two projections of one name', async () => {
    await expect(mongo.connect({ database, projections: [tabs, { ...tabs, version: 2 }] })).rejects.toThrow(TypeError);
  });
});
