import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';

import { FEED } from '#event-sourcing';

import { startTestMongo, storeId, type TestMongo } from './engine.test-support.js';
import { FakeFeed, served, tabs } from './projecting.test-support.js';
import { ReadModels } from './read-models.js';
import { ReadModelsModule } from './read-models.module.js';

let mongo: TestMongo;

beforeAll(async () => {
  mongo = await startTestMongo();
});
afterAll(() => mongo.stop());

const feed = new FakeFeed([served(1, 'a')]);

@Global()
@Module({ providers: [{ provide: FEED, useValue: feed }], exports: [FEED] })
class FeedModule {}

describe('the module', () => {
  it('projects while the application runs, and gives up the lease when it ends', async () => {
    const options = { url: mongo.url, projections: [tabs], storeId: async () => storeId };
    const imports = [FeedModule, ReadModelsModule.forRoot({ ...options, projector: true })];
    const application = await (await Test.createTestingModule({ imports }).compile()).init();
    expect(await application.get(ReadModels).of(tabs).get('a', { after: 1n })).toMatchObject({ drinks: 1 });
    await application.close();
    expect(await mongo.database('tallyhall').collection('leases').findOne({})).toMatchObject({ holder: null });
  });

  it('only reads without the role, from what was connected before', async () => {
    const connected = await mongo.connect({ projections: [tabs] });
    const imports = [FeedModule, ReadModelsModule.forConnected(connected, { projector: false })];
    const application = await (await Test.createTestingModule({ imports }).compile()).init();
    const readModels = application.get(ReadModels);
    expect(await readModels.of(tabs).get('a')).toMatchObject({ drinks: 1 });
    expect(readModels.health()).toMatchObject([{ name: 'tabs', state: 'elsewhere', progressing: true }]);
    await application.close();
    expect(feed.consumers).toHaveLength(1);
  });
});
