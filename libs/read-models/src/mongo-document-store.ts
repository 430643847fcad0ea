import type { AnyBulkWriteOperation, Collection, IndexDescription } from 'mongodb';

import type { IndexKeys } from '#kernel';

import {
  type DocumentChange,
  type DocumentState,
  fromStored,
  type StoredDocument,
  toStored,
} from './document-state.js';
import { isOnlyDuplicates } from './mongo-errors.js';
import type { DocumentStore } from './projection-stores.js';

/** {@link DocumentStore} over one collection. */
export class MongoDocumentStore implements DocumentStore {
  constructor(
    private readonly collection: Collection<StoredDocument>,
    private readonly indexes: readonly IndexKeys[],
  ) {}

  /** Every list is newest first, so every index ends with the creation. */
  async prepare(): Promise<void> {
    const keys = [{}, ...this.indexes].map((index): IndexDescription => ({ key: { ...index, _created: -1 } }));
    await this.collection.createIndexes(keys);
  }

  async load(ids: readonly string[]): Promise<Map<string, DocumentState>> {
    const stored = await this.collection.find({ _id: { $in: ids } }).toArray();
    return new Map(stored.map((document) => [document._id, fromStored(document)]));
  }

  async write(changes: readonly DocumentChange[]): Promise<readonly string[]> {
    const written = await this.writeMatching(changes.map(toOperation));
    return written === changes.length ? [] : this.conflicting(changes);
  }

  /** How many found their document as expected. */
  private async writeMatching(operations: AnyBulkWriteOperation<StoredDocument>[]): Promise<number> {
    try {
      const { insertedCount, matchedCount } = await this.collection.bulkWrite(operations, { ordered: false });
      return insertedCount + matchedCount;
    } catch (error) {
      if (!isOnlyDuplicates(error)) throw error;
      return Number.NaN;
    }
  }

  /** The answer to a bulk write does not say which replacement found nothing: the documents themselves do. */
  private async conflicting(changes: readonly DocumentChange[]): Promise<string[]> {
    const ids = changes.map(({ after }) => after.id);
    const found = await this.collection.find({ _id: { $in: ids } }, { projection: { _position: 1 } }).toArray();
    const positions = new Map(found.map(({ _id, _position }) => [_id, _position]));
    return changes.filter(({ after }) => positions.get(after.id) !== after.position).map(({ after }) => after.id);
  }
}

function toOperation({ after, expected }: DocumentChange): AnyBulkWriteOperation<StoredDocument> {
  const document = toStored(after);
  if (expected === undefined) return { insertOne: { document } };
  return { replaceOne: { filter: { _id: after.id, _position: expected }, replacement: document } };
}
