import type { Collection } from 'mongodb';

import type { Clock } from '#kernel';

import { isDuplicateKey } from './mongo-errors.js';

/** Which version of a projection readers get, and since when. */
export interface StoredProjection {
  readonly _id: string;
  readonly live: number;
  readonly since: Date;
}

/** Readers notice a switch within this time. */
const maximumAgeMs = 1_000;

/** The live versions of all projections, as this process knows them. */
export class LiveVersions {
  private known = new Map<string, StoredProjection>();
  private readAtMs = Number.NEGATIVE_INFINITY;
  private refreshing: Promise<void> | undefined;

  constructor(
    private readonly projections: Collection<StoredProjection>,
    private readonly clock: Clock,
    private readonly monotonicMs: () => number,
  ) {}

  /** The version to read; the own one while none was ever made live. */
  async of(projection: { readonly name: string; readonly version: number }): Promise<number> {
    if (this.monotonicMs() - this.readAtMs > maximumAgeMs) await this.refresh();
    return this.known.get(projection.name)?.live ?? projection.version;
  }

  /** All there are, as they are now. */
  async all(): Promise<ReadonlyMap<string, StoredProjection>> {
    await this.refresh();
    return this.known;
  }

  /** The first version of a projection is live from the start, while it is built. */
  async begin(name: string, version: number): Promise<void> {
    try {
      await this.projections.insertOne({ _id: name, live: version, since: this.clock() });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    await this.refresh();
  }

  /** Makes a version that has caught up the one that readers get. Called by whoever holds the projector's lease. */
  async switchTo(name: string, version: number): Promise<void> {
    const live = this.known.get(name)?.live;
    if (live === version) return;
    const since = this.clock();
    await this.projections.replaceOne({ _id: name }, { live: version, since }, { upsert: true });
    this.known.set(name, { _id: name, live: version, since });
  }

  private refresh(): Promise<void> {
    this.refreshing ??= this.readAll().finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  private async readAll(): Promise<void> {
    const startedAtMs = this.monotonicMs();
    const stored = await this.projections.find({}).toArray();
    this.known = new Map(stored.map((projection) => [projection._id, projection]));
    this.readAtMs = startedAtMs;
  }
}
