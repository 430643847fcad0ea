import type { HallCalendar } from '#kernel';

import type { CommandTrace } from './recent-commands.js';

/** A state at a revision: a cache of the stream, kept where it can be thrown away. */
export interface Snapshot {
  readonly stream: string;
  readonly version: number;
  readonly revision: bigint;
  readonly state: unknown;
  readonly recentCommands: { traces: string[][]; forgottenThrough: string | null };
}

export interface SnapshotStore {
  load(stream: string): Promise<Snapshot | undefined>;
  save(snapshot: Snapshot): Promise<void>;
}

/** The `commands` read model, for commands older than a stream remembers. */
export interface CommandLog {
  /**
   * The command's events in a stream, as far as the log has been read.
   * @throws when the read model cannot be proven to have passed `through`: the caller must try again later
   */
  find(stream: string, commandId: string, through: bigint): Promise<CommandTrace | undefined>;
}

/** The hall that a fact belongs to, with the calendar that stamps its gaming date. */
export interface HallContext {
  readonly hallId: string;
  readonly calendar: HallCalendar;
}

/** What a domain library needs to know of a hall. */
export interface HallDirectory {
  /** @throws {DomainError} `hall_unknown`: there is no such hall */
  hall(hallId: string): Promise<HallContext & { readonly currency: string }>;
}

/** Injection token of the {@link HallDirectory}. */
export const HALL_DIRECTORY = Symbol('HallDirectory');
