import type { Collection } from 'mongodb';

import type { Clock } from '#kernel';

import { isDuplicateKey } from './mongo-errors.js';
import type { CheckpointStore } from './projection-stores.js';
import { StoreMismatch } from './store-binding.js';

export interface StoredCheckpoint {
  /** The projection's collection. */
  readonly _id: string;
  readonly position: bigint;
  readonly storeId: string;
  readonly version: number;
  readonly updatedAt: Date;
}

export interface CheckpointIdentity {
  readonly collection: string;
  readonly version: number;
  readonly storeId: string;
}

/** {@link CheckpointStore} over one document. */
export class MongoCheckpointStore implements CheckpointStore {
  constructor(
    private readonly checkpoints: Collection<StoredCheckpoint>,
    private readonly identity: CheckpointIdentity,
    private readonly clock: Clock,
  ) {}

  async load(): Promise<bigint | undefined> {
    const { collection, storeId } = this.identity;
    const stored = await this.checkpoints.findOne({ _id: collection });
    if (stored && stored.storeId !== storeId)
      throw new StoreMismatch(`The checkpoint of ${collection}`, stored.storeId, storeId);
    return stored?.position;
  }

  /** A newer one that is there already, from another process, makes the insertion of the upsert fail: it stays. */
  async save(position: bigint): Promise<void> {
    const { collection: _id, version, storeId } = this.identity;
    const checkpoint = { position, storeId, version, updatedAt: this.clock() };
    try {
      await this.checkpoints.replaceOne({ _id, position: { $lt: position } }, checkpoint, { upsert: true });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
}

/** Where the projections of some collections stand. */
export async function readCheckpoints(
  checkpoints: Collection<StoredCheckpoint>,
  collections: readonly string[],
): Promise<Map<string, bigint>> {
  const stored = await checkpoints.find({ _id: { $in: collections } }).toArray();
  return new Map(stored.map(({ _id, position }) => [_id, position]));
}
