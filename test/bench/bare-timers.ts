import { percentile } from './statistics.js';

/** As many timers as a gateway has machines, that do nothing: how punctual this machine lets any process be. */
export class BareTimers {
  private readonly timers = new Set<NodeJS.Timeout>();
  private latenessMs: number[] = [];

  constructor(
    count: number,
    private readonly everyMs: number,
    private readonly lateAfterMs: number,
  ) {
    const startMs = performance.now();
    for (let index = 0; index < count; index += 1) this.arm(startMs + (everyMs * index) / count);
  }

  /** What was counted since the report before. */
  report(): { cycles: number; late: number; p50Ms: number; p99Ms: number; p9999Ms: number; maximumMs: number } {
    const values = this.latenessMs;
    this.latenessMs = [];
    const at = (share: number): number => Math.ceil(percentile(values, share));
    return {
      cycles: values.length,
      late: values.filter((value) => value >= this.lateAfterMs).length,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      p9999Ms: at(0.9999),
      maximumMs: percentile(values, 1),
    };
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  /** Each cycle is due so long after the one before was, as at the gateway. */
  private arm(dueMs: number): void {
    const timer = setTimeout(
      () => {
        this.timers.delete(timer);
        const nowMs = performance.now();
        this.latenessMs.push(nowMs - dueMs);
        this.arm(Math.max(dueMs + this.everyMs, nowMs));
      },
      Math.max(0, Math.ceil(dueMs - performance.now())),
    );
    this.timers.add(timer);
  }
}
