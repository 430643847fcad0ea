import { type RouteClass, tooManyRequests } from '#http';

/**
 * Calls of one caller under way at a time, while others are about; alone, a caller has everything. Reads want the processor, on
 * which everybody else's call waits for them; changes mostly wait for the disk themselves, and are written together.
 */
const maximumUnderWay = { read: 1, write: 8 } as const satisfies Partial<Record<RouteClass, number>>;
/** Calls of one caller and class that may wait for their turn. */
const maximumWaiting = 1_000;
/** How long somebody is about after their last request, in milliseconds. */
const aboutMs = 1_000;
/** Classes whose turns come with a rest: of the processor a burst of reads has half at most, and others never meet two of it in a row. */
const resting: ReadonlySet<RouteClass> = new Set(['read']);

/** Classes of which callers have a share. */
export type SharedClass = keyof typeof maximumUnderWay;

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
  private readonly turns = new OneARound();
  /** The caller of the last request, and the last caller who was somebody else. */
  private last = { caller: '', at: Number.NEGATIVE_INFINITY };
  private before = { caller: '', at: Number.NEGATIVE_INFINITY };

  constructor(private readonly now: () => number) {}

  /**
   * Whoever got a turn leaves once.
   * @returns undefined: go on; else a promise of the turn
   * @throws {RequestRefused} 429: too many wait already
   */
  enter(caller: string, rate: SharedClass): Promise<void> | undefined {
    this.note(caller);
    const share = this.shareOf(shareKey(caller, rate));
    if (share.underWay < this.limitOf(caller, rate)) {
      share.underWay += 1;
      return undefined;
    }
    if (share.waiting.length >= maximumWaiting)
      throw tooManyRequests('too_many_calls', `${maximumWaiting} calls of this caller wait already.`, 1);
    return new Promise((resolve) => share.waiting.push(resolve));
  }

  /** Gives the turn on: of reads, while others are about, after a rest as long as the turn, `tookMs`, was. */
  leave(caller: string, rate: SharedClass, tookMs: number): void {
    const share = this.shares.get(shareKey(caller, rate));
    if (!share) return;
    const isWaitedFor = share.waiting.length > 0 && this.isAnyoneElseAbout(caller);
    if (isWaitedFor && resting.has(rate) && tookMs > 0)
      setTimeout(() => this.giveOn(share, caller, rate), tookMs).unref();
    else this.giveOn(share, caller, rate);
  }

  private giveOn(share: Share, caller: string, rate: SharedClass): void {
    share.underWay -= 1;
    const limit = this.limitOf(caller, rate);
    while (share.underWay < limit) {
      const next = share.waiting.shift();
      if (!next) break;
      share.underWay += 1;
      if (limit === Number.POSITIVE_INFINITY) next();
      else this.turns.give(next);
    }
    if (share.underWay === 0 && share.waiting.length === 0) this.shares.delete(shareKey(caller, rate));
  }

  private note(caller: string): void {
    if (caller !== this.last.caller) this.before = this.last;
    this.last = { caller, at: this.now() };
  }

  private limitOf(caller: string, rate: SharedClass): number {
    return this.isAnyoneElseAbout(caller) ? maximumUnderWay[rate] : Number.POSITIVE_INFINITY;
  }

  private isAnyoneElseAbout(caller: string): boolean {
    const other = caller === this.last.caller ? this.before : this.last;
    return this.now() - other.at < aboutMs;
  }

  private shareOf(key: string): Share {
    const known = this.shares.get(key);
    if (known) return known;
    const share = { underWay: 0, waiting: [] };
    this.shares.set(key, share);
    return share;
  }
}

/**
 * Gives turns one in each round of the event loop. Changes that were written together are answered together, and as many turns
 * come free at once: given at once, what others sent meanwhile would only be read after all of them.
 */
class OneARound {
  private readonly due: (() => void)[] = [];

  give(turn: () => void): void {
    if (this.due.push(turn) === 1) setImmediate(this.next);
  }

  private readonly next = (): void => {
    this.due[0]?.();
    this.due.shift();
    if (this.due.length > 0) setImmediate(this.next);
  };
}

const shareKey = (caller: string, rate: SharedClass): string => `${rate} ${caller}`;
