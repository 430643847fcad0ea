import { RequestRefused } from '#http';

/** Lets a fixed number through at a time; the others wait, up to a limit. */
export class Turnstile {
  private inside = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly maximumInside: number,
    private readonly maximumWaiting: number,
  ) {}

  /** @throws {RequestRefused} 503 `busy`: too many wait already */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.inside >= this.maximumInside) await this.turn();
    else this.inside += 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.inside -= 1;
    }
  }

  /** Whoever leaves hands its place over, so nobody slips in between. */
  private turn(): Promise<void> {
    if (this.waiting.length >= this.maximumWaiting) throw busy();
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

const busy = (): RequestRefused =>
  new RequestRefused({
    status: 503,
    code: 'busy',
    detail: 'Too many sign in at the same time; try again.',
    headers: { 'retry-after': '1' },
  });
