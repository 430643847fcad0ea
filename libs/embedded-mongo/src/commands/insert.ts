import type { AnswerDocument } from '../bson/encode.js';
import type { BsonDocument } from '../bson/values.js';
import { BsonUndefined, Regex, typeNameOf } from '../bson/values.js';
import { refuse } from '../errors.js';
import { arrayArgument, documentArgument, flagOf } from '../query/arguments.js';
import { withId } from '../update/upsert.js';
import type { Slice } from '../storage/write-queue.js';
import type { Commands, Request } from './command.js';
import { writableNamespace } from './namespaces.js';
import { checkBatchSize, eachStatement, withErrors } from './write-results.js';

async function insert(request: Request): Promise<AnswerDocument> {
  const namespace = writableNamespace(request);
  const documents = arrayArgument(request.body.get('documents'), 'insert.documents');
  const ordered = flagOf(request.body.get('ordered'), true);
  checkBatchSize(documents.length);
  const { store } = request.engine;
  let inserted = 0;
  const errors = await store.write(function* insertAll(slice: Slice) {
    return yield* eachStatement(documents, ordered, slice, (value) => {
      const document = storable(withId(documentArgument(value, 'insert.documents')));
      const collection = store.catalog.find(namespace) ?? store.catalog.create(namespace);
      store.documents.insert(collection, document);
      inserted += 1;
      return undefined;
    });
  });
  return { n: inserted, ...withErrors(errors) };
}

/** Refuses an _id of a type that none can have. */
export function storable(document: BsonDocument): BsonDocument {
  const id = document.get('_id');
  if (Array.isArray(id) || id instanceof Regex || id instanceof BsonUndefined) {
    refuse('InvalidIdField', `The '_id' value cannot be of type ${typeNameOf(id)}`);
  }
  return document;
}

export const insertCommands: Commands = {
  insert: { fields: ['documents', 'ordered', 'bypassDocumentValidation'], run: insert },
};
