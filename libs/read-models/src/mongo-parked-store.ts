import type { Collection } from 'mongodb';

import type { Clock } from '#kernel';

import type { ParkedDocument, ParkedStore } from './projection-stores.js';

export interface StoredParking extends ParkedDocument {
  /** `<collection>:<document id>` */
  readonly _id: string;
  readonly projection: string;
  readonly collection: string;
  readonly parkedAt: Date;
}

/** {@link ParkedStore} over the parked documents of all projections. */
export class MongoParkedStore implements ParkedStore {
  constructor(
    private readonly parked: Collection<StoredParking>,
    private readonly projection: string,
    private readonly collection: string,
    private readonly clock: Clock,
  ) {}

  async load(maximum: number): Promise<Set<string>> {
    const stored = await this.parked.find({ collection: this.collection }).limit(maximum).toArray();
    return new Set(stored.map(({ id }) => id));
  }

  async park(document: ParkedDocument): Promise<void> {
    const { projection, collection } = this;
    const record = { ...document, projection, collection, parkedAt: this.clock() };
    await this.parked.replaceOne({ _id: `${collection}:${document.id}` }, record, { upsert: true });
  }
}
