import type { RouteClass } from '#http';

/** What is counted apart: each client by class of route and on sockets, each source of open calls and failures, and all together. */
export type RateName = RouteClass | 'live' | 'failures' | 'total';

/** Calls per second, and how many may come at once after a pause. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}
export type RateLimits = Readonly<Record<RateName, RateLimit>>;

/** The burst where nobody says: two seconds' worth. */
const usualBurstSeconds = 2;
export const rateLimit = (perSecond: number, burst = Math.ceil(perSecond * usualBurstSeconds)): RateLimit => ({
  perSecond,
  burst: Math.max(1, burst),
});

/** Of one process: so many processes, so many times as much, at most. */
export const usualRateLimits: RateLimits = {
  read: rateLimit(500),
  write: rateLimit(500),
  internal: rateLimit(200),
  live: rateLimit(100),
  'sign-in': rateLimit(10, 60),
  open: rateLimit(100),
  failures: rateLimit(1, 60),
  total: rateLimit(5_000),
};

/** How much is left of a limit. */
export interface RateState {
  /** Calls that may still come at once; below 0 when this one may not. */
  readonly remaining: number;
  /** Seconds until the limit is whole again. */
  readonly resetSeconds: number;
  /** Seconds until one more call may come; 0 when this one may. */
  readonly retrySeconds: number;
}

interface Bucket {
  level: number;
  at: number;
}

/** Keys counted at a time; the one that came first is forgotten first, and then has its whole limit again. */
const maximumKeys = 20_000;

/** Counts calls by key: a bucket that fills at a steady rate, and out of which each call takes one. */
export class Rates {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    readonly limit: RateLimit,
    private readonly now: () => number,
  ) {}

  /** Takes one, if there is one. */
  take(key: string): RateState {
    const bucket = this.filled(key);
    const isThere = bucket.level >= 1;
    if (isThere) bucket.level -= 1;
    return this.state(bucket, isThere);
  }

  /** Whether one is there, without taking it. @returns as {@link take} */
  peek(key: string): RateState {
    const bucket = this.buckets.has(key) ? this.filled(key) : { level: this.limit.burst, at: 0 };
    return this.state(bucket, bucket.level >= 1);
  }

  private filled(key: string): Bucket {
    const now = this.now();
    const known = this.buckets.get(key);
    if (known) {
      // A clock that goes back gives nothing, and takes nothing.
      const seconds = Math.max(0, now - known.at) / 1_000;
      known.level = Math.min(this.limit.burst, known.level + seconds * this.limit.perSecond);
      known.at = now;
      return known;
    }
    const [oldest] = this.buckets.keys();
    if (this.buckets.size >= maximumKeys && oldest !== undefined) this.buckets.delete(oldest);
    const bucket = { level: this.limit.burst, at: now };
    this.buckets.set(key, bucket);
    return bucket;
  }

  private state({ level }: Bucket, isThere: boolean): RateState {
    const { perSecond, burst } = this.limit;
    return {
      remaining: isThere ? Math.floor(level) : -1,
      resetSeconds: Math.ceil((burst - level) / perSecond),
      retrySeconds: isThere ? 0 : Math.max(1, Math.ceil((1 - level) / perSecond)),
    };
  }
}
