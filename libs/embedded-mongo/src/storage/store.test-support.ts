import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeDocument } from '../bson/encode.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import type { Collection } from './collection.js';
import { Store } from './store.js';

export interface TemporaryStore {
  readonly dataDir: string;
  readonly store: Store;
  /** Closes and opens again, as a restart does. */
  reopen(): Promise<Store>;
  remove(): Promise<void>;
}

export async function temporaryDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'em-'));
}

const unexpected = (failure: Error): void => {
  throw failure;
};

export async function temporaryStore(): Promise<TemporaryStore> {
  const dataDir = await temporaryDirectory();
  let store = await Store.open(dataDir, unexpected);
  return {
    dataDir,
    get store() {
      return store;
    },
    async reopen() {
      await store.close();
      store = await Store.open(dataDir, unexpected);
      return store;
    },
    async remove() {
      await store.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

export const namespace = { database: 'test', name: 'things' };

/** A collection with these documents and indexes. */
export function filled(
  store: Store,
  documents: readonly BsonDocument[],
  indexes: readonly BsonDocument[] = [],
): Promise<Collection> {
  return store.change(() => {
    const collection = store.catalog.find(namespace) ?? store.catalog.create(namespace);
    for (const [position, key] of indexes.entries()) {
      const specification: BsonDocument = new Map<string, BsonValue>([
        ['key', key],
        ['name', `index_${position}`],
      ]);
      store.catalog.markReady(collection, store.catalog.addIndex(collection, specification, false));
    }
    for (const document of documents) store.documents.insert(collection, encodeDocument(document));
    return collection;
  });
}
