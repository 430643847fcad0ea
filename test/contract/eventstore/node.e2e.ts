import { credentials, status } from '@grpc/grpc-js';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import persistentService from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { describe, expect, it } from '@jest/globals';
import { ask } from './messages.test-support.js';
import { addressOf, contractTarget } from './target.test-support.js';

const target = contractTarget();

describe('the node', () => {
  it('lists the batch append among what it serves', async () => {
    const client = new features.ServerFeaturesClient(addressOf(target), credentials.createInsecure());
    const answer = await ask<{
      getMethodsList(): { getServiceName(): string; getMethodName(): string }[];
      getEventStoreServerVersion(): string;
    }>((done) => client.getSupportedMethods(new shared.Empty(), done));
    client.close();
    expect(answer.getEventStoreServerVersion()).toMatch(/^23\.10/);
    const methods = answer.getMethodsList().map((method) => `${method.getServiceName()}/${method.getMethodName()}`);
    expect(methods).toContain('event_store.client.streams.streams/batchappend');
  });

  it('knows itself as the live leader', async () => {
    const client = new gossipService.GossipClient(addressOf(target), credentials.createInsecure());
    const answer = await ask<{ getMembersList(): { getIsAlive(): boolean; getState(): number }[] }>((done) =>
      client.read(new shared.Empty(), done),
    );
    client.close();
    expect(answer.getMembersList().map((member) => [member.getIsAlive(), member.getState()])).toContainEqual([true, 8]);
  });

  it('names a call that it does not serve', async () => {
    if (process.env['EVENTSTORE_URL'] !== undefined) return;
    const client = new persistentService.PersistentSubscriptionsClient(addressOf(target), credentials.createInsecure());
    const attempt = ask((done) => client.list(new persistent.ListReq(), done));
    await expect(attempt).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
    await expect(attempt).rejects.toThrow('/event_store.client.persistent_subscriptions.PersistentSubscriptions/List');
    client.close();
  });
});
