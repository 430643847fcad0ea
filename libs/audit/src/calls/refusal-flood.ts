/** Refusals of one source within a second that are recorded one by one. */
export const maximumRefusalsPerSecond = 100;
/** Sources that are watched at once. */
const maximumSources = 10_000;
const secondMs = 1_000;

/** Tells when one source is refused so often that its refusals are only counted. */
export class RefusalFlood {
  private readonly sources = new Map<string, { second: number; refusals: number }>();

  /** Notes a refusal. @returns whether it is one too many */
  isFlood(source: string, now: number): boolean {
    const second = Math.floor(now / secondMs);
    const known = this.sources.get(source);
    if (known?.second === second) {
      known.refusals += 1;
      return known.refusals > maximumRefusalsPerSecond;
    }
    this.sources.delete(source);
    this.sources.set(source, { second, refusals: 1 });
    const [oldest] = this.sources.keys();
    if (this.sources.size > maximumSources && oldest !== undefined) this.sources.delete(oldest);
    return false;
  }
}
