import { credentials, status } from '@grpc/grpc-js';
import operationsService from '@eventstore/db-client/generated/operations_grpc_pb.js';
import operations from '@eventstore/db-client/generated/operations_pb.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ask } from './messages.test-support.js';
import { addressOf, collect, events, newId, newStream, numbersOf, contractTarget } from './target.test-support.js';

type ScavengeAnswer = InstanceType<typeof operations.ScavengeResp>;
const { ScavengeResult } = operations.ScavengeResp;

const target = contractTarget();
let client: InstanceType<typeof operationsService.OperationsClient>;
beforeAll(() => {
  client = new operationsService.OperationsClient(addressOf(target), credentials.createInsecure());
});
afterAll(() => client.close());

const start = (): Promise<ScavengeAnswer> => {
  const request = new operations.StartScavengeReq();
  const options = new operations.StartScavengeReq.Options();
  options.setThreadCount(1);
  request.setOptions(options);
  return ask((done) => client.startScavenge(request, done));
};

const stop = (id: string): Promise<ScavengeAnswer> => {
  const request = new operations.StopScavengeReq();
  const options = new operations.StopScavengeReq.Options();
  options.setScavengeId(id);
  request.setOptions(options);
  return ask((done) => client.stopScavenge(request, done));
};

/** The types of the events that the server records of a scavenge, until it is over. */
const recordOf = async (id: string): Promise<(string | undefined)[]> => {
  const types: (string | undefined)[] = [];
  for await (const { event } of target.client.subscribeToStream(`$scavenges-${id}`)) {
    types.push(event?.type);
    if (event?.type === '$scavengeCompleted') break;
  }
  return types;
};

describe('a scavenge', () => {
  it('is begun, recorded, and changes nothing that readers of streams see', async () => {
    const [truncated, deleted, whole] = [newStream(), newStream(), newStream()];
    for (const stream of [truncated, deleted, whole]) await target.client.appendToStream(stream, events(1, 2, 3, 4));
    await target.client.setStreamMetadata(truncated, { maxCount: 2 });
    await target.client.deleteStream(deleted);
    const answer = await start();
    expect([ScavengeResult.STARTED, ScavengeResult.INPROGRESS]).toContain(answer.getScavengeResult());
    const types = await recordOf(answer.getScavengeId());
    expect([types[0], types.at(-1)]).toEqual(['$scavengeStarted', '$scavengeCompleted']);
    expect(await numbersOf(target.client.readStream(truncated))).toEqual([3, 4]);
    await expect(collect(target.client.readStream(deleted))).rejects.toThrow(deleted);
    expect(await numbersOf(target.client.readStream(whole))).toEqual([1, 2, 3, 4]);
    const { nextExpectedRevision } = await target.client.appendToStream(deleted, events(5));
    expect(nextExpectedRevision).toBe(4n);
  });

  it('is known by its id alone: another cannot be stopped', async () => {
    await expect(stop(newId())).rejects.toMatchObject({ code: status.NOT_FOUND });
    const { metadata } = await stop(newId()).then(
      () => ({ metadata: null }),
      (error: { metadata: { get(key: string): unknown[] } }) => error,
    );
    expect(metadata?.get('exception')).toEqual(['scavenge-not-found']);
  });
});
