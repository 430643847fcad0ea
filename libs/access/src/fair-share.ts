import { tooManyRequests } from '#http';

/** Requests of one caller under way at a time, while others are about; alone, a caller has everything. */
const maximumUnderWay = 8;
/** Requests of one caller that may wait for their turn. */
const maximumWaiting = 1_000;
/** How long somebody is about after their last request, in milliseconds. */
const aboutMs = 1_000;

interface Share {
  underWay: number;
  readonly waiting: (() => void)[];
}

/**
 * Keeps a burst of one caller from standing before everybody else's requests: while others are about, it comes in few at a
 * time, and the rest of it waits for its own.
 */
export class FairShare {
  private readonly shares = new Map<string, Share>();
  /** The caller of the last request, and the last caller who was somebody else. */
  private last = { key: '', at: Number.NEGATIVE_INFINITY };
  private before = { key: '', at: Number.NEGATIVE_INFINITY };

  constructor(private readonly now: () => number) {}

  /**
   * Whoever got a turn leaves once.
   * @returns undefined: go on; else a promise of the turn
   * @throws {RequestRefused} 429: too many wait already
   */
  enter(key: string): Promise<void> | undefined {
    this.note(key);
    const share = this.shareOf(key);
    if (share.underWay < this.limitOf(key)) {
      share.underWay += 1;
      return undefined;
    }
    if (share.waiting.length >= maximumWaiting)
      throw tooManyRequests('too_many_calls', `${maximumWaiting} calls of this caller wait already.`, 1);
    return new Promise((resolve) => share.waiting.push(resolve));
  }

  /** Gives the turn on. */
  leave(key: string): void {
    const share = this.shares.get(key);
    if (!share) return;
    share.underWay -= 1;
    const limit = this.limitOf(key);
    while (share.underWay < limit) {
      const next = share.waiting.shift();
      if (!next) break;
      share.underWay += 1;
      next();
    }
    if (share.underWay === 0 && share.waiting.length === 0) this.shares.delete(key);
  }

  private note(key: string): void {
    if (key !== this.last.key) this.before = this.last;
    this.last = { key, at: this.now() };
  }

  private limitOf(key: string): number {
    const other = key === this.last.key ? this.before : this.last;
    return this.now() - other.at < aboutMs ? maximumUnderWay : Number.POSITIVE_INFINITY;
  }

  private shareOf(key: string): Share {
    const known = this.shares.get(key);
    if (known) return known;
    const share = { underWay: 0, waiting: [] };
    this.shares.set(key, share);
    return share;
  }
}
