import { afterEach, describe, expect, it } from '@jest/globals';

import type { FeedEvent } from '#event-sourcing';

import { broken, cleared, FakeFeed, MemoryStores, other, served, tabs, until } from './projecting.test-support.js';
import { ProjectionRunner } from './projection-runner.js';
import { callable, type RegisteredProjection } from './registered-projection.js';

const log = [served(1, 'a'), served(2, 'b'), other(3), served(4, 'a', 5), cleared(5, 'b'), served(6, 'c')];
const documents = { a: { drinks: 2, owed: 6 }, c: { drinks: 1, owed: 1 } };

let endAll = new AbortController();
const running: Promise<void>[] = [];

afterEach(async () => {
  endAll.abort();
  await Promise.all(running.splice(0));
  endAll = new AbortController();
});

interface Started {
  readonly feed: FakeFeed;
  readonly runner: ProjectionRunner;
  readonly reached: bigint[];
  readonly errors: unknown[];
  readonly rests: number[];
  caughtUp: number;
}

function start(stores: MemoryStores, events: readonly FeedEvent[], projection: RegisteredProjection = tabs): Started {
  const feed = new FakeFeed(events);
  const reached: bigint[] = [];
  const errors: unknown[] = [];
  const rests: number[] = [];
  const runner = new ProjectionRunner({
    projection: callable(projection),
    stores,
    feed,
    monotonicMs: () => 0,
    onStart: async () => stores.fail('start'),
    onReached: (position) => reached.push(position),
    onCaughtUp: async () => {
      started.caughtUp += 1;
    },
    rest: async (milliseconds) => void rests.push(milliseconds),
    onError: (error) => errors.push(error),
  });
  const started: Started = { feed, runner, reached, errors, rests, caughtUp: 0 };
  running.push(runner.run(endAll.signal));
  return started;
}

describe('a projection runner', () => {
  it('folds the log from the beginning and says how far it came', async () => {
    const stores = new MemoryStores();
    const { runner, reached } = start(stores, log);
    await until(() => runner.progress.health().state === 'live');
    expect(stores.docs).toEqual(documents);
    expect(stores.position).toBe(6n);
    expect(reached).toEqual([6n]);
    expect(runner.progress.health()).toMatchObject({
      state: 'live',
      position: 6n,
      behind: false,
      progressing: true,
      foldedEvents: 5,
      writtenDocuments: 2,
    });
  });

  it('reads on after its checkpoint', async () => {
    const stores = new MemoryStores();
    stores.position = 5n;
    const { runner, feed } = start(stores, log);
    await until(() => runner.progress.health().state === 'live');
    expect(feed.consumers[0]).toMatchObject({ name: 'tabs_v1', after: 5n, maximumBatch: 1_000 });
    expect(stores.docs).toEqual({ c: documents.c });
  });

  it('rests between batches at the end of the log, not while it catches up', async () => {
    const events = Array.from({ length: 2_500 }, (_, index) => served(index + 1, 'a'));
    const { feed, reached, rests } = start(new MemoryStores(), events);
    await until(() => rests.length > 0);
    expect(reached).toEqual([1_000n, 2_000n, 2_500n]);
    feed.append(served(2_501, 'a'));
    await until(() => rests.length === 2);
    expect(rests).toEqual([100, 100]);
  });

  it('is live at once when there is nothing to read', async () => {
    const stores = new MemoryStores();
    stores.position = 6n;
    const started = start(stores, log);
    await until(() => started.runner.progress.health().state === 'live');
    expect(started.reached).toEqual([6n]);
    expect(started.caughtUp).toBe(1);
  });

  it('needs no read for documents that it wrote lately', async () => {
    const stores = new MemoryStores();
    const { feed, reached } = start(stores, log);
    await until(() => reached.includes(6n));
    feed.append(served(7, 'a'));
    await until(() => reached.includes(7n));
    expect(stores.docs['a']).toEqual({ drinks: 3, owed: 7 });
    expect(stores.loads).toBe(1);
  });

  it('inserts without a look where hardly a document is changed later, and looks where one was there', async () => {
    const stores = new MemoryStores();
    stores.states.set('b', { id: 'b', position: 2n, created: 2n, doc: { drinks: 1, owed: 1 } });
    const projection = { ...tabs, insertsFirst: true };
    const { feed, reached } = start(stores, [served(1, 'a')], projection);
    await until(() => reached.includes(1n));
    expect(stores.loads).toBe(0);
    feed.append(served(2, 'b'), served(3, 'b', 4));
    await until(() => reached.includes(3n));
    expect(stores.loads).toBe(1);
    expect(stores.docs).toEqual({ a: { drinks: 1, owed: 1 }, b: { drinks: 2, owed: 5 } });
  });

  it('looks before it takes an insertion for nothing: the document may be there, and be removed or fail', async () => {
    const stores = new MemoryStores();
    for (const id of ['b', 'c']) stores.states.set(id, { id, position: 2n, created: 2n, doc: { drinks: 1, owed: 1 } });
    const { reached } = start(stores, [cleared(3, 'b'), served(4, 'c'), broken(5, 'c')], {
      ...tabs,
      insertsFirst: true,
    });
    await until(() => reached.includes(5n));
    expect(stores.docs).toEqual({ c: { drinks: 2, owed: 2 } });
    expect(stores.parkedDocuments).toMatchObject([{ id: 'c', position: 5n }]);
  });

  it('passes events that do not concern it, and stores that when it ends', async () => {
    const stores = new MemoryStores();
    const { feed, reached } = start(stores, log);
    await until(() => reached.includes(6n));
    feed.append(other(7));
    await until(() => reached.includes(7n));
    expect(stores.position).toBe(6n);
    endAll.abort();
    await Promise.all(running);
    expect(stores.position).toBe(7n);
  });

  it('reads a document again that another writer changed, and adds only what it lacks', async () => {
    const stores = new MemoryStores();
    const { feed, reached } = start(stores, log);
    await until(() => reached.includes(6n));
    stores.states.set('a', { id: 'a', position: 7n, created: 1n, doc: { drinks: 3, owed: 7 } });
    feed.append(served(7, 'a'), served(8, 'a'));
    await until(() => reached.includes(8n));
    expect(stores.docs['a']).toEqual({ drinks: 4, owed: 8 });
  });

  it('starts over from its checkpoint when its documents were taken away', async () => {
    const stores = new MemoryStores();
    const { feed, reached, errors } = start(stores, log);
    await until(() => reached.includes(6n));
    stores.states.clear();
    stores.position = undefined;
    feed.append(served(7, 'a'));
    await until(() => reached.includes(7n));
    expect(errors).toHaveLength(1);
    expect(stores.docs).toEqual({ ...documents, a: { drinks: 3, owed: 7 } });
  });
});

describe('a failure at any step', () => {
  const steps = [
    'start',
    'prepare',
    'load checkpoint',
    'load documents',
    'write documents',
    'write document a',
    'write document c',
    'after writing documents',
    'save checkpoint',
    'after saving checkpoint',
  ];

  it.each(steps)('at "%s" is repeated and changes nothing of the result', async (step) => {
    const stores = new MemoryStores();
    let failures = 1;
    stores.fail = (current) => {
      if (current !== step || failures === 0) return;
      failures -= 1;
      throw new Error(`no ${step}`);
    };
    const { runner, errors } = start(stores, log);
    await until(() => failures === 0 && runner.progress.health().state === 'live' && stores.position === 6n);
    expect(stores.docs).toEqual(documents);
    expect(errors.map(String)).toEqual([`Error: no ${step}`]);
    await until(() => runner.progress.health().error === undefined);
  });

  it.each(steps)('at "%s" that ends the process is made good by the next', async (step) => {
    const stores = new MemoryStores();
    stores.fail = (current) => {
      if (current === step) throw new Error(`no ${step}`);
    };
    const { errors } = start(stores, log);
    await until(() => errors.length > 0);
    endAll.abort();
    await Promise.all(running.splice(0));
    stores.fail = () => undefined;
    endAll = new AbortController();
    const { reached } = start(stores, [...log, served(7, 'c')]);
    await until(() => reached.includes(7n));
    expect(stores.docs).toEqual({ ...documents, c: { drinks: 2, owed: 2 } });
  });
});

describe('an event that cannot be folded', () => {
  const withBroken = [...log, broken(7, 'a'), served(8, 'a'), served(9, 'c'), other(10)];

  it('stops a projection of money, just before it', async () => {
    const stores = new MemoryStores();
    const { runner, errors } = start(stores, withBroken, { ...tabs, onFailure: 'stop' });
    await until(() => runner.progress.health().state === 'stopped');
    await Promise.all(running.splice(0));
    expect(stores.position).toBe(6n);
    expect(stores.docs).toEqual(documents);
    expect(runner.progress.health()).toMatchObject({
      state: 'stopped',
      progressing: false,
      position: 6n,
      behind: true,
    });
    expect(runner.progress.health().error).toBe('table.broken.v1 at position 7 could not be folded: a broken table');
    expect(errors).toHaveLength(1);
  });

  it('stops at the very first event without a checkpoint', async () => {
    const stores = new MemoryStores();
    const { runner } = start(stores, [broken(1, 'a')], { ...tabs, onFailure: 'stop' });
    await until(() => runner.progress.hasStopped);
    expect(stores.position).toBeUndefined();
  });

  it('parks its document where the projection may go on', async () => {
    const stores = new MemoryStores();
    const { runner, feed, reached } = start(stores, withBroken);
    await until(() => reached.includes(10n));
    feed.append(served(11, 'a'), served(12, 'c'));
    await until(() => reached.includes(12n));
    expect(stores.parkedDocuments).toEqual([
      { id: 'a', position: 7n, type: 'table.broken.v1', error: 'a broken table' },
    ]);
    expect(stores.docs).toEqual({ a: documents.a, c: { drinks: 3, owed: 3 } });
    expect(runner.progress.health()).toMatchObject({ state: 'parked', parked: 1, progressing: true });
  });

  it('is parked again by the process after the one that died parking it', async () => {
    const stores = new MemoryStores();
    let died = false;
    stores.fail = (step) => {
      if (step !== 'park' || died) return;
      died = true;
      throw new Error('died');
    };
    const { reached } = start(stores, withBroken);
    await until(() => reached.includes(10n));
    expect(stores.parkedDocuments).toHaveLength(1);
    expect(stores.docs).toEqual({ a: documents.a, c: { drinks: 2, owed: 2 } });
  });

  it('stops even a forgiving projection when its document is unknown', async () => {
    const stores = new MemoryStores();
    const lost = { ...served(7, 'a'), data: {}, unreadable: new Error('no such version') };
    const { runner } = start(stores, [...log, lost, served(8, 'c')]);
    await until(() => runner.progress.hasStopped);
    expect(stores.position).toBe(6n);
    expect(stores.docs).toEqual(documents);
  });

  it('stops a projection that has parked a thousand documents', async () => {
    const stores = new MemoryStores();
    const events = Array.from({ length: 1_001 }, (_, index) => broken(index + 1, `table-${index}`));
    const { runner } = start(stores, events);
    await until(() => runner.progress.hasStopped);
    expect(stores.parkedDocuments).toHaveLength(1_000);
    expect(stores.position).toBe(1_000n);
  });

  it('stops at the first event of several that it cannot park any more', async () => {
    const stores = new MemoryStores();
    for (let index = 0; index < 1_000; index += 1)
      stores.parkedDocuments.push({ id: `table-${index}`, position: 1n, type: 'x', error: 'broken' });
    const { runner } = start(stores, [served(2, 'a'), broken(3, 'b'), served(4, 'b'), broken(5, 'a')]);
    await until(() => runner.progress.hasStopped);
    expect([stores.position, runner.progress.health().error]).toEqual([2n, expect.stringContaining('position 3')]);
  });
});
