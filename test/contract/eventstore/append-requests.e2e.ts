import { status, type ServiceError } from '@grpc/grpc-js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { StreamNotFoundError } from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { identifier, uuid } from './messages.test-support.js';
import { collect, newId, newStream, contractTarget } from './target.test-support.js';

type AppendRequest = InstanceType<typeof streams.AppendReq>;
type Proposed = InstanceType<typeof streams.AppendReq.ProposedMessage>;

const target = contractTarget();

/** Sends the messages of one append; answers the error it ends with, or null. */
const append = (...requests: AppendRequest[]): Promise<ServiceError | null> =>
  new Promise((resolve) => {
    const call = target.raw.append((error: ServiceError | null) => resolve(error));
    for (const request of requests) call.write(request);
    call.end();
  });

const options = (stream: string): AppendRequest => {
  const content = new streams.AppendReq.Options();
  content.setStreamIdentifier(identifier(stream));
  content.setAny(new shared.Empty());
  const request = new streams.AppendReq();
  request.setOptions(content);
  return request;
};

const proposed = (spoil: (message: Proposed) => void): AppendRequest => {
  const message = new streams.AppendReq.ProposedMessage();
  message.setId(uuid(newId()));
  message.getMetadataMap().set('type', 'counted').set('content-type', 'application/json');
  spoil(message);
  const request = new streams.AppendReq();
  request.setProposedMessage(message);
  return request;
};

const without = (property: string) => proposed((message) => void message.getMetadataMap().del(property));

describe('a streaming append', () => {
  it.each([
    ['without a type', () => without('type'), 'missing-required-metadata-property'],
    ['without a content type', () => without('content-type'), 'missing-required-metadata-property'],
    ['without an event id', () => proposed((message) => message.clearId()), undefined],
    ['with a malformed event id', () => proposed((message) => message.setId(uuid('not-an-id'))), undefined],
  ])('%s is refused, and stores nothing', async (_, bad, exception) => {
    const stream = newStream();
    const error = await append(
      options(stream),
      proposed(() => undefined),
      bad(),
    );
    expect(error?.code).toBe(status.INVALID_ARGUMENT);
    expect(error?.metadata.get('exception')[0]).toBe(exception);
    await expect(collect(target.client.readStream(stream))).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  it.each<[string, () => AppendRequest[]]>([
    ['of nothing at all', () => []],
    ['without options', () => [proposed(() => undefined)]],
    ['to the stream $$', () => [options('$$'), proposed(() => undefined)]],
    ['to a stream of 5 000 characters', () => [options('x'.repeat(5000)), proposed(() => undefined)]],
  ])('%s is an error on that call and nothing else', async (_, requests) => {
    expect((await append(...requests()))?.code).toBe(status.INVALID_ARGUMENT);
    expect(
      await append(
        options(newStream()),
        proposed(() => undefined),
      ),
    ).toBeNull();
  });
});
