/** What to do with a lease, and how long a silent holder keeps it. */
export interface LeaseTerms {
  /**
   * Called each time the lease is acquired. The signal aborts when it is lost or given up; another may begin after that,
   * so everything done under a lease must be harmless when it is done twice. When it returns, the lease is given up; when it
   * throws, the signal aborts, and the lease is given up and asked for again after a second.
   */
  readonly onAcquired: (signal: AbortSignal) => Promise<void>;
  /** Milliseconds without renewal until another may take over; renewed at a third of it. At least 300. */
  readonly ttlMs: number;
  readonly onError?: (error: unknown) => void;
}

/** A claim on a name: held, or waiting for it. */
export interface Lease {
  readonly held: boolean;
  /** Gives it up at once, after the work under it has ended. */
  release(): Promise<void>;
}

/** One holder at a time over all processes of a deployment. */
export interface Leases {
  hold(name: string, terms: LeaseTerms): Lease;
}
