import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { OutcomeUnknown, StoreUnavailable } from '#event-sourcing';

import { startTestMongo, type TestMongo } from './engine.test-support.js';
import { FakeFeed, served, tabs, until } from './projecting.test-support.js';

let mongo: TestMongo;

beforeAll(async () => {
  mongo = await startTestMongo();
});
afterAll(() => mongo.stop());

describe('while the database is away', () => {
  it('readers are told to come again, writers that nobody knows, and projecting goes on afterwards', async () => {
    const errors: unknown[] = [];
    const onError = (error: unknown): number => errors.push(error);
    const readModels = await mongo.connect({ projections: [tabs], onError });
    const feed = new FakeFeed([served(1, 'a')]);
    readModels.startProjecting(feed);
    await until(() => readModels.health()[0]?.state === 'live');

    await mongo.interrupt(async () => {
      feed.append(served(2, 'a'));
      await Promise.all([
        expect(readModels.of(tabs).get('a')).rejects.toThrow(StoreUnavailable),
        expect(readModels.collection<number>('numbers').get('a')).rejects.toThrow(StoreUnavailable),
        expect(readModels.collection<number>('numbers').put('a', 1)).rejects.toThrow(OutcomeUnknown),
      ]);
      await until(() => readModels.health()[0]?.error !== undefined);
    });

    await until(() => readModels.health()[0]?.state === 'live' && readModels.health()[0]?.position === 2n);
    expect(await readModels.of(tabs).get('a')).toEqual({ id: 'a', drinks: 2, owed: 2 });
    expect(readModels.health()[0]).not.toHaveProperty('error');
    expect(errors.length).toBeGreaterThan(0);
  });
});
