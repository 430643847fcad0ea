import { randomUUID } from 'node:crypto';

import type { Collection } from 'mongodb';

import type { Lease, Leases, LeaseTerms } from './lease.js';
import { LeaseClaim } from './lease-claim.js';
import type { LeaseRecord, LeaseStore } from './lease-record.js';
import { isDuplicateKey } from './mongo-errors.js';

export interface StoredLease extends LeaseRecord {
  readonly _id: string;
}

/** {@link LeaseStore} over one collection. */
export class MongoLeaseStore implements LeaseStore {
  constructor(private readonly leases: Collection<StoredLease>) {}

  async read(name: string): Promise<LeaseRecord | undefined> {
    return (await this.leases.findOne({ _id: name })) ?? undefined;
  }

  async take(name: string, seen: LeaseRecord | undefined, taken: LeaseRecord): Promise<boolean> {
    if (!seen) return this.insert({ _id: name, ...taken });
    const filter = { _id: name, holder: seen.holder, term: seen.term };
    const { matchedCount } = await this.leases.updateOne(filter, { $set: { ...taken } });
    return matchedCount === 1;
  }

  async renew(name: string, holder: string, term: number): Promise<boolean> {
    const { matchedCount } = await this.leases.updateOne({ _id: name, holder }, { $set: { term } });
    return matchedCount === 1;
  }

  async free(name: string, holder: string): Promise<void> {
    await this.leases.updateOne({ _id: name, holder }, { $set: { holder: null } });
  }

  private async insert(lease: StoredLease): Promise<boolean> {
    try {
      await this.leases.insertOne(lease);
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return false;
    }
  }
}

/** The leases of one process. */
export class MongoLeases implements Leases {
  private readonly claims = new Set<Lease>();

  constructor(
    private readonly store: LeaseStore,
    private readonly monotonicMs: () => number,
  ) {}

  hold(name: string, terms: LeaseTerms): Lease {
    const { store, monotonicMs } = this;
    const claim = new LeaseClaim({ ...terms, name, holder: randomUUID(), store, monotonicMs });
    this.claims.add(claim);
    void claim.ended.then(() => this.claims.delete(claim));
    return claim;
  }

  /** Gives up every lease of this process. */
  async close(): Promise<void> {
    await Promise.all([...this.claims].map((claim) => claim.release()));
  }
}
