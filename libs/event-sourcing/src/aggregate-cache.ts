import type { RecentCommands } from './recent-commands.js';

/** A loaded aggregate: its state after `revision`, checked by the expected revision of the next append. */
export interface LoadedAggregate {
  state: unknown;
  /** Last revision; undefined while the stream is missing. */
  revision: bigint | undefined;
  snapshotRevision: bigint;
  readonly recent: RecentCommands;
}

/** Most aggregates kept in memory, and most remembered commands over all of them (about 450 bytes each). */
const maximumAggregates = 20_000;
const maximumRememberedCommands = 250_000;

/** The hot aggregates of this process, least recently used first. */
export class AggregateCache {
  private readonly loaded = new Map<string, LoadedAggregate>();
  private readonly weights = new Map<string, number>();
  private weight = 0;

  get(stream: string): LoadedAggregate | undefined {
    const aggregate = this.loaded.get(stream);
    if (!aggregate) return undefined;
    this.loaded.delete(stream);
    this.loaded.set(stream, aggregate);
    return aggregate;
  }

  put(stream: string, aggregate: LoadedAggregate): void {
    this.drop(stream);
    this.loaded.set(stream, aggregate);
    this.weights.set(stream, aggregate.recent.size);
    this.weight += aggregate.recent.size;
    this.evict(stream);
  }

  drop(stream: string): void {
    this.weight -= this.weights.get(stream) ?? 0;
    this.weights.delete(stream);
    this.loaded.delete(stream);
  }

  private evict(newest: string): void {
    for (const stream of this.loaded.keys()) {
      if (this.loaded.size <= maximumAggregates && this.weight <= maximumRememberedCommands) return;
      if (stream !== newest) this.drop(stream);
    }
  }
}
