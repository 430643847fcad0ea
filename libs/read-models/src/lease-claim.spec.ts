import { afterEach, describe, expect, it } from '@jest/globals';

import { LeaseClaim } from './lease-claim.js';
import { type LeaseRecord, type LeaseStore, mayTake, observe } from './lease-record.js';
import { aborted } from './pause.js';
import { until } from './projecting.test-support.js';

const record = (holder: string | null, term: number): LeaseRecord => ({ holder, term, ttlMs: 5_000 });

describe('judging a lease', () => {
  it.each([
    ['nobody ever held it', undefined],
    ['it was given up', record(null, 3)],
  ])('takes it at once when %s', (_, seen) => {
    expect(mayTake(observe(undefined, seen, 100), 100)).toBe(true);
  });

  it('counts from its own first look, and only over a record that does not change', () => {
    const first = observe(undefined, record('other', 1), 1_000);
    expect(mayTake(first, 6_000)).toBe(false);
    const renewed = observe(first, record('other', 2), 6_000);
    expect(mayTake(renewed, 11_000)).toBe(false);
    const silent = observe(renewed, record('other', 2), 11_001);
    expect(mayTake(silent, 11_001)).toBe(true);
  });

  it('begins anew when another holder took it at the same term', () => {
    const first = observe(undefined, record('other', 1), 1_000);
    expect(mayTake(observe(first, record('third', 1), 7_000), 7_000)).toBe(false);
  });
});

/** Leases in memory; while `away` every call fails. */
class MemoryLeaseStore implements LeaseStore {
  current: LeaseRecord | undefined;
  away = false;

  async read(): Promise<LeaseRecord | undefined> {
    this.reach();
    return this.current;
  }
  async take(_: string, seen: LeaseRecord | undefined, taken: LeaseRecord): Promise<boolean> {
    this.reach();
    if (this.current?.holder !== seen?.holder || this.current?.term !== seen?.term) return false;
    this.current = taken;
    return true;
  }
  async renew(_: string, holder: string, term: number): Promise<boolean> {
    this.reach();
    if (this.current?.holder !== holder) return false;
    this.current = { ...this.current, term };
    return true;
  }
  async free(_: string, holder: string): Promise<void> {
    if (this.current?.holder === holder) this.current = { ...this.current, holder: null };
  }
  private reach(): void {
    if (this.away) throw new Error('away');
  }
}

const claims: LeaseClaim[] = [];
afterEach(async () => {
  await Promise.all(claims.splice(0).map((claim) => claim.release()));
});

interface Claimed {
  readonly claim: LeaseClaim;
  /** What happened, in order. */
  readonly story: string[];
  readonly errors: unknown[];
}

/** Long enough that a slow machine loses nothing, and short enough to see it lost. */
const longMs = 60_000;
const shortMs = 300;

function claim(
  store: LeaseStore,
  holder: string,
  ttlMs: number,
  work?: (signal: AbortSignal) => Promise<void>,
): Claimed {
  const story: string[] = [];
  const errors: unknown[] = [];
  const onAcquired = async (signal: AbortSignal): Promise<void> => {
    story.push('acquired');
    await (work ? work(signal) : aborted(signal));
    story.push('ended');
  };
  const onError = (error: unknown): number => errors.push(error);
  const options = { name: 'lease', ttlMs, onAcquired, onError, store, monotonicMs: () => performance.now() };
  const made = new LeaseClaim({ ...options, holder });
  claims.push(made);
  return { claim: made, story, errors };
}

describe('a claim', () => {
  it('is held by one at a time, and passes on when it is released', async () => {
    const store = new MemoryLeaseStore();
    const first = claim(store, 'first', longMs);
    await until(() => first.claim.held);
    const second = claim(store, 'second', longMs);
    await first.claim.release();
    expect([first.story, first.claim.held]).toEqual([['acquired', 'ended'], false]);
    await until(() => second.claim.held);
    expect(store.current?.holder).toBe('second');
  });

  it('is renewed while it is held', async () => {
    const store = new MemoryLeaseStore();
    claim(store, 'first', shortMs);
    await until(() => (store.current?.term ?? 0) > 3);
    expect(store.current?.holder).toBe('first');
  });

  it('is taken over from a holder that fell silent', async () => {
    const store = new MemoryLeaseStore();
    store.current = { holder: 'dead', term: 7, ttlMs: 50 };
    const { claim: heir } = claim(store, 'heir', longMs);
    await until(() => heir.held);
    expect(store.current).toMatchObject({ holder: 'heir', ttlMs: longMs });
  });

  it('ends its work when another took it, and asks again', async () => {
    const store = new MemoryLeaseStore();
    const { claim: robbed, story } = claim(store, 'robbed', shortMs);
    await until(() => robbed.held);
    store.current = { holder: 'thief', term: 1, ttlMs: 50 };
    await until(() => story.length >= 3);
    expect(story.slice(0, 3)).toEqual(['acquired', 'ended', 'acquired']);
  });

  it('ends its work by its own clock when the store is away', async () => {
    const store = new MemoryLeaseStore();
    const { claim: lonely, story, errors } = claim(store, 'lonely', shortMs);
    await until(() => lonely.held);
    store.away = true;
    await until(() => story.includes('ended'));
    expect(errors.map(String)).toContain('Error: away');
    store.away = false;
    await until(() => lonely.held);
  });

  it('is given up when its work is done', async () => {
    const store = new MemoryLeaseStore();
    const { claim: brief, story } = claim(store, 'brief', longMs, async () => undefined);
    await brief.ended;
    expect(story).toEqual(['acquired', 'ended']);
    expect(store.current?.holder).toBeNull();
  });

  it('is given up when its work failed, and asked for again', async () => {
    const store = new MemoryLeaseStore();
    let attempts = 0;
    const { errors } = claim(store, 'clumsy', longMs, async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('slipped');
    });
    await until(() => attempts === 2);
    expect(errors.map(String)).toEqual(['Error: slipped']);
  });

  it('ends the rest of its work when a part of it failed', async () => {
    const store = new MemoryLeaseStore();
    const signals: AbortSignal[] = [];
    claim(store, 'clumsy', longMs, async (signal) => {
      signals.push(signal);
      if (signals.length === 1) throw new Error('slipped');
      await aborted(signal);
    });
    await until(() => signals.length === 2);
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
  });

  it('must be long enough to be renewed', () => {
    const options = { name: 'lease', holder: 'a', store: new MemoryLeaseStore(), monotonicMs: () => 0 };
    expect(() => new LeaseClaim({ ...options, ttlMs: 299, onAcquired: async () => undefined })).toThrow(RangeError);
  });
});
