import { END, eventTypeFilter, excludeSystemEvents, jsonEvent, START, streamNameFilter } from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { collect, events, newId, newStream, numbersOf, contractTarget, positionOf } from './target.test-support.js';

const target = contractTarget();

const named = (subscription: { once(event: string, listener: () => void): unknown }, event: string): Promise<void> =>
  new Promise((resolve) => {
    subscription.once(event, resolve);
  });

describe('a subscription to a stream', () => {
  it('gets what is there, says that it has caught up, and gets what comes', async () => {
    const stream = newStream();
    await target.client.appendToStream(stream, events(0, 1, 2));
    const subscription = target.client.subscribeToStream(stream);
    const caughtUp = named(subscription, 'caughtUp');
    const seen = numbersOf(subscription, 5);
    await caughtUp;
    await target.client.appendToStream(stream, events(3, 4));
    expect(await seen).toEqual([0, 1, 2, 3, 4]);
  });

  it.each([
    ['a revision', 1n, [2, 3]],
    ['the end', END, [3]],
    ['beyond the end', 2n, [3]],
  ] as const)('from %s leaves out what is before', async (_, fromRevision, numbers) => {
    const stream = newStream();
    await target.client.appendToStream(stream, events(0, 1, 2));
    const subscription = target.client.subscribeToStream(stream, { fromRevision });
    const caughtUp = named(subscription, 'caughtUp');
    const seen = numbersOf(subscription, numbers.length);
    await caughtUp;
    await target.client.appendToStream(stream, events(3));
    expect(await seen).toEqual(numbers);
  });

  it('waits for a stream that is not there yet', async () => {
    const stream = newStream();
    const subscription = target.client.subscribeToStream(stream);
    const confirmed = named(subscription, 'confirmation');
    const heard: string[] = [];
    subscription.on('caughtUp', () => heard.push('caught up'));
    subscription.on('data', ({ event }) => heard.push(event?.type ?? ''));
    const caughtUp = named(subscription, 'caughtUp');
    await confirmed;
    await target.client.appendToStream(newStream(), events(0));
    expect(heard).toEqual([]);
    await target.client.appendToStream(stream, events(1));
    await caughtUp;
    expect(heard).toEqual(['counted', 'caught up']);
    await subscription.unsubscribe();
  });
});

describe('a subscription to $all', () => {
  it('loses, doubles and reorders nothing while others write', async () => {
    const prefix = newStream('load');
    const writing = Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let n = 0; n < 60; n += 1) await target.client.appendToStream(`${prefix}-${writer}`, events(n));
      }),
    );
    const filter = streamNameFilter({ prefixes: [prefix], maxSearchWindow: 32 });
    const subscriptions = Array.from({ length: 4 }, () =>
      target.client.subscribeToAll({ fromPosition: START, filter }),
    );
    const received = await Promise.all(subscriptions.map((subscription) => collect(subscription, 480)));
    await writing;
    const stored = (await collect(target.client.readAll({ fromPosition: START }))).filter(({ event }) =>
      event?.streamId.startsWith(prefix),
    );
    for (const list of received) expect(list.map(positionOf)).toEqual(stored.map(positionOf));
  });

  it('resumes after a position, without the event there', async () => {
    const prefix = newStream('resume');
    const { position } = await target.client.appendToStream(`${prefix}-1`, events(1));
    await target.client.appendToStream(`${prefix}-2`, events(2, 3));
    if (position === undefined) throw new Error('a position');
    const filter = streamNameFilter({ prefixes: [prefix], maxSearchWindow: 100 });
    expect(await numbersOf(target.client.subscribeToAll({ fromPosition: position, filter }), 2)).toEqual([2, 3]);
  });

  it('from the end gets only what comes', async () => {
    const prefix = newStream('end');
    await target.client.appendToStream(prefix, events(1));
    const filter = streamNameFilter({ prefixes: [prefix], maxSearchWindow: 100 });
    const subscription = target.client.subscribeToAll({ fromPosition: END, filter });
    const caughtUp = named(subscription, 'caughtUp');
    const seen = numbersOf(subscription, 1);
    await caughtUp;
    await target.client.appendToStream(prefix, events(2));
    expect(await seen).toEqual([2]);
  });

  it.each([
    [
      'a prefix of the type',
      (mark: string) => eventTypeFilter({ prefixes: [`wanted-${mark}`, 'never'], maxSearchWindow: 10 }),
    ],
    [
      'an expression on the type',
      (mark: string) => eventTypeFilter({ regex: `^wanted-(?!x).*${mark}`, maxSearchWindow: 10 }),
    ],
    ['a prefix of the stream', (mark: string) => streamNameFilter({ prefixes: [`yes-${mark}`], maxSearchWindow: 10 })],
    [
      'an expression on the stream',
      (mark: string) => streamNameFilter({ regex: `^yes-${mark}$`, maxSearchWindow: 10 }),
    ],
  ])('is filtered by %s', async (_, filterFor) => {
    const mark = newId();
    for (let n = 0; n < 5; n += 1) {
      await target.client.appendToStream(`no-${mark}`, jsonEvent({ type: `other-${mark}`, data: { n: -1 } }));
      await target.client.appendToStream(`yes-${mark}`, jsonEvent({ type: `wanted-${mark}`, data: { n } }));
    }
    expect(await numbersOf(target.client.subscribeToAll({ filter: filterFor(mark) }), 5)).toEqual([0, 1, 2, 3, 4]);
  });

  it('tells checkpoints while nothing matches, from which it can be resumed', async () => {
    const mark = newId();
    await target.client.appendToStream(newStream(), events(...Array.from({ length: 200 }, (_, n) => n)));
    const { position } = await target.client.appendToStream(`found-${mark}`, events(7));
    const checkpoints: bigint[] = [];
    const filter = streamNameFilter({
      prefixes: [`found-${mark}`],
      maxSearchWindow: 32,
      checkpointReached: (_, { commit }) => {
        checkpoints.push(commit);
      },
    });
    expect(await numbersOf(target.client.subscribeToAll({ filter }), 1)).toEqual([7]);
    expect(checkpoints.length).toBeGreaterThanOrEqual(6);
    const before = checkpoints.filter((checkpoint) => checkpoint < (position?.commit ?? 0n)).at(-1) ?? 0n;
    const resumed = target.client.subscribeToAll({ fromPosition: { commit: before, prepare: before }, filter });
    expect(await numbersOf(resumed, 1)).toEqual([7]);
  });

  it('leaves out system events when asked', async () => {
    const mark = newId();
    await target.client.appendToStream(`$system-${mark}`, jsonEvent({ type: '$hidden', data: { n: 1 } }));
    await target.client.appendToStream(`last-${mark}`, jsonEvent({ type: `last-${mark}`, data: { n: 2 } }));
    const types: string[] = [];
    for await (const { event } of target.client.subscribeToAll({
      filter: excludeSystemEvents({ maxSearchWindow: 50 }),
    })) {
      types.push(event?.type ?? '');
      if (event?.type === `last-${mark}`) break;
    }
    expect(types.filter((type) => type.startsWith('$'))).toEqual([]);
  });

  it('waits for a slow reader and then gives it everything', async () => {
    const prefix = newStream('slow');
    const filter = streamNameFilter({ prefixes: [prefix], maxSearchWindow: 100 });
    const subscription = target.client.subscribeToAll({ fromPosition: END, filter });
    await named(subscription, 'caughtUp');
    const bulk = Array.from({ length: 40 }, (_, n) => n);
    for (const n of bulk)
      await target.client.appendToStream(prefix, jsonEvent({ type: 'bulk', data: { n, filler: 'x'.repeat(50_000) } }));
    expect(await numbersOf(subscription, bulk.length)).toEqual(bulk);
  });
});
