import type { AnswerDocument } from '../bson/encode.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { documentOf } from '../bson/values.js';
import { refuse } from '../errors.js';
import { countArgument, documentArgument, flagOf, numberOf, stringArgument } from '../query/arguments.js';
import { compileFilter } from '../query/matcher.js';
import { findDocuments, projected } from '../query/find.js';
import type { Query } from '../query/planner.js';
import { planQuery } from '../query/planner.js';
import { compileProjection } from '../query/projection.js';
import { parseSort } from '../query/sort.js';
import { listed, Pace } from '../query/source.js';
import { fullName } from '../storage/collection.js';
import type { Collection } from '../storage/collection.js';
import type { Commands, Request } from './command.js';
import { namespaceOf } from './namespaces.js';
import { letOf, refuseCollation, scratchOf } from './options.js';
import { hintOf } from './targets.js';

const DEFAULT_FIRST_BATCH = 101;

export const optionalDocument = (value: BsonValue | undefined, name: string): BsonDocument =>
  value === undefined || value === null ? documentOf() : documentArgument(value, name);

/** The `filter`, `sort` and `hint` of a find; a `$natural` sort is a hint. */
export function queryOf(collection: Collection, body: BsonDocument, filterField = 'filter'): Query {
  const sort = optionalDocument(body.get('sort'), 'find.sort');
  const natural = numberOf(sort.get('$natural'));
  return {
    filter: optionalDocument(body.get(filterField), `find.${filterField}`),
    sort: natural === undefined ? parseSort(sort) : [],
    hint: natural === undefined ? hintOf(collection, body.get('hint')) : { natural: natural < 0 ? -1 : 1 },
  };
}

async function find(request: Request): Promise<AnswerDocument> {
  const { body, engine } = request;
  const namespace = namespaceOf(request);
  refuseCollation(body.get('collation'));
  refuseUnsupported(body);
  const skip = countArgument(body.get('skip'), 'find.skip') ?? 0;
  const limit = countArgument(body.get('limit'), 'find.limit') ?? 0;
  const batchSize = countArgument(body.get('batchSize'), 'find.batchSize') ?? DEFAULT_FIRST_BATCH;
  const variables = letOf(body.get('let'));
  const projection = compileProjection(optionalDocument(body.get('projection'), 'find.projection'), {
    filter: optionalDocument(body.get('filter'), 'find.filter'),
    variables,
  });
  const pace = new Pace(numberOf(body.get('maxTimeMS')) ?? 0);
  const collection = engine.store.catalog.find(namespace);
  const single = flagOf(body.get('singleBatch'));
  if (collection === undefined) {
    compileFilter(optionalDocument(body.get('filter'), 'find.filter'), { variables });
    return engine.cursors.start(fullName(namespace), listed([]), 1, { single: true });
  }
  const query = { ...queryOf(collection, body), variables };
  const plan = planQuery(collection, query);
  const scratch = scratchOf(request);
  const found = findDocuments(engine.store, plan, {
    sort: query.sort,
    skip,
    limit: limit === 0 ? Number.POSITIVE_INFINITY : limit,
    pace,
    scratch,
  });
  const documents = projected(found, projection);
  return engine.cursors.start(fullName(namespace), documents, batchSize, { single, pace, scratch });
}

const REFUSED_WHEN_TRUE = ['tailable', 'awaitData', 'oplogReplay', 'returnKey', 'showRecordId'];

function refuseUnsupported(body: BsonDocument): void {
  for (const name of REFUSED_WHEN_TRUE) {
    if (flagOf(body.get(name))) refuse('CommandNotSupported', `find with '${name}' is not supported`);
  }
  for (const name of ['min', 'max']) {
    const value = body.get(name);
    if (value instanceof Map && value.size > 0) refuse('CommandNotSupported', `find with '${name}' is not supported`);
  }
}

async function getMore({ body, engine, database }: Request): Promise<AnswerDocument> {
  const id = body.get('getMore');
  if (typeof id !== 'bigint') return refuse('TypeMismatch', "Field 'getMore' must be of type long");
  const namespace = `${database}.${stringArgument(body.get('collection'), 'getMore.collection')}`;
  const batchSize = countArgument(body.get('batchSize'), 'getMore.batchSize') ?? 0;
  return engine.cursors.more(id, namespace, batchSize === 0 ? Number.POSITIVE_INFINITY : batchSize);
}

function killCursors({ body, engine }: Request): AnswerDocument {
  const ids = body.get('cursors');
  const wanted = Array.isArray(ids) ? ids.filter((id) => typeof id === 'bigint') : [];
  const killed = wanted.filter((id) => engine.cursors.kill(id));
  const notFound = wanted.filter((id) => !killed.includes(id));
  return { cursorsKilled: killed, cursorsNotFound: notFound, cursorsAlive: [], cursorsUnknown: [] };
}

export const findCommands: Commands = {
  find: {
    fields: [
      ...['filter', 'sort', 'projection', 'hint', 'skip', 'limit', 'batchSize', 'singleBatch', 'collation', 'let'],
      ...['allowDiskUse', 'allowPartialResults', 'noCursorTimeout', 'max', 'min', ...REFUSED_WHEN_TRUE],
    ],
    run: find,
  },
  getMore: { fields: ['collection', 'batchSize'], run: getMore },
  killCursors: { fields: ['cursors'], run: killCursors },
};
