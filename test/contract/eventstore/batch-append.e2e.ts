import { Metadata, type ClientDuplexStream } from '@grpc/grpc-js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import timestamp from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { StreamNotFoundError } from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { describe, expect, it } from '@jest/globals';
import { identifier, uuid } from './messages.test-support.js';
import { collect, events, newId, newStream, numbersOf, contractTarget } from './target.test-support.js';

type BatchRequest = InstanceType<typeof streams.BatchAppendReq>;
type BatchAnswer = InstanceType<typeof streams.BatchAppendResp>;

const target = contractTarget();

const proposed = (number: number, id = newId()) => {
  const message = new streams.BatchAppendReq.ProposedMessage();
  message.setId(uuid(id));
  message.getMetadataMap().set('type', 'counted').set('content-type', 'application/json');
  message.setData(Buffer.from(JSON.stringify({ n: number })));
  return message;
};

const chunk = (correlationId: string, isFinal: boolean, ...numbers: number[]): BatchRequest => {
  const request = new streams.BatchAppendReq();
  request.setCorrelationId(uuid(correlationId));
  request.setProposedMessagesList(numbers.map((number) => proposed(number)));
  request.setIsFinal(isFinal);
  return request;
};

const withOptions = (
  request: BatchRequest,
  stream: string,
  fill?: (options: InstanceType<typeof streams.BatchAppendReq.Options>) => void,
) => {
  const options = new streams.BatchAppendReq.Options();
  options.setStreamIdentifier(identifier(stream));
  if (fill === undefined) options.setAny(new empty.Empty());
  else fill(options);
  request.setOptions(options);
  return request;
};

/** Sends requests, closes its side, and gives every answer once the call has ended. */
const batch = async (...requests: BatchRequest[]): Promise<BatchAnswer[]> => {
  const call: ClientDuplexStream<BatchRequest, BatchAnswer> = target.raw.batchAppend(new Metadata());
  for (const request of requests) call.write(request);
  call.end();
  return collect(call as AsyncIterable<BatchAnswer>);
};

describe('a batch append', () => {
  it('takes appends in chunks, mixed with one another', async () => {
    const [one, two] = [newStream(), newStream()];
    const [first, second] = [newId(), newId()];
    const answers = await batch(
      withOptions(chunk(first, false, 1), one),
      withOptions(chunk(second, false, 10, 11), two),
      chunk(first, false, 2),
      chunk(second, true),
      chunk(first, true, 3),
    );
    expect(answers.map((answer) => answer.getCorrelationId()?.getString()).sort()).toEqual([first, second].sort());
    for (const answer of answers) {
      expect(answer.hasSuccess()).toBe(true);
      expect(answer.getExpectedStreamPositionCase()).toBe(0);
    }
    expect(await numbersOf(target.client.readStream(one))).toEqual([1, 2, 3]);
    expect(await numbersOf(target.client.readStream(two))).toEqual([10, 11]);
  });

  it('answers a wrong revision as a status with the stream and the current revision', async () => {
    const stream = newStream();
    await target.client.appendToStream(stream, events(1));
    const [answer] = await batch(
      withOptions(chunk(newId(), true, 2), stream, (options) => options.setNoStream(new empty.Empty())),
    );
    const detail = answer
      ?.getError()
      ?.getDetails()
      ?.unpack(
        (bytes) => shared.WrongExpectedVersion.deserializeBinary(bytes),
        'event_store.client.WrongExpectedVersion',
      );
    expect(answer?.getError()?.getCode()).toBe(6);
    expect(detail?.getCurrentStreamRevision()).toBe('0');
    expect(Buffer.from(answer?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).toBe(stream);
  });

  it('answers with a time-out when the deadline has passed, and stores nothing', async () => {
    const stream = newStream();
    const request = withOptions(chunk(newId(), true, 1), stream, (options) => {
      options.setAny(new empty.Empty());
      options.setDeadline(timestamp.Timestamp.fromDate(new Date(Date.now() - 1000)));
    });
    const [answer] = await batch(request);
    expect(answer?.getError()?.getCode()).toBe(4);
    await expect(collect(target.client.readStream(stream))).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  it('answers for a stream that has ended with the code of its own', async () => {
    const stream = newStream();
    await target.client.tombstoneStream(stream);
    const [answer] = await batch(withOptions(chunk(newId(), true, 1), stream));
    const detail = answer
      ?.getError()
      ?.getDetails()
      ?.unpack((bytes) => shared.StreamDeleted.deserializeBinary(bytes), 'event_store.client.StreamDeleted');
    expect(answer?.getError()?.getCode()).toBe(5);
    expect(Buffer.from(detail?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).toBe(stream);
  });

  it('counts the data of all chunks, and refuses more than 1 MiB of it', async () => {
    const [big, rest] = [chunk(newId(), false, 1), chunk(newId(), true, 2)];
    rest.setCorrelationId(big.getCorrelationId());
    big.getProposedMessagesList()[0]?.setData(Buffer.alloc(1_048_576, 7));
    const [answer] = await batch(withOptions(big, newStream()), rest);
    const detail = answer
      ?.getError()
      ?.getDetails()
      ?.unpack(
        (bytes) => shared.MaximumAppendSizeExceeded.deserializeBinary(bytes),
        'event_store.client.MaximumAppendSizeExceeded',
      );
    expect(answer?.getError()?.getCode()).toBe(3);
    expect(detail?.getMaxappendsize()).toBe(1_048_576);
  });

  it('stores an unknown content type as bytes', async () => {
    const stream = newStream();
    const request = withOptions(chunk(newId(), true, 1), stream);
    request.getProposedMessagesList()[0]?.getMetadataMap().set('content-type', 'text/plain');
    const [answer] = await batch(request);
    expect(answer?.hasSuccess()).toBe(true);
    const [read] = await collect(target.client.readStream(stream));
    expect(read?.event).toMatchObject({ isJson: false });
  });

  it.each<[string, (request: BatchRequest) => BatchRequest]>([
    ['without an expected revision', (request) => withOptions(request, newStream(), () => undefined)],
    ['to the stream $$', (request) => withOptions(request, '$$')],
    ['to a stream without a name', (request) => withOptions(request, '')],
    ['to a stream of 5 000 characters', (request) => withOptions(request, 'x'.repeat(5000))],
    [
      'without an event id',
      (request) => {
        request.getProposedMessagesList()[0]?.clearId();
        return withOptions(request, newStream());
      },
    ],
    [
      'with a malformed event id',
      (request) => {
        request.getProposedMessagesList()[0]?.setId(uuid('not-an-id'));
        return withOptions(request, newStream());
      },
    ],
    [
      'without a content type',
      (request) => {
        request.getProposedMessagesList()[0]?.getMetadataMap().del('content-type');
        return withOptions(request, newStream());
      },
    ],
    [
      'without a type',
      (request) => {
        request.getProposedMessagesList()[0]?.getMetadataMap().del('type');
        return withOptions(request, newStream());
      },
    ],
  ])('%s is refused alone', async (_, spoil) => {
    const good = newStream();
    const [bad, fine] = [newId(), newId()];
    const answers = await batch(spoil(chunk(bad, true, 1)), withOptions(chunk(fine, true, 2), good));
    const byId = new Map(answers.map((answer) => [answer.getCorrelationId()?.getString(), answer]));
    expect(byId.get(bad)?.getError()?.getCode()).toBe(3);
    expect(byId.get(bad)?.hasStreamIdentifier()).toBe(true);
    expect(byId.get(fine)?.hasSuccess()).toBe(true);
  });

  it('ignores a chunk of an append that was never begun', async () => {
    expect(await batch(chunk(newId(), true, 1))).toEqual([]);
  });
});
