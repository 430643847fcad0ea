/** A cycle later than this is one that a machine may notice, in milliseconds past its due time. */
export const lateAfterMs = 20;
/** Buckets of one millisecond; what is later falls into the last. */
const buckets = 1000;

export interface LatenessReport {
  readonly cycles: number;
  /** Cycles later than {@link lateAfterMs}. */
  readonly late: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p9999Ms: number;
  readonly maximumMs: number;
}

/** How late machines' cycles began. */
export class Lateness {
  private counts = new Uint32Array(buckets);
  private maximumMs = 0;

  record(latenessMs: number): void {
    const bucket = Math.min(buckets - 1, Math.max(0, Math.floor(latenessMs)));
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.maximumMs = Math.max(this.maximumMs, latenessMs);
  }

  /** What was recorded since the last report. Percentiles are upper bounds of their millisecond. */
  report(): LatenessReport {
    const cycles = this.counts.reduce((total, count) => total + count, 0);
    const late = this.counts.subarray(lateAfterMs).reduce((total, count) => total + count, 0);
    const report = {
      cycles,
      late,
      p50Ms: this.percentile(0.5, cycles),
      p99Ms: this.percentile(0.99, cycles),
      p9999Ms: this.percentile(0.9999, cycles),
      maximumMs: Math.round(this.maximumMs * 10) / 10,
    };
    this.counts = new Uint32Array(buckets);
    this.maximumMs = 0;
    return report;
  }

  private percentile(share: number, cycles: number): number {
    let below = 0;
    for (const [bucket, count] of this.counts.entries()) {
      below += count;
      if (below >= share * cycles && below > 0) return bucket + 1;
    }
    return 0;
  }
}
