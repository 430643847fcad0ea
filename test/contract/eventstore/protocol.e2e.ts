import { Metadata, status, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import timestamp from 'google-protobuf/google/protobuf/timestamp_pb.js';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import persistentService from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { linkEvent } from './links.test-support.js';
import { collect, events, newId, newStream, numbersOf, openTarget, type Target } from './target.test-support.js';

type BatchRequest = InstanceType<typeof streams.BatchAppendReq>;
type BatchAnswer = InstanceType<typeof streams.BatchAppendResp>;
type ReadOptions = InstanceType<typeof streams.ReadReq.Options>;
type ReadAnswer = InstanceType<typeof streams.ReadResp>;

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

const uuid = (text: string) => {
  const id = new shared.UUID();
  id.setString(text);
  return id;
};

const identifier = (stream: string) => {
  const name = new shared.StreamIdentifier();
  name.setStreamName(Buffer.from(stream));
  return name;
};

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

const readRaw = (
  fill: (options: ReadOptions) => void,
): Promise<{ answers: ReadAnswer[]; error: ServiceError | null }> => {
  const options = new streams.ReadReq.Options();
  options.setNoFilter(new shared.Empty());
  options.setUuidOption(new streams.ReadReq.Options.UUIDOption());
  fill(options);
  const request = new streams.ReadReq();
  request.setOptions(options);
  return collectRead(request);
};

const collectRead = (
  request: InstanceType<typeof streams.ReadReq>,
): Promise<{ answers: ReadAnswer[]; error: ServiceError | null }> =>
  new Promise((resolve) => {
    const answers: ReadAnswer[] = [];
    const call = target.raw.read(request);
    call.on('data', (answer: ReadAnswer) => answers.push(answer));
    call.on('error', (error: ServiceError) => resolve({ answers, error }));
    call.on('end', () => resolve({ answers, error: null }));
  });

const ofStream = (stream: string) => {
  const streamOptions = new streams.ReadReq.Options.StreamOptions();
  streamOptions.setStreamIdentifier(identifier(stream));
  streamOptions.setStart(new shared.Empty());
  return streamOptions;
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
    const { answers } = await readRaw((options) => {
      options.setStream(ofStream(stream));
      options.setCount('1');
    });
    expect(answers[0]?.hasStreamNotFound()).toBe(true);
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

describe('a read', () => {
  it('answers a missing stream with a message', async () => {
    const { answers, error } = await readRaw((options) => {
      options.setStream(ofStream('nowhere'));
      options.setCount('10');
    });
    expect(error).toBeNull();
    expect(answers.map((answer) => answer.hasStreamNotFound())).toEqual([true]);
  });

  it('gives ids as two numbers to those who did not ask for text', async () => {
    const stream = newStream();
    const [event] = events(1);
    if (event === undefined) throw new Error('an event');
    await target.client.appendToStream(stream, event);
    const { answers } = await readRaw((options) => {
      options.getUuidOption()?.setStructured(new shared.Empty());
      options.setStream(ofStream(stream));
      options.setCount('1');
    });
    const structured = answers[0]?.getEvent()?.getEvent()?.getId()?.getStructured();
    const bytes = Buffer.alloc(16);
    bytes.writeBigInt64BE(BigInt(structured?.getMostSignificantBits() ?? 0), 0);
    bytes.writeBigInt64BE(BigInt(structured?.getLeastSignificantBits() ?? 0), 8);
    expect(bytes.toString('hex')).toBe(event.id.replaceAll('-', ''));
  });

  it('resolves links, and leaves one that leads nowhere as a link', async () => {
    const [stream, links] = [newStream(), newStream()];
    await target.client.appendToStream(stream, events(1, 2));
    await target.client.appendToStream(links, [
      linkEvent(`0@${stream}`),
      linkEvent(`-1@${stream}`),
      linkEvent(`9@${stream}`),
    ]);
    const resolved = await collect(target.client.readStream(links, { resolveLinkTos: true }));
    expect(resolved.map(({ event }) => event?.data)).toEqual([{ n: 1 }, { n: 2 }, undefined]);
    expect(resolved.map(({ link }) => link?.streamId)).toEqual([links, links, links]);
    expect(resolved[0]?.event?.streamId).toBe(stream);
  });

  it.each<[string, (options: ReadOptions) => void]>([
    ['nothing at all', () => undefined],
    ['a stream without a count', (options) => options.setStream(ofStream('s'))],
    [
      'a count of 0',
      (options) => {
        options.setStream(ofStream('s'));
        options.setCount('0');
      },
    ],
    ['an invalid expression', (options) => filtered(options, (expression) => expression.setRegex('('))],
    ['a filter on nothing', (options) => filtered(options, () => undefined)],
    [
      'a position of 2^63',
      (options) => {
        const all = new streams.ReadReq.Options.AllOptions();
        const position = new streams.ReadReq.Options.Position();
        position.setCommitPosition(String(2n ** 63n));
        position.setPreparePosition(String(2n ** 63n));
        all.setPosition(position);
        options.setAll(all);
        options.setCount('1');
      },
    ],
  ])('that asks for %s is an error on that call and nothing else', async (_, fill) => {
    const { error } = await readRaw(fill);
    expect(error?.code).toBe(status.INVALID_ARGUMENT);
    const stream = newStream();
    await target.client.appendToStream(stream, events(1));
    expect(await numbersOf(target.client.readStream(stream))).toEqual([1]);
  });
});

const filtered = (
  options: ReadOptions,
  fill: (expression: InstanceType<typeof streams.ReadReq.Options.FilterOptions.Expression>) => void,
): void => {
  const all = new streams.ReadReq.Options.AllOptions();
  all.setStart(new shared.Empty());
  const expression = new streams.ReadReq.Options.FilterOptions.Expression();
  fill(expression);
  const filter = new streams.ReadReq.Options.FilterOptions();
  filter.setEventType(expression);
  filter.setMax(32);
  filter.setCheckpointintervalmultiplier(1);
  options.setAll(all);
  options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions());
  options.setFilter(filter);
};

describe('the node', () => {
  const address = () => target.raw.getChannel().getTarget();
  const ask = <Answer>(call: (done: (error: ServiceError | null, answer?: Answer) => void) => void): Promise<Answer> =>
    new Promise((resolve, reject) => {
      call((error, answer) =>
        error === null && answer !== undefined ? resolve(answer) : reject(error ?? new Error('no answer')),
      );
    });

  it('lists the batch append among what it serves', async () => {
    const client = new features.ServerFeaturesClient(address(), credentials.createInsecure());
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
    const client = new gossipService.GossipClient(address(), credentials.createInsecure());
    const answer = await ask<{ getMembersList(): { getIsAlive(): boolean; getState(): number }[] }>((done) =>
      client.read(new shared.Empty(), done),
    );
    client.close();
    expect(answer.getMembersList().map((member) => [member.getIsAlive(), member.getState()])).toContainEqual([true, 8]);
  });

  it('names a call that it does not serve', async () => {
    if (process.env['EVENTSTORE_URL'] !== undefined) return;
    const client = new persistentService.PersistentSubscriptionsClient(address(), credentials.createInsecure());
    const attempt = ask((done) => client.list(new persistent.ListReq(), done));
    await expect(attempt).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
    await expect(attempt).rejects.toThrow('/event_store.client.persistent_subscriptions.PersistentSubscriptions/List');
    client.close();
  });
});
