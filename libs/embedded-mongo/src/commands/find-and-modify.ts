import { decodeDocument } from '../bson/decode.js';
import type { Answer, AnswerDocument } from '../bson/encode.js';
import type { BsonDocument } from '../bson/values.js';
import { refuse } from '../errors.js';
import { flagOf } from '../query/arguments.js';
import type { Projection } from '../query/projection.js';
import { compileProjection } from '../query/projection.js';
import { parseSort } from '../query/sort.js';
import { updatedBytes } from '../update/apply.js';
import { parseUpdate } from '../update/parse.js';
import type { Slice } from '../storage/write-queue.js';
import type { Commands, Request } from './command.js';
import { optionalDocument } from './find.js';
import { writableNamespace } from './namespaces.js';
import { letOf, refuseCollation } from './options.js';
import { firstTarget, hintOf } from './targets.js';
import { insertUpserted } from './update.js';

async function findAndModify(request: Request): Promise<AnswerDocument> {
  const { body, engine } = request;
  const namespace = writableNamespace(request);
  refuseCollation(body.get('collation'));
  const variables = letOf(body.get('let'));
  const filter = optionalDocument(body.get('query'), 'findAndModify.query');
  const sort = parseSort(optionalDocument(body.get('sort'), 'findAndModify.sort'));
  const projection = compileProjection(optionalDocument(body.get('fields'), 'findAndModify.fields'), { filter });
  const remove = flagOf(body.get('remove'));
  const upsert = flagOf(body.get('upsert'));
  const returnNew = flagOf(body.get('new'));
  if (remove && body.has('update')) refuse('FailedToParse', 'Cannot specify both an update and remove=true');
  if (remove && (upsert || returnNew)) refuse('FailedToParse', "Cannot specify 'upsert' or 'new' with remove=true");
  const update = remove
    ? undefined
    : parseUpdate(body.get('update'), { arrayFilters: body.get('arrayFilters'), variables });
  const { store } = engine;
  return store.write(function* modify(slice: Slice) {
    const collection = store.catalog.find(namespace);
    const found =
      collection === undefined
        ? undefined
        : yield* firstTarget(
            store,
            collection,
            { filter, sort, hint: hintOf(collection, body.get('hint')), variables },
            slice,
          );
    if (found === undefined || collection === undefined) {
      if (update === undefined || !upsert) {
        return { lastErrorObject: { n: 0, ...(update === undefined ? {} : { updatedExisting: false }) }, value: null };
      }
      const inserted = insertUpserted(store, namespace, update, filter);
      const lastErrorObject = { n: 1, updatedExisting: false, upserted: inserted.get('_id') ?? null };
      return { lastErrorObject, value: returnNew ? shown(inserted, projection) : null };
    }
    if (update === undefined) {
      store.documents.remove(collection, found.recordId, found.bytes);
      return { lastErrorObject: { n: 1 }, value: shown(found.document, projection) };
    }
    const after = updatedBytes(update, found, filter);
    store.documents.replace(collection, found.recordId, found.bytes, after);
    const lastErrorObject = { n: 1, updatedExisting: true };
    return { lastErrorObject, value: shown(returnNew ? decodeDocument(after) : found.document, projection) };
  });
}

const shown = (document: BsonDocument, projection: Projection | undefined): Answer =>
  projection === undefined ? document : projection(document);

const command = {
  fields: [
    'query',
    'sort',
    'remove',
    'update',
    'new',
    'fields',
    'upsert',
    'hint',
    'collation',
    'arrayFilters',
    'let',
    'bypassDocumentValidation',
  ],
  run: findAndModify,
};

export const findAndModifyCommands: Commands = { findAndModify: command, findandmodify: command };
