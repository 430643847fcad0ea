import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { startEventStore } from '#embedded-eventstore';
import { type Command, conflict, type Decider, type EventOf, eventType, type RecordedEvent } from '#kernel';

import type { AggregateDefinition } from './aggregate.js';
import { AllFeed } from './all-feed.js';
import { catalogueOf } from './catalogue.js';
import type { CommandEnvelope } from './command.js';
import { CommandExecutor } from './command-executor.js';
import { type EventStore, RevisionConflict } from './event-store.js';
import { connectEventStore } from './eventstore-client.js';
import type { CommandLog, Snapshot, SnapshotStore } from './ports.js';
import { type CommandTrace, maximumRecentCommands } from './recent-commands.js';
import { identifyStore, storeIdentified } from './store-id.js';

const counted = eventType('test.counted.v1', z.strictObject({ by: z.int() }));
type Counted = EventOf<typeof counted>;
type Count = Command<'Count', { by?: number; upTo?: number; most?: number }>;

const counter: Decider<{ total: number }, Count, Counted> = {
  initialState: () => ({ total: 0 }),
  decide: ({ data: { upTo, most, ...given } }, { total }) => {
    const by = given.by ?? Math.max(0, (upTo ?? total) - total);
    if (most !== undefined && total + by > most) throw conflict('too_much', 'That is too much.');
    return by === 0 ? [] : [{ type: 'test.counted.v1', data: { by } }];
  },
  evolve: ({ total }, { data }) => ({ total: total + data.by }),
};
const counters: AggregateDefinition<{ total: number }, Count, Counted> = {
  name: 'counter',
  decider: counter,
  types: [counted],
  snapshot: { version: 1, everyEvents: 10 },
};
const catalogue = catalogueOf([storeIdentified, counted]);
const clock = () => new Date('2026-01-15T13:30:00.000Z');

const envelope = (commandId: string, commandHash = 'hash'): CommandEnvelope => ({
  commandId,
  commandHash,
  actor: { kind: 'system', id: 'test' },
  correlationId: 'test',
  causationId: 'test',
});

class Snapshots implements SnapshotStore {
  readonly saved = new Map<string, Snapshot>();
  load(stream: string): Promise<Snapshot | undefined> {
    return Promise.resolve(this.saved.get(stream));
  }
  save(snapshot: Snapshot): Promise<void> {
    this.saved.set(snapshot.stream, snapshot);
    return Promise.resolve();
  }
}

describe('commands over an event store', () => {
  let directory: string;
  let server: Awaited<ReturnType<typeof startEventStore>>;
  let store: EventStore;
  const snapshots = new Snapshots();
  const newExecutor = (now = clock): CommandExecutor =>
    new CommandExecutor({ store, catalogue, clock: now, snapshots });
  const count = (executor: CommandExecutor, id: string, data: Count['data'], sent = envelope(randomUUID())) =>
    executor.execute({ aggregate: counters, id, command: { type: 'Count', data }, envelope: sent, hall: null });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'es-'));
    server = await startEventStore({ dataDir: join(directory, 'data'), socketPath: join(directory, 's') });
    store = connectEventStore({ url: `unix:${join(directory, 's')}` });
    await identifyStore(store, randomUUID(), clock);
  });
  afterAll(async () => {
    await store.close();
    await server.stop();
    await rm(directory, { recursive: true });
  });

  it('happen once: a repeat is answered with the events of the first time', async () => {
    const executor = newExecutor();
    const sent = envelope(randomUUID());
    const first = await count(executor, 'once', { by: 3 }, sent);
    const again = await count(executor, 'once', { by: 3 }, sent);
    expect(again).toMatchObject({
      repeated: true,
      position: first.position,
      events: [{ id: first.events[0]?.id, data: { by: 3 } }],
    });
    expect((await executor.load(counters, 'once')).state).toEqual({ total: 3 });
  });

  it('happen once in another process as well', async () => {
    const sent = envelope(randomUUID());
    await count(newExecutor(), 'elsewhere', { by: 3 }, sent);
    expect(await count(newExecutor(), 'elsewhere', { by: 3 }, sent)).toMatchObject({ repeated: true });
  });

  it('are seen by a process that looked before there was anything', async () => {
    const [here, there] = [newExecutor(), newExecutor()];
    expect((await here.load(counters, 'late')).revision).toBeUndefined();
    await count(there, 'late', { by: 2 });
    expect((await here.load(counters, 'late')).state).toEqual({ total: 2 });
  });

  it('refuse the same id with other content', async () => {
    const executor = newExecutor();
    const commandId = randomUUID();
    await count(executor, 'reused', { by: 1 }, envelope(commandId, 'one'));
    await expect(count(executor, 'reused', { by: 2 }, envelope(commandId, 'two'))).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    });
  });

  it('refuse the same id with other content also when two processes decide at the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [commandId, id] = [randomUUID(), `raced-${round}`];
      const [here, there] = [newExecutor(), newExecutor()];
      const outcomes = await Promise.allSettled([
        count(here, id, { by: 1 }, envelope(commandId, 'one')),
        count(there, id, { by: 2 }, envelope(commandId, 'two')),
      ]);
      const refused = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason as { code: string }] : [],
      );
      expect(refused.map(({ code }) => code)).toEqual(['idempotency_key_reused']);
      const states = await Promise.all(
        [here, there, newExecutor()].map(async (each) => (await each.load(counters, id)).state.total),
      );
      expect(new Set(states).size).toBe(1);
    }
  });

  it('are decided anew when another process was faster', async () => {
    const [here, there] = [newExecutor(), newExecutor()];
    await count(here, 'shared', { by: 1 });
    await count(there, 'shared', { by: 1 });
    await Promise.all([...Array(20).keys()].map((index) => count(index % 2 ? here : there, 'shared', { by: 1 })));
    expect((await newExecutor().load(counters, 'shared')).state).toEqual({ total: 22 });
  });

  it('are not refused by what another process has changed meanwhile', async () => {
    const [here, there] = [newExecutor(), newExecutor()];
    await count(here, 'behind', { by: 10, most: 10 });
    await count(there, 'behind', { by: -10 });
    expect(await count(here, 'behind', { by: 10, most: 10 })).toMatchObject({ revision: 2n });
    await count(there, 'behind', { by: -10 });
    const ifRevision = 3n;
    const seen = await count(here, 'behind', { by: 1 }, { ...envelope(randomUUID()), ifRevision });
    expect(seen).toMatchObject({ revision: 4n });
    await expect(count(here, 'behind', { by: 10, most: 10 })).rejects.toMatchObject({ code: 'too_much' });
  });

  it('find something to do that another process has made so', async () => {
    const [here, there] = [newExecutor(), newExecutor()];
    await count(here, 'idle-here', { upTo: 5 });
    expect(await count(here, 'idle-here', { upTo: 5 })).toMatchObject({ events: [] });
    await count(there, 'idle-here', { by: -5 });
    expect(await count(here, 'idle-here', { upTo: 5 })).toMatchObject({ events: [{ data: { by: 5 } }] });
  });

  it('are answered from what is stored, also by a process that decided otherwise', async () => {
    const [here, there] = [newExecutor(), newExecutor(() => new Date('2026-01-15T13:31:00.000Z'))];
    await count(there, 'answered', { by: 1 });
    await there.load(counters, 'answered');
    await here.load(counters, 'answered');
    const sent = envelope(randomUUID());
    const first = await count(here, 'answered', { by: 5 }, sent);
    // As if the second decision took something else from its clock than the first: the content sent is the same.
    const again = await count(there, 'answered', { by: 7 }, { ...sent, correlationId: 'second' });
    expect(again).toMatchObject({ repeated: true, events: [{ data: { by: 5 }, id: first.events[0]?.id }] });
    expect((await there.load(counters, 'answered')).state).toEqual({ total: 6 });
  });

  it('never pass a limit together, however many come at once', async () => {
    const executor = newExecutor();
    const outcomes = await Promise.allSettled(
      [...Array(50).keys()].map(() => count(executor, 'limited', { by: 1, most: 10 })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  });

  it('cause nothing where there is nothing to do', async () => {
    expect(await count(newExecutor(), 'idle', { by: 0 })).toMatchObject({ events: [], position: undefined });
  });

  it('go on from a snapshot, and remember the commands before it', async () => {
    const sent = envelope(randomUUID());
    const executor = newExecutor();
    await count(executor, 'long', { by: 1 }, sent);
    for (let index = 0; index < 12; index += 1) await count(executor, 'long', { by: 1 });
    expect(snapshots.saved.get('counter-long')?.revision).toBeGreaterThanOrEqual(9n);
    const fresh = newExecutor();
    expect((await fresh.load(counters, 'long')).state).toEqual({ total: 13 });
    expect(await count(fresh, 'long', { by: 1 }, sent)).toMatchObject({ repeated: true });
  });

  it.each([
    ['more events than the stream has', 9],
    ['as many events, but others', 13],
  ])('pass over a snapshot of %s: an older copy of the store was put back', async (_, events) => {
    const [longer, stream] = [newExecutor(), `older-${events}`];
    for (let index = 0; index < 13; index += 1) await count(longer, `longer-${events}`, { by: 5 });
    for (let index = 0; index < events; index += 1) await count(newExecutor(), stream, { by: 1 });
    const ofLonger = snapshots.saved.get(`counter-longer-${events}`)!;
    await snapshots.save({ ...ofLonger, stream: `counter-${stream}` });
    expect((await newExecutor().load(counters, stream)).state).toEqual({ total: events });
    expect(await count(newExecutor(), stream, { by: 1 })).toMatchObject({ revision: BigInt(events) });
  });

  it('are looked up once their stream has forgotten them, and not decided while that cannot be done', async () => {
    const first = envelope(randomUUID());
    const asked: { commandId: string; through: bigint }[] = [];
    let answer: () => Promise<CommandTrace | undefined> = () => Promise.resolve(undefined);
    const commandLog: CommandLog = {
      find: (_, commandId, through) => {
        asked.push({ commandId, through });
        return answer();
      },
    };
    const executor = new CommandExecutor({ store, catalogue, clock, commandLog });
    const { events } = await count(executor, 'forgetful', { by: 7 }, first);
    for (let sent = 1; sent < maximumRecentCommands; sent += 1) await count(executor, 'forgetful', { by: 1 });
    expect(asked).toEqual([]);
    await count(executor, 'forgetful', { by: 1 });
    expect(asked).toEqual([]);

    const position = events[0]?.position ?? 0n;
    const trace = { commandId: first.commandId, hash: 'hash', first: 0n, last: 0n, position };
    answer = () => Promise.resolve(trace);
    const repeated = await count(executor, 'forgetful', { by: 7 }, first);
    expect(repeated).toMatchObject({ repeated: true, position, events: [{ id: events[0]?.id, data: { by: 7 } }] });
    expect(asked).toEqual([{ commandId: first.commandId, through: position }]);
    answer = () => Promise.resolve({ ...trace, hash: 'other' });
    await expect(count(executor, 'forgetful', { by: 7 }, first)).rejects.toThrow('used before');

    answer = () => Promise.reject(new Error('not caught up'));
    await expect(count(executor, 'forgetful', { by: 1 })).rejects.toThrow('not caught up');
    answer = () => Promise.resolve(undefined);
    const after = await count(executor, 'forgetful', { by: 1 });
    expect(after.revision).toBe(BigInt(maximumRecentCommands) + 1n);
  });

  it('are told when the stream is not as expected', async () => {
    const event = { id: randomUUID(), type: 'test.counted.v1', data: { by: 1 }, metadata: metadata() };
    await store.append('counter-conflict', [event], 'no-stream');
    const other = { ...event, id: randomUUID() };
    await expect(store.append('counter-conflict', [other], 'no-stream')).rejects.toThrow(RevisionConflict);
    expect(await store.append('counter-conflict', [event], 'no-stream')).toMatchObject({ revision: 0n });
  });

  it('reach every consumer of the feed, in order and once, whether it is behind or not', async () => {
    const feed = new AllFeed({ store, catalogue });
    await feed.start();
    const stop = new AbortController();
    const gathered = [new Map<string, bigint>(), new Map<string, bigint>()];
    const order: bigint[] = [];
    const consume = (into: Map<string, bigint>, after: bigint | undefined, maximumBatch: number) =>
      feed.consume({
        name: 'test',
        after,
        maximumBatch,
        signal: stop.signal,
        handle: async ({ events }) => {
          for (const { id, position } of events) {
            expect(into.has(id)).toBe(false);
            into.set(id, position);
            if (into === gathered[0]) order.push(position);
          }
          await new Promise((resolve) => setTimeout(resolve, 1));
        },
      });
    const [behind, live] = gathered as [Map<string, bigint>, Map<string, bigint>];
    const running = [consume(behind, undefined, 7), consume(live, await store.lastPosition(), 1_000)];
    const executor = newExecutor();
    for (let index = 0; index < 40; index += 1) await count(executor, `feed-${index % 4}`, { by: 1 });
    const all = await everything(store);
    while (behind.size < all.length || live.size < 40) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    await Promise.all(running);
    await feed.stop();
    expect([...behind.keys()]).toEqual(all.map(({ id }) => id));
    expect([...live.keys()]).toEqual(all.slice(-40).map(({ id }) => id));
    expect(order).toEqual([...order].sort((a, b) => (a < b ? -1 : 1)));
  });

  it('tell a consumer that nothing of the program follows', async () => {
    const feed = new AllFeed({ store, catalogue });
    await feed.start();
    const last = (await everything(store)).at(-1)?.position ?? 0n;
    await store.append('$system-stream', [{ id: randomUUID(), type: '$noise', data: {}, metadata: metadata() }], 'any');
    const restarted = new AllFeed({ store, catalogue });
    await restarted.start();
    const stop = new AbortController();
    let through = 0n;
    await restarted.consume({
      name: 'test',
      after: last,
      maximumBatch: 10,
      signal: stop.signal,
      handle: (batch) => {
        expect(batch.events).toEqual([]);
        ({ through } = batch);
        stop.abort();
        return Promise.resolve();
      },
    });
    await Promise.all([feed.stop(), restarted.stop()]);
    expect(through).toBeGreaterThan(last);
  });

  it('are not waited for by whoever comes from a longer history', async () => {
    const feed = new AllFeed({ store, catalogue });
    await feed.start();
    const last = (await store.lastPosition()) ?? 0n;
    const stop = new AbortController();
    const handle = (): Promise<void> => Promise.resolve(stop.abort());
    const ahead = feed.consume({ name: 'ahead', after: last + 1n, maximumBatch: 10, signal: stop.signal, handle });
    const written = count(newExecutor(), 'ahead', { by: 1 });
    await expect(ahead).rejects.toThrow(`ahead has handled position ${last + 1n}, but the log ends at ${last}`);
    await Promise.all([written, feed.stop()]);
  });

  it('of another program are marked in the feed, never skipped', async () => {
    await store.append(
      'stranger-1',
      [{ id: randomUUID(), type: 'stranger.came.v1', data: {}, metadata: metadata() }],
      'no-stream',
    );
    const feed = new AllFeed({ store, catalogue });
    await feed.start();
    const stop = new AbortController();
    const seen: (Error | undefined)[] = [];
    await feed.consume({
      name: 'test',
      after: undefined,
      maximumBatch: 500,
      signal: stop.signal,
      handle: ({ events }) => {
        seen.push(...events.filter(({ type }) => type === 'stranger.came.v1').map(({ unreadable }) => unreadable));
        if (seen.length > 0) stop.abort();
        return Promise.resolve();
      },
    });
    await feed.stop();
    expect(seen[0]?.message).toContain('the type is unknown');
  });
});

const metadata = () => ({
  $correlationId: 'test',
  $causationId: 'test',
  commandId: randomUUID(),
  actor: { kind: 'system' as const, id: 'test' },
  hallId: null,
  gamingDate: null,
  occurredAt: clock().toISOString(),
});

async function everything(store: EventStore): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of store.readAll({ maxCount: 10_000 })) events.push(event);
  return events;
}
