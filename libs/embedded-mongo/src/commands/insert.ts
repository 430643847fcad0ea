import type { AnswerDocument } from '../bson/encode.js';
import { flagOf } from '../query/arguments.js';
import type { Slice } from '../storage/write-queue.js';
import { insertedForm } from '../update/stored-form.js';
import type { Commands, Request } from './command.js';
import { writableNamespace } from './namespaces.js';
import { statementsOf } from './statements.js';
import { eachStatement, withErrors } from './write-results.js';

async function insert(request: Request): Promise<AnswerDocument> {
  const namespace = writableNamespace(request);
  const documents = statementsOf(request, 'documents');
  const ordered = flagOf(request.body.get('ordered'), true);
  const { store } = request.engine;
  let inserted = 0;
  const errors = await store.write(function* insertAll(slice: Slice) {
    return yield* eachStatement(documents, ordered, slice, (value) => {
      const document = insertedForm(value);
      const collection = store.catalog.find(namespace) ?? store.catalog.create(namespace);
      store.documents.insert(collection, document);
      inserted += 1;
      return undefined;
    });
  });
  return { n: inserted, ...withErrors(errors) };
}

export const insertCommands: Commands = {
  insert: { fields: ['documents', 'ordered', 'bypassDocumentValidation'], run: insert },
};
