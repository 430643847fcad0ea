import { evaluateLet, type Variables } from '../aggregate/expressions/expressions.js';
import { decodeDocument } from '../bson/decode.js';
import type { AnswerDocument } from '../bson/encode.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { refuse } from '../errors.js';
import { documentArgument, flagOf } from '../query/arguments.js';
import type { Found } from '../query/found.js';
import type { Collection, Namespace } from '../storage/collection.js';
import type { Store } from '../storage/store.js';
import type { Slice } from '../storage/write-queue.js';
import { updatedBytes } from '../update/apply.js';
import type { Update } from '../update/parse.js';
import { parseUpdate } from '../update/parse.js';
import { upsertedDocument } from '../update/upsert.js';
import type { Commands, Request } from './command.js';
import { writableNamespace } from './namespaces.js';
import { letOf, refuseCollation } from './options.js';
import { statementFields, statementsOf } from './statements.js';
import { eachTarget, firstTarget, hintOf, pointTarget } from './targets.js';
import { eachStatement, withErrors } from './write-results.js';

interface Statement {
  readonly filter: BsonDocument;
  readonly update: Update;
  readonly multi: boolean;
  readonly upsert: boolean;
  readonly hint: BsonValue | undefined;
  readonly variables: Variables;
}

const STATEMENT_FIELDS = new Set(['q', 'u', 'multi', 'upsert', 'hint', 'collation', 'arrayFilters', 'c']);

function parseStatement(value: Buffer, variables: Variables): Statement {
  const { fields: statement, raw } = statementFields(value, STATEMENT_FIELDS, 'update.updates', 'u');
  refuseCollation(statement.get('collation'));
  const constants = statement.get('c');
  const update = parseUpdate(raw ?? statement.get('u'), {
    arrayFilters: statement.get('arrayFilters'),
    variables:
      constants === undefined ? variables : evaluateLet(documentArgument(constants, 'update.updates.c'), variables),
  });
  const multi = flagOf(statement.get('multi'));
  if (multi && update.kind === 'replacement')
    refuse('FailedToParse', 'multi update is not supported for replacement-style update');
  const filter = documentArgument(statement.get('q'), 'update.updates.q');
  return { filter, update, multi, upsert: flagOf(statement.get('upsert')), hint: statement.get('hint'), variables };
}

interface Outcome {
  matched: number;
  modified: number;
  upsertedId?: BsonValue;
}

/** Updates a stored document; true where its bytes changed. */
function updateFound(store: Store, collection: Collection, found: Found, { update, filter }: Statement): boolean {
  return store.documents.replace(collection, found.recordId, found.bytes, updatedBytes(update, found, filter));
}

/** Inserts what an upsert makes of its filter and its update; answers with the document. */
export function insertUpserted(store: Store, namespace: Namespace, update: Update, filter: BsonDocument): BsonDocument {
  const document = upsertedDocument(update, filter);
  store.documents.insert(store.catalog.find(namespace) ?? store.catalog.create(namespace), document);
  return decodeDocument(document);
}

function* runStatement(
  store: Store,
  namespace: Namespace,
  statement: Statement,
  slice: Slice,
): Generator<void, Outcome, void> {
  const { filter, update, multi, upsert, hint, variables } = statement;
  const outcome: Outcome = { matched: 0, modified: 0 };
  const collection = store.catalog.find(namespace);
  if (collection !== undefined) {
    const query = { filter, sort: [], hint: hintOf(collection, hint), variables };
    const write = (found: Found): void => {
      outcome.matched += 1;
      if (updateFound(store, collection, found, statement)) outcome.modified += 1;
    };
    if (multi) {
      yield* eachTarget(store, collection, query, slice, write);
    } else {
      let found = pointTarget(store, collection, query);
      if (found === 'unplanned') found = yield* firstTarget(store, collection, query, slice);
      if (found !== undefined) write(found);
    }
  }
  if (outcome.matched === 0 && upsert) {
    outcome.upsertedId = insertUpserted(store, namespace, update, filter).get('_id') ?? null;
  }
  return outcome;
}

async function update(request: Request): Promise<AnswerDocument> {
  const namespace = writableNamespace(request);
  const updates = statementsOf(request, 'updates');
  const variables = letOf(request.body.get('let'));
  const ordered = flagOf(request.body.get('ordered'), true);
  const { store } = request.engine;
  const total = { n: 0, nModified: 0, upserted: [] as AnswerDocument[] };
  const errors = await store.write(function* updateAll(slice: Slice) {
    return yield* eachStatement(updates, ordered, slice, function* updateOne(value, index) {
      const outcome = yield* runStatement(store, namespace, parseStatement(value, variables), slice);
      total.n += outcome.upsertedId === undefined ? outcome.matched : 1;
      total.nModified += outcome.modified;
      if (outcome.upsertedId !== undefined) total.upserted.push({ index, _id: outcome.upsertedId });
    });
  });
  const upserted = total.upserted.length === 0 ? {} : { upserted: total.upserted };
  return { n: total.n, ...upserted, nModified: total.nModified, ...withErrors(errors) };
}

export const updateCommands: Commands = {
  update: { fields: ['updates', 'ordered', 'let', 'bypassDocumentValidation'], run: update },
};
