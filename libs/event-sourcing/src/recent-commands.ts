/** Which events of the stream a command caused. */
export interface CommandTrace {
  readonly commandId: string;
  readonly hash: string;
  readonly first: bigint;
  readonly last: bigint;
  /** Position of the last of them in `$all`. */
  readonly position: bigint;
}

/** How many of its last commands a stream remembers; older ones are looked up in the `commands` read model. */
export const maximumRecentCommands = 1_000;

/** The last commands of one stream, oldest first. Part of the loaded state, and of its snapshot. */
export class RecentCommands {
  private readonly traces = new Map<string, CommandTrace>();
  /** Position of the newest command that was dropped; undefined while all are remembered. */
  forgottenThrough: bigint | undefined;

  get size(): number {
    return this.traces.size;
  }

  get newest(): CommandTrace | undefined {
    return [...this.traces.values()].at(-1);
  }

  find(commandId: string): CommandTrace | undefined {
    return this.traces.get(commandId);
  }

  /** Notes one more event of a command; consecutive events of one command are one trace. */
  note(commandId: string, hash: string, revision: bigint, position: bigint): void {
    const known = this.traces.get(commandId);
    this.traces.set(commandId, { commandId, hash, first: known?.first ?? revision, last: revision, position });
    if (this.traces.size <= maximumRecentCommands) return;
    const [oldest] = this.traces.values();
    if (!oldest) return;
    this.traces.delete(oldest.commandId);
    this.forgottenThrough = oldest.position;
  }

  toJSON(): { traces: string[][]; forgottenThrough: string | null } {
    return {
      traces: [...this.traces.values()].map((trace) => [
        trace.commandId,
        trace.hash,
        `${trace.first}`,
        `${trace.last}`,
        `${trace.position}`,
      ]),
      forgottenThrough: this.forgottenThrough?.toString() ?? null,
    };
  }

  static fromJSON(stored: { traces: string[][]; forgottenThrough: string | null }): RecentCommands {
    const recent = new RecentCommands();
    for (const [commandId = '', hash = '', first = '0', last = '0', position = '0'] of stored.traces) {
      recent.traces.set(commandId, {
        commandId,
        hash,
        first: BigInt(first),
        last: BigInt(last),
        position: BigInt(position),
      });
    }
    recent.forgottenThrough = stored.forgottenThrough === null ? undefined : BigInt(stored.forgottenThrough);
    return recent;
  }
}
