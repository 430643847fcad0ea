interface Waiter {
  readonly position: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Those who wait until the log is durable up to a position. Positions are asked for in ascending order, mostly. */
export class DurabilityWaiters {
  private readonly waiters: Waiter[] = [];

  wait(position: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiters.push({ position, resolve, reject });
    });
  }

  /** Answers everyone who waited for a position up to `durable`. */
  settle(durable: number): void {
    let kept = 0;
    for (const waiter of this.waiters) {
      if (waiter.position <= durable) waiter.resolve();
      else this.waiters[kept++] = waiter;
    }
    this.waiters.length = kept;
  }

  /** Everyone who still waits learns that it will not come. */
  fail(error: Error): void {
    for (const waiter of this.waiters.splice(0)) waiter.reject(error);
  }
}
