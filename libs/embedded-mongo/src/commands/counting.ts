import type { AnswerDocument } from '../bson/encode.js';
import { keyOf } from '../bson/key-encoding.js';
import type { BsonValue } from '../bson/values.js';
import { countArgument, numberOf, stringArgument, wholeNumberOf } from '../query/arguments.js';
import { findDocuments } from '../query/find.js';
import { pathOf } from '../query/paths.js';
import { planQuery } from '../query/planner.js';
import { valuesAt } from '../query/sort.js';
import { each, Pace } from '../query/source.js';
import { refuse } from '../errors.js';
import { bsonUndefined } from '../bson/values.js';
import { someAtPath } from '../query/paths.js';
import type { Commands, Request } from './command.js';
import { queryOf } from './find.js';
import { namespaceOf } from './namespaces.js';
import { refuseCollation } from './options.js';

async function count(request: Request): Promise<AnswerDocument> {
  const { body, engine } = request;
  refuseCollation(body.get('collation'));
  const collection = engine.store.catalog.find(namespaceOf(request));
  if (collection === undefined) return { n: 0 };
  const query = queryOf(collection, body, 'query');
  const skip = countArgument(body.get('skip'), 'count.skip') ?? 0;
  const limit = Math.abs(wholeNumberOf(body.get('limit')) ?? 0) || Number.POSITIVE_INFINITY;
  if (query.filter.size === 0) return { n: Math.max(0, Math.min(limit, collection.documents - skip)) };
  const pace = new Pace(numberOf(body.get('maxTimeMS')) ?? 0);
  const found = findDocuments(engine.store, planQuery(collection, query), { sort: [], skip, limit, pace });
  let n = 0;
  while (!found.done) n += (await found.read(COUNTED_AT_ONCE)).length;
  return { n };
}

const COUNTED_AT_ONCE = 256;
/** The distinct values of one answer, which is one document. */
const MAX_DISTINCT_BYTES = 16 * 1024 * 1024;

async function distinct(request: Request): Promise<AnswerDocument> {
  const { body, engine } = request;
  refuseCollation(body.get('collation'));
  const path = pathOf(stringArgument(body.get('key'), 'distinct.key'));
  const collection = engine.store.catalog.find(namespaceOf(request));
  if (collection === undefined) return { values: [] };
  const pace = new Pace(numberOf(body.get('maxTimeMS')) ?? 0);
  const plan = planQuery(collection, queryOf(collection, body, 'query'));
  const found = findDocuments(engine.store, plan, { sort: [], skip: 0, limit: Number.POSITIVE_INFINITY, pace });
  const values = new Map<string, BsonValue>();
  let bytes = 0;
  for await (const { document } of each(found)) {
    if (!someAtPath(document, path, (value) => value !== undefined)) continue;
    for (const value of valuesAt(document, path)) {
      if (value === bsonUndefined) continue;
      const key = keyOf(value).toString('latin1');
      if (values.has(key)) continue;
      values.set(key, value);
      bytes += key.length;
      if (bytes > MAX_DISTINCT_BYTES) refuse('BSONObjectTooLarge', 'distinct too big, 16mb cap');
    }
  }
  return { values: [...values.values()] };
}

export const countingCommands: Commands = {
  count: { fields: ['query', 'limit', 'skip', 'hint', 'collation', 'fields'], run: count },
  distinct: { fields: ['key', 'query', 'collation', 'hint'], run: distinct },
};
