/** How often the checkpoints are read while somebody waits for a projection of another process. */
const pollMs = 30;
/** Requests that wait at a time; one more is told at once to come again. */
const maximumWaiters = 10_000;

interface Waiter {
  readonly after: bigint;
  readonly settle: (reached: boolean) => void;
}

/** Reads the checkpoints of some collections. */
export type ReadPositions = (collections: readonly string[]) => Promise<ReadonlyMap<string, bigint>>;

/** Lets readers wait until a projection has passed a position: told by the runner in this process, by one poll for all otherwise. */
export class PositionWatch {
  private readonly positions = new Map<string, bigint>();
  private readonly waiters = new Map<string, Set<Waiter>>();
  private readonly runsHere = new Set<string>();
  /** Runners that rest between batches, and what wakes them. */
  private readonly resting = new Map<string, () => void>();
  private waiting = 0;
  private polling = false;

  constructor(private readonly readPositions: ReadPositions) {}

  /** A runner in this process has written everything up to here. */
  reached(collection: string, position: bigint): void {
    this.runsHere.add(collection);
    this.passed(collection, position);
  }

  /** The runner in this process has ended; another process may go on. */
  left(collection: string): void {
    this.runsHere.delete(collection);
    if (this.waiters.has(collection)) void this.poll();
  }

  /** Whether the projection passed the position in time. */
  async wait(collection: string, after: bigint, timeoutMs: number): Promise<boolean> {
    if (this.hasPassed(collection, after)) return true;
    if (this.waiting >= maximumWaiters) return false;
    this.waiting += 1;
    const reached = new Promise<boolean>((resolve) => this.enqueue(collection, after, timeoutMs, resolve));
    if (!this.runsHere.has(collection)) void this.poll();
    return reached.finally(() => (this.waiting -= 1));
  }

  /** Where the projection stands: as the runner of this process knows, or else as its checkpoint says. */
  async position(collection: string): Promise<bigint | undefined> {
    if (this.runsHere.has(collection)) return this.positions.get(collection);
    return (await this.readPositions([collection])).get(collection);
  }

  /** Resolves after so many milliseconds, or as soon as somebody waits for the projection or the signal aborts. */
  rest(collection: string, milliseconds: number, signal: AbortSignal): Promise<void> {
    if (this.waiters.has(collection) || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.resting.delete(collection);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      signal.addEventListener('abort', wake);
      this.resting.set(collection, wake);
    });
  }

  /** Turns everybody away. */
  close(): void {
    for (const waiters of this.waiters.values()) for (const { settle } of [...waiters]) settle(false);
  }

  private enqueue(collection: string, after: bigint, timeoutMs: number, resolve: (reached: boolean) => void): void {
    const waiters = this.waiters.get(collection) ?? new Set<Waiter>();
    this.waiters.set(collection, waiters);
    const settle = (reached: boolean): void => {
      clearTimeout(timer);
      waiters.delete(waiter);
      if (waiters.size === 0) this.waiters.delete(collection);
      resolve(reached);
    };
    const waiter = { after, settle };
    const timer = setTimeout(() => settle(false), timeoutMs);
    waiters.add(waiter);
    this.resting.get(collection)?.();
  }

  private hasPassed(collection: string, after: bigint): boolean {
    const position = this.positions.get(collection);
    return position !== undefined && position >= after;
  }

  private passed(collection: string, position: bigint): void {
    const known = this.positions.get(collection);
    if (known !== undefined && known >= position) return;
    this.positions.set(collection, position);
    for (const waiter of [...(this.waiters.get(collection) ?? [])]) if (waiter.after <= position) waiter.settle(true);
  }

  /** One at a time, for as long as somebody waits. A failed read is repeated: waiting has its own end. */
  private async poll(): Promise<void> {
    if (this.polling) return;
    this.polling = true;
    for (let wanted = this.wantedElsewhere(); wanted.length > 0; wanted = this.wantedElsewhere()) {
      const positions = await this.readPositions(wanted).catch(() => new Map<string, bigint>());
      for (const [collection, position] of positions) this.passed(collection, position);
      if (this.wantedElsewhere().length > 0) await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
    this.polling = false;
  }

  private wantedElsewhere(): string[] {
    return [...this.waiters.keys()].filter((collection) => !this.runsHere.has(collection));
  }
}
