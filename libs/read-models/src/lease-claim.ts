import type { Lease, LeaseTerms } from './lease.js';
import { type LeaseStore, mayTake, type Observation, observe } from './lease-record.js';
import { pause } from './pause.js';

/** How often a waiting process looks at the lease, as a share of its time to live, within these bounds. */
const lookShare = 10;
const shortestLookMs = 50;
const longestLookMs = 500;
const renewalShare = 3;
const shortestTtlMs = 300;
const pauseAfterErrorMs = 1_000;

export interface ClaimOptions extends LeaseTerms {
  readonly name: string;
  /** Names this claim among all processes. */
  readonly holder: string;
  readonly store: LeaseStore;
  readonly monotonicMs: () => number;
}

/** Waits for a lease, works while it holds it, and waits again when it was lost. */
export class LeaseClaim implements Lease {
  private readonly releasing = new AbortController();
  /** Resolves when the lease is given up for good. */
  readonly ended: Promise<void>;
  private term = 0;
  private isHeld = false;

  constructor(private readonly options: ClaimOptions) {
    if (!(options.ttlMs >= shortestTtlMs)) throw new RangeError(`a lease of ${options.ttlMs} ms is too short`);
    this.ended = this.run();
  }

  get held(): boolean {
    return this.isHeld;
  }

  async release(): Promise<void> {
    this.releasing.abort();
    await this.ended;
  }

  private async run(): Promise<void> {
    const { signal } = this.releasing;
    while (!signal.aborted) {
      try {
        const renewedAtMs = await this.acquire(signal);
        if (renewedAtMs !== undefined && (await this.workUntilLost(renewedAtMs)) === 'done') return;
      } catch (error) {
        this.options.onError?.(error);
        await pause(pauseAfterErrorMs, signal);
      }
    }
  }

  /** @returns when, by the own clock, the acquisition was sent; undefined when it is no longer wanted */
  private async acquire(signal: AbortSignal): Promise<number | undefined> {
    const { name, holder, store, ttlMs, monotonicMs } = this.options;
    const lookMs = Math.min(Math.max(ttlMs / lookShare, shortestLookMs), longestLookMs);
    let observation: Observation | undefined;
    while (!signal.aborted) {
      const record = await store.read(name);
      const sentAtMs = monotonicMs();
      observation = observe(observation, record, sentAtMs);
      this.term = (record?.term ?? 0) + 1;
      if (record?.holder === holder) {
        if (await store.renew(name, holder, this.term)) return sentAtMs;
      } else if (mayTake(observation, sentAtMs)) {
        if (await store.take(name, record, { holder, term: this.term, ttlMs })) return sentAtMs;
      }
      await pause(lookMs, signal);
    }
    return undefined;
  }

  private async workUntilLost(renewedAtMs: number): Promise<'done' | 'lost'> {
    const { name, holder, store, onAcquired } = this.options;
    const lost = new AbortController();
    /** Aborts the work too: where one part of it fails, the others must not go on without the lease. */
    const finished = new AbortController();
    const renewing = this.keepRenewing(renewedAtMs, lost, finished.signal);
    this.isHeld = true;
    try {
      await onAcquired(AbortSignal.any([this.releasing.signal, lost.signal, finished.signal]));
    } finally {
      this.isHeld = false;
      finished.abort();
      await renewing;
      if (!lost.signal.aborted) await store.free(name, holder);
    }
    return lost.signal.aborted ? 'lost' : 'done';
  }

  /** The own deadline counts from when a renewal was sent, so it ends before any observer's, whose count begins later. */
  private async keepRenewing(renewedAtMs: number, lost: AbortController, finished: AbortSignal): Promise<void> {
    const { ttlMs, monotonicMs } = this.options;
    const lose = (): void => {
      this.isHeld = false;
      lost.abort();
    };
    let deadline = setTimeout(lose, renewedAtMs + ttlMs - monotonicMs());
    const ended = AbortSignal.any([finished, lost.signal]);
    while (!ended.aborted) {
      await pause(ttlMs / renewalShare, ended);
      if (ended.aborted) break;
      const sentAtMs = monotonicMs();
      const renewed = await this.renew();
      if (renewed === 'refused') lose();
      if (renewed !== 'renewed' || lost.signal.aborted) continue;
      clearTimeout(deadline);
      deadline = setTimeout(lose, sentAtMs + ttlMs - monotonicMs());
    }
    clearTimeout(deadline);
  }

  private async renew(): Promise<'renewed' | 'refused' | 'unknown'> {
    const { name, holder, store, onError } = this.options;
    try {
      this.term += 1;
      return (await store.renew(name, holder, this.term)) ? 'renewed' : 'refused';
    } catch (error) {
      onError?.(error);
      return 'unknown';
    }
  }
}
