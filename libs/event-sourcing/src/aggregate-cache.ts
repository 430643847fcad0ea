import { maximumRecentCommands, type RecentCommands } from './recent-commands.js';

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
/** An aggregate is cold when so many times as many uses as there are aggregates have passed it by. */
const coldAfterRounds = 4;
/** By how much each remembers less when all together remember too much. */
const narrowing = 0.75;

interface Entry {
  readonly aggregate: LoadedAggregate;
  /** Its commands that count towards the limit. */
  weight: number;
  /** Number of the last use. */
  usedAt: number;
}

/**
 * The hot aggregates of this process, least recently used first. Where they remember too many commands, cold ones go; where
 * none is cold, each remembers fewer: to look one command up costs a fraction of reading a stream again, which all would,
 * each in turn, were they dropped while they are in use.
 */
export class AggregateCache {
  private readonly entries = new Map<string, Entry>();
  private weight = 0;
  private uses = 0;
  /** Commands that each may remember now. */
  private window = maximumRecentCommands;
  private readonly smallestWindow: number;

  constructor(private readonly limits = usualLimits) {
    this.smallestWindow = Math.floor(limits.rememberedCommands / limits.aggregates);
  }

  get(stream: string): LoadedAggregate | undefined {
    const entry = this.entries.get(stream);
    if (entry) this.use(stream, entry);
    return entry?.aggregate;
  }

  put(stream: string, aggregate: LoadedAggregate): void {
    const known = this.entries.get(stream);
    const entry = known?.aggregate === aggregate ? known : { aggregate, weight: known?.weight ?? 0, usedAt: -1 };
    this.use(stream, entry);
    this.trim(entry);
    while (this.isOver()) if (!this.dropOldest(this.entries.size > this.limits.aggregates)) this.narrow();
    if (this.window < maximumRecentCommands) this.widen();
  }

  drop(stream: string): void {
    this.weight -= this.entries.get(stream)?.weight ?? 0;
    this.entries.delete(stream);
  }

  /** Moves it to the end. A command uses its aggregate more than once before another does. */
  private use(stream: string, entry: Entry): void {
    if (entry.usedAt === this.uses && this.entries.get(stream) === entry) return;
    this.entries.delete(stream);
    this.entries.set(stream, entry);
    this.uses += 1;
    entry.usedAt = this.uses;
  }

  private trim(entry: Entry): void {
    const { recent } = entry.aggregate;
    recent.keepNewest(this.window);
    this.weight += recent.size - entry.weight;
    entry.weight = recent.size;
  }

  private isOver(): boolean {
    return this.entries.size > this.limits.aggregates || this.weight > this.limits.rememberedCommands;
  }

  /** Drops the least recently used where it is cold, or anyway. @returns whether it did */
  private dropOldest(anyway: boolean): boolean {
    for (const [stream, { usedAt }] of this.entries) {
      const isCold = this.uses - usedAt > coldAfterRounds * this.entries.size;
      if (isCold || anyway) this.drop(stream);
      return isCold || anyway;
    }
    return false;
  }

  private narrow(): void {
    this.window = Math.max(this.smallestWindow, Math.floor(this.window * narrowing));
    for (const entry of this.entries.values()) this.trim(entry);
  }

  /** While less is remembered than could be, cold ones make room for those in use. */
  private widen(): void {
    this.dropOldest(false);
    if (this.weight >= this.limits.rememberedCommands / 2) return;
    this.window = Math.min(maximumRecentCommands, Math.ceil(this.window / narrowing));
  }
}
