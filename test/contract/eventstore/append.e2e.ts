import { binaryEvent, jsonEvent, START, StreamNotFoundError, WrongExpectedVersionError } from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { collect, errorOf, events, newId, newStream, numbersOf, contractTarget } from './target.test-support.js';

const target = contractTarget();

/** Both ways to append: with credentials the client uses the streaming call, without them the batch call. */
const ways = [
  ['batch', {}],
  ['streaming', { credentials: { username: 'admin', password: 'changeit' } }],
] as const;

describe.each(ways)('an append through the %s call', (_, options) => {
  it('answers the revision and the position of its last event', async () => {
    const stream = newStream();
    const result = await target.client.appendToStream(stream, events(1, 2), options);
    expect(result).toMatchObject({ success: true, nextExpectedRevision: 1n });
    const [, last] = await collect(target.client.readStream(stream));
    expect(last?.event?.position).toEqual(result.position);
    expect(result.position?.commit).toBe(result.position?.prepare);
  });

  it('takes the expected revisions that hold', async () => {
    const stream = newStream();
    const append = (expectedRevision: 'no_stream' | 'any' | 'stream_exists' | bigint) =>
      target.client.appendToStream(stream, events(1), { expectedRevision, ...options });
    await append('no_stream');
    await append(0n);
    await append('stream_exists');
    expect((await append('any')).nextExpectedRevision).toBe(3n);
  });

  it.each([
    ['no_stream', 1n],
    [0n, 1n],
    [7n, 1n],
  ] as const)('refuses %p with the current revision', async (expectedRevision, actualVersion) => {
    const stream = newStream();
    await target.client.appendToStream(stream, events(1, 2), options);
    const error = await errorOf(target.client.appendToStream(stream, events(3), { expectedRevision, ...options }));
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(error).toMatchObject({ streamName: stream, actualVersion, expectedVersion: expectedRevision });
    expect(await numbersOf(target.client.readStream(stream))).toEqual([1, 2]);
  });

  it.each(['stream_exists', 0n] as const)(
    'refuses %p for a missing stream, and makes none',
    async (expectedRevision) => {
      const stream = newStream();
      const error = await errorOf(target.client.appendToStream(stream, events(1), { expectedRevision, ...options }));
      expect(error).toMatchObject({ type: 'wrong-expected-version', actualVersion: 'no_stream' });
      expect(await errorOf(collect(target.client.readStream(stream)))).toBeInstanceOf(StreamNotFoundError);
    },
  );

  it.each(['any', 'no_stream', 'stream_exists', 0n] as const)(
    'expecting %p can be repeated, even later',
    async (expectedRevision) => {
      const stream = newStream();
      const before = expectedRevision === 'no_stream' || expectedRevision === 'any' ? [] : events(0);
      if (before.length > 0) await target.client.appendToStream(stream, before, options);
      const batch = events(1, 2);
      const first = await target.client.appendToStream(stream, batch, { expectedRevision, ...options });
      await target.client.appendToStream(stream, events(3), options);
      const again = await target.client.appendToStream(stream, batch, { expectedRevision, ...options });
      expect(again).toEqual(first);
      expect(await numbersOf(target.client.readStream(stream))).toEqual([...before.map(() => 0), 1, 2, 3]);
    },
  );

  it('refuses a repeat of which a part is new', async () => {
    const stream = newStream();
    const [one, two, three] = events(1, 2, 3);
    if (one === undefined || two === undefined || three === undefined) throw new Error('three events');
    await target.client.appendToStream(stream, [one, two], options);
    const error = await errorOf(target.client.appendToStream(stream, [two, three], options));
    expect(error).toMatchObject({ type: 'wrong-expected-version', actualVersion: 1n });
  });

  it('takes the same ids in another order for a repeat, but not where a revision says their places', async () => {
    const stream = newStream();
    const [one, two, three] = events(1, 2, 3);
    if (one === undefined || two === undefined || three === undefined) throw new Error('three events');
    const shuffled = [two, one, three];
    await target.client.appendToStream(stream, [one, two, three], options);
    for (const expectedRevision of ['any', 'stream_exists'] as const) {
      const again = await target.client.appendToStream(stream, shuffled, { expectedRevision, ...options });
      expect(again).toMatchObject({ success: true, nextExpectedRevision: 2n });
    }
    const attempt = target.client.appendToStream(stream, shuffled, { expectedRevision: 'no_stream', ...options });
    expect(await errorOf(attempt)).toMatchObject({ type: 'wrong-expected-version', actualVersion: 2n });
    expect(await numbersOf(target.client.readStream(stream))).toEqual([1, 2, 3]);
  });

  it('answers a repeat of what was truncated since without a position', async () => {
    const stream = newStream();
    const batch = events(1, 2);
    await target.client.appendToStream(stream, batch, { expectedRevision: 'no_stream', ...options });
    await target.client.appendToStream(stream, events(3), options);
    await target.client.setStreamMetadata(stream, { truncateBefore: 2 });
    const again = await target.client.appendToStream(stream, batch, { expectedRevision: 'no_stream', ...options });
    expect(again).toMatchObject({ success: true, nextExpectedRevision: 1n });
    expect(again.position).toBeUndefined();
  });

  it('stores what is sent at once with the same ids one time, and answers all', async () => {
    const stream = newStream();
    const batch = events(1);
    const results = await Promise.all(
      Array.from({ length: 8 }, () => target.client.appendToStream(stream, batch, options)),
    );
    expect(new Set(results.map(({ position }) => position?.commit)).size).toBe(1);
    expect(await numbersOf(target.client.readStream(stream))).toEqual([1]);
  });

  it('stores the same id twice within one append', async () => {
    const stream = newStream();
    const [one] = events(1);
    if (one === undefined) throw new Error('an event');
    await target.client.appendToStream(stream, [one, one], options);
    expect(await numbersOf(target.client.readStream(stream))).toEqual([1, 1]);
  });

  it('keeps JSON, bytes, metadata, ids and any name', async () => {
    const stream = newStream('ü-名-🎰');
    const [jsonId, bytesId] = [newId(), newId()];
    const bytes = Buffer.from([0, 255, 128, 10, 13]);
    await target.client.appendToStream(
      stream,
      [
        jsonEvent({ id: jsonId, type: 'naïve', data: { text: 'ä' }, metadata: { $correlationId: 'c' } }),
        binaryEvent({ id: bytesId, type: 'bytes', data: bytes, metadata: new Uint8Array(bytes) }),
      ],
      options,
    );
    const [json, binary] = (await collect(target.client.readStream(stream))).map(({ event }) => event);
    expect(json).toMatchObject({ id: jsonId, streamId: stream, type: 'naïve', isJson: true, data: { text: 'ä' } });
    expect(json?.metadata).toEqual({ $correlationId: 'c' });
    expect(binary).toMatchObject({ id: bytesId, type: 'bytes', isJson: false, revision: 1n });
    expect(Buffer.from(binary?.data as Uint8Array)).toEqual(bytes);
    expect(Buffer.from(binary?.metadata as Uint8Array)).toEqual(bytes);
    expect(Math.abs(Date.now() - (json?.created.getTime() ?? 0))).toBeLessThan(60_000);
  });

  it('of exactly 1 MiB of data is stored, of one byte more refused, whatever the revision', async () => {
    const stream = newStream();
    const half = (length: number) =>
      binaryEvent({ type: 'big', data: Buffer.alloc(length, 7), metadata: new Uint8Array(1000) });
    await target.client.appendToStream(stream, [half(524_288), half(524_288)], options);
    const error = await errorOf(
      target.client.appendToStream(stream, [half(524_288), half(524_289)], { expectedRevision: 99n, ...options }),
    );
    expect(error).toMatchObject({ type: 'maximum-append-size-exceeded', maxAppendSize: 1_048_576 });
    const [, last] = await collect(target.client.readStream(stream));
    expect(last?.event?.revision).toBe(1n);
    expect(Buffer.from(last?.event?.data as Uint8Array).equals(Buffer.alloc(524_288, 7))).toBe(true);
  });

  it('of nothing checks the revision, and stores nothing', async () => {
    const stream = newStream();
    await target.client.appendToStream(stream, events(1), options);
    expect(await target.client.appendToStream(stream, [], { expectedRevision: 0n, ...options })).toMatchObject({
      success: true,
    });
    const error = await errorOf(target.client.appendToStream(stream, [], { expectedRevision: 4n, ...options }));
    expect(error).toMatchObject({ type: 'wrong-expected-version' });
    expect(await numbersOf(target.client.readStream(stream, { fromRevision: START }))).toEqual([1]);
  });
});

describe('appends at the same time', () => {
  it('to many streams are all stored, each once and in its order', async () => {
    const streams = Array.from({ length: 20 }, () => newStream());
    await Promise.all(
      streams.map(async (stream) => {
        for (let n = 0; n < 15; n += 1) {
          await target.client.appendToStream(stream, events(n), {
            expectedRevision: n === 0 ? 'no_stream' : BigInt(n - 1),
          });
        }
      }),
    );
    for (const stream of streams) {
      expect(await numbersOf(target.client.readStream(stream))).toEqual(Array.from({ length: 15 }, (_, n) => n));
    }
  });

  it('in chunks of one message each are whole', async () => {
    const stream = newStream();
    const numbers = Array.from({ length: 200 }, (_, n) => n);
    await target.client.appendToStream(stream, events(...numbers), { batchAppendSize: 1 });
    expect(await numbersOf(target.client.readStream(stream))).toEqual(numbers);
  });

  it('let exactly one of them have an expected revision', async () => {
    const stream = newStream();
    const attempts = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) =>
        target.client.appendToStream(stream, events(n), { expectedRevision: 'no_stream' }),
      ),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
