import type { RecentCommands } from './recent-commands.js';

/** A loaded aggregate: its state after `revision`, checked by the expected revision of the next append. */
export interface LoadedAggregate {
  state: unknown;
  /** Last revision; undefined while the stream is missing. */
  revision: bigint | undefined;
  snapshotRevision: bigint;
  readonly recent: RecentCommands;
}

/** What is kept in memory at most. */
export interface CacheLimits {
  readonly aggregates: number;
  /** Over all aggregates; one takes about 250 bytes. */
  readonly rememberedCommands: number;
}

const usualLimits: CacheLimits = { aggregates: 20_000, rememberedCommands: 250_000 };
/** An aggregate that would remember fewer commands is not kept at all. */
const fewestCommands = 4;

/** The hot aggregates of this process, least recently used first. */
export class AggregateCache {
  private readonly loaded = new Map<string, LoadedAggregate>();
  private readonly weights = new Map<string, number>();
  private weight = 0;
  /** Last in `loaded`: a command asks for its aggregate more than once before another does. */
  private newest: string | undefined;

  constructor(private readonly limits = usualLimits) {}

  get(stream: string): LoadedAggregate | undefined {
    const aggregate = this.loaded.get(stream);
    if (aggregate) this.use(stream, aggregate);
    return aggregate;
  }

  put(stream: string, aggregate: LoadedAggregate): void {
    this.use(stream, aggregate);
    this.weigh(stream, aggregate);
    this.evict();
  }

  drop(stream: string): void {
    this.weight -= this.weights.get(stream) ?? 0;
    this.weights.delete(stream);
    this.loaded.delete(stream);
  }

  private use(stream: string, aggregate: LoadedAggregate): void {
    if (stream !== this.newest) this.loaded.delete(stream);
    this.loaded.set(stream, aggregate);
    this.newest = stream;
  }

  private weigh(stream: string, { recent: { size } }: LoadedAggregate): void {
    this.weight += size - (this.weights.get(stream) ?? 0);
    this.weights.set(stream, size);
  }

  private evict(): void {
    for (const [stream, aggregate] of this.loaded) {
      if (stream === this.newest) continue;
      while (this.isOver() && this.loaded.has(stream)) this.shrink(stream, aggregate);
      if (!this.isOver()) return;
    }
  }

  private isOver(): boolean {
    return this.loaded.size > this.limits.aggregates || this.weight > this.limits.rememberedCommands;
  }

  /**
   * It forgets half of its commands before it goes: to look one command up costs a fraction of reading a stream again, which
   * all would, each in turn, were they dropped while all are in use.
   */
  private shrink(stream: string, aggregate: LoadedAggregate): void {
    const half = Math.floor(aggregate.recent.size / 2);
    if (this.loaded.size > this.limits.aggregates || half < fewestCommands) return this.drop(stream);
    aggregate.recent.keepNewest(half);
    this.weigh(stream, aggregate);
  }
}
