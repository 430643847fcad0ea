import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  RevisionConflict,
  StoreUnavailable,
} from '#event-sourcing';
import type { SeenCall } from '#http';

import { type ApiCallsRecorded, apiCallsRecorded } from './call-events.js';
import { CallLog, CallUnrecorded } from './call-log.js';
import { maximumRefusalsPerSecond } from './refusal-flood.js';
import { SealedAddresses } from './sealed-addresses.js';

/** A store of calls that answers when it is told to, and may refuse. */
class FakeStore {
  readonly appended: { stream: string; event: NewEvent; expected: ExpectedRevision }[] = [];
  failures: Error[] = [];
  private held: (() => void)[] | undefined;

  async append(stream: string, [event]: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendResult> {
    if (this.held) await new Promise<void>((resolve) => this.held?.push(resolve));
    const failure = this.failures.shift();
    if (failure) throw failure;
    this.appended.push({ stream, event: event!, expected });
    const revision = BigInt(this.appended.filter((each) => each.stream === stream).length - 1);
    return { revision, position: 0n };
  }
  hold(): void {
    this.held = [];
  }
  release(): void {
    const { held = [] } = this;
    this.held = undefined;
    for (const resolve of held) resolve();
  }
  get data(): ApiCallsRecorded['data'][] {
    return this.appended.map(({ event }) => apiCallsRecorded.schema.parse(event.data));
  }
  get calls(): ApiCallsRecorded['data']['calls'] {
    return this.data.flatMap(({ calls }) => calls);
  }
}

const now = new Date('2026-01-15T13:30:00.000Z');
let store: FakeStore;
let log: CallLog;
let failures: unknown[];
let nodes = 0;

beforeEach(() => {
  store = new FakeStore();
  failures = [];
  log = new CallLog({
    store: store as Partial<EventStore> as EventStore,
    addresses: new SealedAddresses({ encrypt: async (person, _, text) => `sealed(${person},${text})` }),
    clock: () => now,
    newNode: () => `n${(nodes += 1)}`,
    onFailure: (error) => failures.push(error),
  });
});
afterEach(() => log.stop());

const call = (change: Partial<SeenCall> = {}): SeenCall => ({
  channel: 'rest',
  actor: { kind: 'client', id: 'c1' },
  hallIds: ['h1'],
  address: '10.0.0.1',
  method: 'POST',
  changes: true,
  route: '/api/v1/things',
  parameters: { thingId: 't1' },
  status: 201,
  code: null,
  arrivedAt: now.getTime(),
  durationMs: 3.2,
  correlationId: 'c',
  commandId: null,
  position: null,
  isEmpty: false,
  ...change,
});
const read = (change: Partial<SeenCall> = {}): SeenCall =>
  call({ method: 'GET', changes: false, status: 200, ...change });

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('the call log', () => {
  it('lets a changing call wait until its record is durable', async () => {
    store.hold();
    let answered = false;
    const recorded = log.record(call())!.then(() => (answered = true));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(answered).toBe(false);
    store.release();
    await recorded;
    expect(store.calls).toEqual([
      expect.objectContaining({ status: 201, from: 'sealed(c1,10.0.0.1)', sealedFor: 'c1', hallIds: ['h1'] }),
    ]);
  });

  it('lets a refused read wait, and no other', async () => {
    await log.record(read({ status: 404, code: 'thing_unknown' }));
    expect(store.calls).toEqual([expect.objectContaining({ status: 404, code: 'thing_unknown' })]);
    expect(log.record(read())).toBeUndefined();
    await until(() => store.calls.length === 2);
  });

  it('writes together what comes while an append is under way, at exact revisions', async () => {
    store.hold();
    const first = log.record(call());
    await new Promise((resolve) => setTimeout(resolve, 20));
    const others = Array.from({ length: 700 }, (_, at) => log.record(call({ correlationId: `c${at}` })));
    store.release();
    await Promise.all([first, ...others]);
    expect(store.data.map(({ calls }) => calls.length)).toEqual([1, 500, 200]);
    expect(store.appended.map(({ expected }) => expected)).toEqual(['no-stream', 0n, 1n]);
    expect(new Set(store.appended.map(({ event }) => event.id)).size).toBe(3);
    expect(store.appended[0]?.stream).toMatch(/^api-calls-n\d+-2026-01-15$/);
  });

  it('sends the same again until the store has taken it', async () => {
    store.failures = [new StoreUnavailable('away'), new StoreUnavailable('away')];
    await log.record(call());
    expect(failures).toHaveLength(2);
    expect(store.calls).toHaveLength(1);
  });

  it('begins another stream where its own is somebody else’s', async () => {
    store.failures = [new RevisionConflict('api-calls', 'no-stream', 3n)];
    await log.record(call());
    await log.record(call());
    expect(store.appended.map(({ expected }) => expected)).toEqual(['no-stream', 0n]);
  });

  it('keeps no more than it may, counts what it lost, and refuses who would wait', async () => {
    store.hold();
    const waiting = log.record(call());
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (let count = 0; count < 20_000; count += 1) void log.record(read());
    await expect(log.record(call())).rejects.toThrow(CallUnrecorded);
    store.release();
    await waiting;
    await log.stop();
    expect(store.data.flatMap(({ counts }) => counts)).toEqual([expect.objectContaining({ why: 'lost', count: 1 })]);
  });

  it('counts what a flood of refusals from one source has too much, and lets nobody wait for it', async () => {
    const refusals = Array.from({ length: maximumRefusalsPerSecond + 50 }, () =>
      log.record(call({ status: 401, actor: undefined })),
    );
    expect(refusals.filter((recorded) => recorded === undefined)).toHaveLength(50);
    expect(log.record(call({ status: 401, actor: undefined, address: '10.0.0.2' }))).toBeDefined();
    for (const recorded of refusals) await recorded;
    await log.stop();
    expect(store.data.flatMap(({ counts }) => counts)).toEqual([
      expect.objectContaining({ why: 'flood', status: 401, count: 50, from: 'sealed(callers-2026-01-15,10.0.0.1)' }),
    ]);
  });

  it('counts health checks, files and polls that found nothing', async () => {
    const poll = { channel: 'internal', route: '/internal/v1/gateways/:gatewayId/commands' } as const;
    for (const uninteresting of [
      read({ route: '/health/ready', actor: undefined }),
      read({ route: '/metrics', actor: undefined }),
      read({ route: '/assets/*', actor: undefined }),
      read({ ...poll, isEmpty: true }),
      read({ ...poll, isEmpty: true }),
    ])
      expect(log.record(uninteresting)).toBeUndefined();
    void log.record(read({ ...poll, isEmpty: false }));
    await log.stop();
    expect(store.calls).toHaveLength(1);
    const counts = store.data.flatMap((data) => data.counts).map(({ why, count }) => `${why} ${count}`);
    expect(counts.sort()).toEqual(['empty-poll 2', 'health 1', 'health 1', 'static 1']);
  });
});

describe('a sealed address', () => {
  it('is sealed once for a caller and place, and not at all for one who was erased', async () => {
    let sealed = 0;
    const addresses = new SealedAddresses({
      encrypt: async (person) => {
        if (person === 'gone') throw new Error('Person gone was erased.');
        return `sealed ${(sealed += 1)}`;
      },
    });
    const actor = { kind: 'staff', id: 's1' } as const;
    const first = await addresses.seal(actor, '10.0.0.1', '2026-01-15');
    expect(await addresses.seal(actor, '10.0.0.1', '2026-01-16')).toEqual(first);
    expect(await addresses.seal(actor, '10.0.0.2', '2026-01-15')).not.toEqual(first);
    expect(await addresses.seal({ kind: 'staff', id: 'gone' }, '10.0.0.1', '2026-01-15')).toEqual({
      from: null,
      sealedFor: null,
    });
  });
});
