import DataLoader from 'dataloader';
import type { Collection } from 'mongodb';

import type { StoredDocument } from './document-state.js';

/** Documents of one query: as many as the database answers at once. */
const maximumTogether = 100;

export type DocumentsById = DataLoader<string, StoredDocument | undefined>;

/**
 * Reads the documents that are asked for in one turn of the event loop by one query: under load a query costs the driver
 * more than everything else about a read. Nothing is kept: each query is sent after its documents were asked for.
 */
export const documentsById = (collection: Collection<StoredDocument>): DocumentsById =>
  new DataLoader(
    async (ids) => {
      const stored = await collection.find({ _id: { $in: [...ids] } }).toArray();
      const found = new Map(stored.map((document) => [document._id, document]));
      return ids.map((id) => found.get(id));
    },
    { cache: false, maxBatchSize: maximumTogether, batchScheduleFn: setImmediate },
  );
