/** The signal aborted before the turn came. */
export class TurnGivenUp extends Error {
  constructor() {
    super('The turn was given up before it came.');
    this.name = 'TurnGivenUp';
  }
}

/** Lets at most so many pieces of work run at once; the others wait for their turn, first come first served. */
export class Turns {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.free = atOnce;
  }

  get waitingCount(): number {
    return this.waiting.length;
  }

  /** @throws {TurnGivenUp} the signal aborted before the turn came */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.turn();
    try {
      if (signal?.aborted) throw new TurnGivenUp();
      return await work();
    } finally {
      this.pass();
    }
  }

  private turn(): Promise<void> {
    if (this.free > 0) {
      this.free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private pass(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free += 1;
  }
}
