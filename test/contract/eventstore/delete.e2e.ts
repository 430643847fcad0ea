import {
  ANY,
  BACKWARDS,
  END,
  FORWARDS,
  jsonEvent,
  NO_STREAM,
  START,
  StreamDeletedError,
  StreamNotFoundError,
} from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { collect, errorOf, events, newStream, numbersOf, contractTarget, positionOf } from './target.test-support.js';

const target = contractTarget();

const read = (stream: string) => numbersOf(target.client.readStream(stream));
const readBackwards = (stream: string) =>
  numbersOf(target.client.readStream(stream, { direction: BACKWARDS, fromRevision: END }));
const withEvents = async (...numbers: number[]): Promise<string> => {
  const stream = newStream();
  await target.client.appendToStream(stream, events(...numbers));
  return stream;
};

describe('a deleted stream', () => {
  it('is not found, but stays in $all', async () => {
    const stream = await withEvents(0, 1);
    const { position } = await target.client.deleteStream(stream);
    expect(position?.commit).toBeGreaterThan(0n);
    for (const direction of [FORWARDS, BACKWARDS] as const) {
      const fromRevision = direction === FORWARDS ? START : END;
      expect(await errorOf(collect(target.client.readStream(stream, { direction, fromRevision })))).toBeInstanceOf(
        StreamNotFoundError,
      );
    }
    const all = await collect(target.client.readAll());
    expect(all.filter(({ event }) => event?.streamId === stream)).toHaveLength(2);
    const deletion = all.find((resolved) => positionOf(resolved) === position?.commit);
    expect(deletion?.event).toMatchObject({ streamId: `$$${stream}`, type: '$metadata' });
    const [metadata] = await collect(target.client.readStream(`$$${stream}`));
    expect(metadata?.event?.data).toEqual({ $tb: Number(2n ** 63n - 1n) });
  });

  it.each([
    ['any', ANY],
    ['no stream', NO_STREAM],
    ['its last revision', 1n],
  ] as const)('goes on with its numbering when it is written again, expecting %s', async (_, expectedRevision) => {
    const stream = await withEvents(0, 1);
    await target.client.deleteStream(stream);
    expect(await target.client.appendToStream(stream, events(2), { expectedRevision })).toMatchObject({
      nextExpectedRevision: 2n,
    });
    expect(await read(stream)).toEqual([2]);
    await target.client.appendToStream(stream, events(3));
    expect(await readBackwards(stream)).toEqual([3, 2]);
  });

  it('is checked against the expected revision', async () => {
    const stream = await withEvents(0, 1);
    expect(await errorOf(target.client.deleteStream(stream, { expectedRevision: 0n }))).toMatchObject({
      type: 'wrong-expected-version',
      streamName: stream,
      actualVersion: 1n,
      expectedVersion: 0n,
    });
    await target.client.deleteStream(stream, { expectedRevision: 1n });
    expect(await errorOf(read(stream))).toBeInstanceOf(StreamNotFoundError);
  });

  it('must exist', async () => {
    expect(await errorOf(target.client.deleteStream(newStream()))).toMatchObject({ type: 'wrong-expected-version' });
  });

  it('comes back empty when its metadata is set', async () => {
    const stream = await withEvents(0, 1);
    await target.client.deleteStream(stream);
    await target.client.setStreamMetadata(stream, { owner: 'me' });
    expect(await read(stream)).toEqual([]);
    expect(await target.client.getStreamMetadata(stream)).toMatchObject({
      metadata: { owner: 'me', truncateBefore: 2 },
    });
    await target.client.appendToStream(stream, events(2));
    expect(await read(stream)).toEqual([2]);
  });

  it('answers a repeat of what it held, without a position', async () => {
    const stream = newStream();
    const batch = events(0, 1);
    await target.client.appendToStream(stream, batch, { expectedRevision: NO_STREAM });
    await target.client.deleteStream(stream);
    const again = await target.client.appendToStream(stream, batch, { expectedRevision: NO_STREAM });
    expect(again).toMatchObject({ success: true, nextExpectedRevision: 1n });
    expect(again.position).toBeUndefined();
  });
});

describe('a tombstoned stream', () => {
  it('can be neither read nor written nor deleted again, nor its metadata', async () => {
    const stream = await withEvents(0);
    const { position } = await target.client.tombstoneStream(stream);
    const attempts = [
      read(stream),
      readBackwards(stream),
      collect(target.client.readStream(`$$${stream}`)),
      collect(target.client.subscribeToStream(stream)),
      target.client.appendToStream(stream, events(1)),
      target.client.appendToStream(stream, events(1), { credentials: { username: 'admin', password: 'changeit' } }),
      target.client.setStreamMetadata(stream, {}),
      target.client.deleteStream(stream),
      target.client.tombstoneStream(stream),
    ];
    for (const attempt of attempts) expect(await errorOf(attempt)).toBeInstanceOf(StreamDeletedError);
    const all = await collect(target.client.readAll());
    expect(all.find((resolved) => positionOf(resolved) === position?.commit)?.event).toMatchObject({
      streamId: stream,
      type: '$streamDeleted',
      revision: 9_223_372_036_854_775_807n,
    });
  });

  it('need not have existed', async () => {
    const stream = newStream();
    await target.client.tombstoneStream(stream);
    expect(await errorOf(read(stream))).toBeInstanceOf(StreamDeletedError);
  });

  it('confirms a subscription from its end and leaves it open, and refuses one from the start', async () => {
    const stream = await withEvents(0);
    await target.client.tombstoneStream(stream);
    const heard: string[] = [];
    const listen = (fromRevision: typeof START | typeof END) => {
      const subscription = target.client.subscribeToStream(stream, { fromRevision });
      subscription.on('confirmation', () => heard.push(`confirmed from ${fromRevision}`));
      subscription.on('error', () => heard.push(`refused from ${fromRevision}`));
      subscription.on('data', () => heard.push('data'));
      return subscription;
    };
    const [open] = [listen(END)];
    await new Promise<void>((resolve) => {
      open.once('confirmation', () => resolve());
    });
    await new Promise<void>((resolve) => {
      listen(START).once('error', () => resolve());
    });
    await target.client.appendToStream(newStream(), events(1));
    expect(heard).toEqual(['confirmed from end', 'refused from start']);
    await open.unsubscribe();
  });

  it('ends the subscriptions to it after its last event', async () => {
    const stream = await withEvents(0);
    const subscription = target.client.subscribeToStream(stream);
    const types: string[] = [];
    subscription.on('data', ({ event }) => types.push(event?.type ?? ''));
    const ended = new Promise<Error>((resolve) => {
      subscription.once('error', resolve);
    });
    await new Promise<void>((resolve) => {
      subscription.once('caughtUp', () => resolve());
    });
    await target.client.tombstoneStream(stream);
    expect(await ended).toBeInstanceOf(StreamDeletedError);
    expect(types).toEqual(['counted', '$streamDeleted']);
  });
});

describe("a stream's metadata", () => {
  it.each([
    ['$maxCount', { maxCount: 3 }, [7, 8, 9]],
    ['$tb', { truncateBefore: 8 }, [8, 9]],
    ['both', { maxCount: 5, truncateBefore: 2 }, [5, 6, 7, 8, 9]],
    ['a $tb beyond the end', { truncateBefore: 11 }, []],
    ['limits that are none', { maxCount: 0, truncateBefore: -3 }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ] as const)('with %s hides older events in both directions', async (_, metadata, numbers) => {
    const stream = await withEvents(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    await target.client.setStreamMetadata(stream, metadata);
    expect(await read(stream)).toEqual(numbers);
    expect(await readBackwards(stream)).toEqual([...numbers].reverse());
    const subscribed = await numbersOf(target.client.subscribeToStream(stream, {}), numbers.length);
    expect(subscribed).toEqual(numbers);
  });

  it('hides what is appended before a $tb beyond the end is reached', async () => {
    const stream = await withEvents(0);
    await target.client.setStreamMetadata(stream, { truncateBefore: 3 });
    await target.client.appendToStream(stream, events(1, 2, 3));
    expect(await read(stream)).toEqual([3]);
  });

  it.each([
    ['of any type', { $maxCount: 1 }, [2]],
    ['with a limit in words', { $maxCount: '1', $tb: 'one' }, [0, 1, 2]],
  ] as const)('is what is written to its stream: an event %s', async (_, data, numbers) => {
    const stream = await withEvents(0, 1, 2);
    await target.client.appendToStream(`$$${stream}`, jsonEvent({ type: 'anything', data }));
    expect(await read(stream)).toEqual(numbers);
  });

  it('with $maxAge hides events that are too old', async () => {
    const stream = await withEvents(0, 1);
    await target.client.setStreamMetadata(stream, { maxAge: 3600 });
    expect(await read(stream)).toEqual([0, 1]);
    await target.client.setStreamMetadata(stream, { maxAge: 1 });
    const deadline = Date.now() + 10_000;
    let left = await read(stream);
    while (left.length > 0 && Date.now() < deadline) left = await read(stream);
    expect(left).toEqual([]);
    await target.client.appendToStream(stream, events(2));
    expect(await read(stream)).toEqual([2]);
  });

  it('is kept as it was set, its last version only', async () => {
    const stream = await withEvents(0);
    await target.client.setStreamMetadata(stream, { maxCount: 7, custom: { deep: [1] } });
    await target.client.setStreamMetadata(stream, { acl: { readRoles: ['a'] }, cacheControl: 5, custom: 'x' });
    const { metadata } = await target.client.getStreamMetadata(stream);
    expect(metadata).toMatchObject({ cacheControl: 5, custom: 'x', acl: { readRoles: ['a'] } });
    expect(await collect(target.client.readStream(`$$${stream}`))).toHaveLength(1);
  });
});
