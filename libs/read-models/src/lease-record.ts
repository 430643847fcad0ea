/** A lease as it is stored. Its term changes with every renewal, so that an observer sees a holder that lives. */
export interface LeaseRecord {
  readonly holder: string | null;
  readonly term: number;
  readonly ttlMs: number;
}

/** What an observer saw, and since when on its own clock nothing has changed. */
export interface Observation {
  readonly record: LeaseRecord | undefined;
  readonly unchangedSinceMs: number;
}

/** Clocks of two machines are never compared: only how long this one has seen the same record. */
export function observe(before: Observation | undefined, record: LeaseRecord | undefined, nowMs: number): Observation {
  const unchanged = before && before.record?.holder === record?.holder && before.record?.term === record?.term;
  return { record, unchangedSinceMs: unchanged ? before.unchangedSinceMs : nowMs };
}

/** Whether nobody holds it, or its holder was silent for longer than it asked for. */
export function mayTake({ record, unchangedSinceMs }: Observation, nowMs: number): boolean {
  if (!record || record.holder === null) return true;
  return nowMs - unchangedSinceMs > record.ttlMs;
}

/** The stored leases: every change is a compare-and-set. */
export interface LeaseStore {
  read(name: string): Promise<LeaseRecord | undefined>;
  /** Takes the lease if it still is as it was seen. */
  take(name: string, seen: LeaseRecord | undefined, taken: LeaseRecord): Promise<boolean>;
  /** Whether the holder still held it. */
  renew(name: string, holder: string, term: number): Promise<boolean>;
  free(name: string, holder: string): Promise<void>;
}
