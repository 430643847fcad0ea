import type { Collection, Filter as MongoFilter } from 'mongodb';

import { decodeCursor, encodeCursor } from './cursor.js';
import { fromStored, type StoredDocument } from './document-state.js';
import { type DocumentsById, documentsById } from './documents-by-id.js';
import { reading } from './mongo-errors.js';
import { toMongoFilter } from './mongo-filter.js';
import { NotCaughtUp } from './not-caught-up.js';
import type { PositionWatch } from './position-watch.js';
import type { FindQuery, FoundPage, Identified, ReadModel, ReadOptions } from './read-model.js';

const defaultPage = 50;
const maximumPage = 500;
/** How long a reader waits for its own write at most. */
const maximumWaitMs = 5_000;

export interface MongoReadModelOptions {
  readonly name: string;
  readonly watch: PositionWatch;
  /** The collection of the live version. */
  readonly live: () => Promise<Collection<StoredDocument>>;
}

/** {@link ReadModel} over the live collection of a projection. */
export class MongoReadModel<Doc extends object> implements ReadModel<Doc> {
  /** Of the version that was live last. */
  private byId: { readonly collection: string; readonly documents: DocumentsById } | undefined;

  constructor(private readonly options: MongoReadModelOptions) {}

  async get(id: string, { after }: ReadOptions = {}): Promise<Identified<Doc> | undefined> {
    const collection = await this.caughtUp(after);
    const stored = await reading(this.documentsOf(collection).load(id));
    return stored && stored._deleted !== true ? identified<Doc>(stored) : undefined;
  }

  async find({ where = {}, limit = defaultPage, cursor, createdAfter, after }: FindQuery): Promise<FoundPage<Doc>> {
    if (!Number.isInteger(limit) || limit < 1 || limit > maximumPage)
      throw new RangeError(`a page has 1 to ${maximumPage} documents, not ${limit}`);
    if (cursor !== undefined && createdAfter !== undefined) throw new RangeError('a page has one beginning, not two');
    const created = createdAfter === undefined ? createdBefore(cursor) : { $gt: createdAfter };
    const filter = { ...toMongoFilter(where), _created: created } as MongoFilter<StoredDocument>;
    const collection = await this.caughtUp(after);
    const found = collection.find(filter).sort({ _created: createdAfter === undefined ? -1 : 1 });
    const stored = await reading(found.limit(limit + 1).toArray());
    const page = stored.slice(0, limit);
    const last = page.at(-1)?._created;
    return {
      items: page.map((document) => identified<Doc>(document)),
      next: createdAfter === undefined && stored.length > limit && last !== undefined ? encodeCursor(last) : null,
    };
  }

  async position(): Promise<bigint | undefined> {
    const { watch, live } = this.options;
    const collection = await reading(live());
    return reading(watch.position(collection.collectionName));
  }

  private documentsOf(collection: Collection<StoredDocument>): DocumentsById {
    const { collectionName } = collection;
    if (this.byId?.collection !== collectionName)
      this.byId = { collection: collectionName, documents: documentsById(collection) };
    return this.byId.documents;
  }

  private async caughtUp(after: bigint | undefined): Promise<Collection<StoredDocument>> {
    const { name, watch, live } = this.options;
    const collection = await reading(live());
    if (after !== undefined && !(await watch.wait(collection.collectionName, after, maximumWaitMs)))
      throw new NotCaughtUp(name, after);
    return collection;
  }
}

/** Deleted documents have no creation, and so are in no list. */
const createdBefore = (cursor: string | undefined): Record<string, bigint> =>
  cursor === undefined ? { $gte: 0n } : { $lt: decodeCursor(cursor) };

/** The projection that wrote the document is the one that names its type. */
const identified = <Doc extends object>(stored: StoredDocument): Identified<Doc> =>
  ({ ...fromStored(stored).doc, id: stored._id }) as Identified<Doc>;
