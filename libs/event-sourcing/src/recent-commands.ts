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

/**
 * The same text with memory of its own: a string that was joined or cut keeps alive what it was made of, which for an id
 * and a hash is twice as much as all the rest that is remembered of a command.
 */
const ownText = (text: string): string => Buffer.from(text).toString();

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
    const id = known?.commandId ?? ownText(commandId);
    const first = known?.first ?? revision;
    this.traces.set(id, { commandId: id, hash: known?.hash ?? ownText(hash), first, last: revision, position });
    this.keepNewest(maximumRecentCommands);
  }

  /** Drops the oldest but for so many: they are looked up from now on. */
  keepNewest(count: number): void {
    for (const { commandId, position } of this.traces.values()) {
      if (this.traces.size <= count) return;
      this.traces.delete(commandId);
      this.forgottenThrough = position;
    }
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
