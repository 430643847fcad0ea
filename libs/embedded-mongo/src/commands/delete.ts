import type { Variables } from '../aggregate/expressions/expressions.js';
import type { AnswerDocument } from '../bson/encode.js';
import { refuse } from '../errors.js';
import { documentArgument, flagOf, wholeNumberOf } from '../query/arguments.js';
import type { Found } from '../query/found.js';
import type { Collection } from '../storage/collection.js';
import type { Store } from '../storage/store.js';
import type { Slice } from '../storage/write-queue.js';
import type { Commands, Request } from './command.js';
import { writableNamespace } from './namespaces.js';
import { letOf, refuseCollation } from './options.js';
import { statementFields, statementsOf } from './statements.js';
import { eachTarget, firstTarget, hintOf } from './targets.js';
import { eachStatement, withErrors } from './write-results.js';

const STATEMENT_FIELDS = new Set(['q', 'limit', 'hint', 'collation']);

function* runStatement(
  store: Store,
  collection: Collection,
  value: Buffer,
  variables: Variables,
  slice: Slice,
): Generator<void, number, void> {
  const { fields: statement } = statementFields(value, STATEMENT_FIELDS, 'delete.deletes');
  refuseCollation(statement.get('collation'));
  const limit = wholeNumberOf(statement.get('limit'));
  if (limit !== 0 && limit !== 1) refuse('FailedToParse', 'The limit field in delete objects must be 0 or 1.');
  const query = {
    filter: documentArgument(statement.get('q'), 'delete.deletes.q'),
    sort: [],
    hint: hintOf(collection, statement.get('hint')),
    variables,
  };
  let removed = 0;
  const remove = ({ recordId, bytes }: Found): void => {
    store.documents.remove(collection, recordId, bytes);
    removed += 1;
  };
  if (limit === 0) {
    yield* eachTarget(store, collection, query, slice, remove);
  } else {
    const found = yield* firstTarget(store, collection, query, slice);
    if (found !== undefined) remove(found);
  }
  return removed;
}

async function deleteDocuments(request: Request): Promise<AnswerDocument> {
  const namespace = writableNamespace(request);
  const deletes = statementsOf(request, 'deletes');
  const variables = letOf(request.body.get('let'));
  const ordered = flagOf(request.body.get('ordered'), true);
  const { store } = request.engine;
  let removed = 0;
  const errors = await store.write(function* deleteAll(slice: Slice) {
    return yield* eachStatement(deletes, ordered, slice, function* deleteOne(value) {
      const collection = store.catalog.find(namespace);
      if (collection !== undefined) removed += yield* runStatement(store, collection, value, variables, slice);
    });
  });
  return { n: removed, ...withErrors(errors) };
}

export const deleteCommands: Commands = {
  delete: { fields: ['deletes', 'ordered', 'let'], run: deleteDocuments },
};
