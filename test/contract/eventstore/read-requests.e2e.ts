import { status, type ServiceError } from '@grpc/grpc-js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { describe, expect, it } from '@jest/globals';
import { linkEvent } from './links.test-support.js';
import { identifier } from './messages.test-support.js';
import { collect, events, newStream, numbersOf, contractTarget } from './target.test-support.js';

type ReadOptions = InstanceType<typeof streams.ReadReq.Options>;
type ReadAnswer = InstanceType<typeof streams.ReadResp>;

const target = contractTarget();

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

  it("tells the stream's last revision to those who ask for it", async () => {
    const stream = newStream();
    await target.client.appendToStream(stream, events(1, 2, 3));
    const { answers } = await readRaw((options) => {
      const control = new streams.ReadReq.Options.ControlOption();
      control.setCompatibility(1);
      options.setControlOption(control);
      options.setStream(ofStream(stream));
      options.setCount('2');
    });
    expect(answers.filter((answer) => answer.hasEvent())).toHaveLength(2);
    expect(answers.at(-1)?.getLastStreamPosition()).toBe('2');
  });

  it('filters by expressions that look ahead', async () => {
    const stream = newStream();
    await target.client.appendToStream(stream, events(1));
    await target.client.setStreamMetadata(stream, {});
    const { answers } = await readRaw((options) => {
      filtered(options, (expression) => expression.setRegex(`^(?=.*${stream})(?!\\$)`), 'stream');
      options.clearSubscription();
      options.setCount('1000000');
    });
    const found = answers.filter((answer) => answer.hasEvent()).map((answer) => answer.getEvent()?.getEvent());
    expect(found.map((event) => event?.getStreamRevision())).toEqual(['0']);
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
    [
      'a stream forwards from its end',
      (options) => {
        const stream = ofStream('s');
        stream.setEnd(new shared.Empty());
        options.setStream(stream);
        options.setCount('1');
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
  on: 'type' | 'stream' = 'type',
): void => {
  const all = new streams.ReadReq.Options.AllOptions();
  all.setStart(new shared.Empty());
  const expression = new streams.ReadReq.Options.FilterOptions.Expression();
  fill(expression);
  const filter = new streams.ReadReq.Options.FilterOptions();
  if (on === 'type') filter.setEventType(expression);
  else filter.setStreamIdentifier(expression);
  filter.setMax(32);
  filter.setCheckpointintervalmultiplier(1);
  options.setAll(all);
  options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions());
  options.setFilter(filter);
};
