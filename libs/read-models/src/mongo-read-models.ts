import { performance } from 'node:perf_hooks';

import type { Collection, Db } from 'mongodb';

import type { Feed } from '#event-sourcing';
import { type Clock, type Event, type Projection, systemClock } from '#kernel';

import type { StoredDocument } from './document-state.js';
import type { KeyValueCollection } from './key-value-collection.js';
import { LiveVersions, type StoredProjection } from './live-versions.js';
import { MongoCheckpointStore, readCheckpoints, type StoredCheckpoint } from './mongo-checkpoint-store.js';
import { connectMongo, type MongoAddress, type MongoConnection } from './mongo-connection.js';
import { MongoDocumentStore } from './mongo-document-store.js';
import { MongoKeyValueCollection, type StoredValue } from './mongo-key-value-collection.js';
import { MongoLeases, MongoLeaseStore, type StoredLease } from './mongo-leases.js';
import { MongoParkedStore, type StoredParking } from './mongo-parked-store.js';
import { MongoReadModel } from './mongo-read-model.js';
import { PositionWatch } from './position-watch.js';
import { ProjectionProgress } from './projection-progress.js';
import type { ProjectionStores } from './projection-stores.js';
import { Projector } from './projector.js';
import type { ReadModel } from './read-model.js';
import { type CollectionOptions, type ProjectionHealth, ReadModels } from './read-models.js';
import { assertKebabCase, collectionName, type RegisteredProjection } from './registered-projection.js';
import { dropRetired } from './retired-versions.js';
import { bindToStore, type StoreBinding } from './store-binding.js';

export interface ReadModelsOptions extends MongoAddress {
  readonly projections: readonly RegisteredProjection[];
  /** The id of the event store that the read models are built from. */
  readonly storeId: () => Promise<string>;
  readonly clock?: Clock;
  /** Told of interruptions that are repeated, and of projections that stop. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Connects to the read-model database and the database of keys.
 * @throws {StoreMismatch} they belong to another event store
 */
export async function connectReadModels(options: ReadModelsOptions): Promise<MongoReadModels> {
  assertDistinct(options.projections);
  const connection = await connectMongo(options);
  try {
    const storeId = await options.storeId();
    for (const database of [connection.documents, connection.keys])
      await bindToStore(database.collection<StoreBinding>('bindings'), storeId);
    return new MongoReadModels(connection, options, storeId);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** {@link ReadModels} over MongoDB. */
export class MongoReadModels extends ReadModels {
  readonly leases: MongoLeases;
  private readonly database: Db;
  private readonly clock: Clock;
  private readonly live: LiveVersions;
  private readonly watch: PositionWatch;
  private readonly checkpoints: Collection<StoredCheckpoint>;
  private projector: Projector | undefined;

  /** Use {@link connectReadModels}. */
  constructor(
    private readonly connection: MongoConnection,
    private readonly options: ReadModelsOptions,
    private readonly storeId: string,
  ) {
    super();
    this.database = connection.documents;
    this.clock = options.clock ?? systemClock;
    this.checkpoints = this.database.collection('checkpoints');
    this.live = new LiveVersions(this.database.collection<StoredProjection>('projections'), this.clock, monotonicMs);
    this.watch = new PositionWatch((collections) => readCheckpoints(this.checkpoints, collections));
    this.leases = new MongoLeases(new MongoLeaseStore(this.database.collection<StoredLease>('leases')), monotonicMs);
  }

  /** Takes part in projecting: one process of all that do holds the lease. */
  startProjecting(feed: Feed): void {
    this.projector ??= new Projector({
      projections: this.options.projections,
      storesOf: (projection) => this.storesOf(projection),
      feed,
      leases: this.leases,
      live: this.live,
      watch: this.watch,
      monotonicMs,
      onError: this.options.onError ?? (() => undefined),
    });
    this.projector.start();
  }

  /** Ends the projections after the batch at hand, gives up the leases, and disconnects. */
  async close(): Promise<void> {
    this.watch.close();
    await this.projector?.stop();
    await this.leases.close();
    await this.connection.close();
  }

  of<Doc extends object, E extends Event>(projection: Projection<Doc, E>): ReadModel<Doc> {
    const { name } = projection;
    if (!this.options.projections.some((registered) => registered.name === name))
      throw new Error(`The projection ${name} is not registered.`);
    const live = async (): Promise<Collection<StoredDocument>> =>
      this.database.collection(collectionName(name, await this.live.of(projection)));
    return new MongoReadModel<Doc>({ name, watch: this.watch, live });
  }

  collection<T>(name: string, options?: CollectionOptions): KeyValueCollection<T> {
    return keyValues<T>(this.database, name, options);
  }

  keyCollection<T>(name: string, options?: CollectionOptions): KeyValueCollection<T> {
    return keyValues<T>(this.connection.keys, name, options);
  }

  health(): readonly ProjectionHealth[] {
    if (this.projector) return this.projector.health();
    const noFeed = { head: undefined };
    return this.options.projections.map((projection) =>
      new ProjectionProgress(projection, noFeed, monotonicMs).health(),
    );
  }

  dropRetired(): Promise<readonly string[]> {
    return dropRetired(this.database, this.live, this.clock);
  }

  private storesOf(projection: RegisteredProjection): ProjectionStores {
    const { name, version, indexes = [{}] } = projection;
    const { database, storeId, clock } = this;
    const collection = collectionName(name, version);
    return {
      documents: new MongoDocumentStore(database, collection, indexes),
      checkpoint: new MongoCheckpointStore(this.checkpoints, { collection, version, storeId }, clock),
      parked: new MongoParkedStore(database.collection<StoredParking>('parked'), name, collection, clock),
    };
  }
}

const monotonicMs = (): number => performance.now();

/** Names of the program's own collections, beside those of projections, which end in their version. */
const reservedNames = new Set(['bindings', 'checkpoints', 'projections', 'parked', 'leases']);

function keyValues<T>(database: Db, name: string, options: CollectionOptions = {}): KeyValueCollection<T> {
  if (reservedNames.has(assertKebabCase(name))) throw new TypeError(`the collection name '${name}' is taken`);
  return new MongoKeyValueCollection(database.collection<StoredValue<T>>(name), options.indexes);
}

function assertDistinct(projections: readonly RegisteredProjection[]): void {
  const names = projections.map(({ name, version }) => collectionName(name, version));
  if (new Set(projections.map(({ name }) => name)).size < names.length)
    throw new TypeError('two projections have the same name');
}
