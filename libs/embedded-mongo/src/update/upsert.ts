import { randomBytes } from 'node:crypto';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { ObjectId, Regex } from '../bson/values.js';
import { refuse } from '../errors.js';
import { isOperatorDocument } from '../query/matcher.js';
import { pathOf } from '../query/paths.js';
import { applyChanges, replaced } from './apply.js';
import type { Change, Update } from './parse.js';

/** The document that an upsert inserts: what the filter fixes by equality, changed by the update. */
export function upsertedDocument(update: Update, filter: BsonDocument): BsonDocument {
  const equalities = new Map<string, BsonValue>();
  collectEqualities(filter, equalities);
  const id = equalities.get('_id');
  if (update.kind === 'replacement') return withId(replaced(update.document, id));
  const seeds = [...equalities].map(([name, value]) => seed(name, value));
  const document = applyChanges(update.changes, applyChanges(seeds, new Map(), true), true);
  return withId(document);
}

const seed = (name: string, value: BsonValue): Change => ({
  operator: '$set',
  name,
  path: pathOf(name),
  change: () => value,
  onlyExisting: false,
  onlyOnInsert: false,
});

function collectEqualities(filter: BsonDocument, found: Map<string, BsonValue>): void {
  for (const [name, condition] of filter) {
    if (name === '$and' && Array.isArray(condition)) {
      for (const branch of condition) if (branch instanceof Map) collectEqualities(branch, found);
      continue;
    }
    if (name.startsWith('$') || condition instanceof Regex) continue;
    const value = isOperatorDocument(condition) ? condition.get('$eq') : condition;
    if (value === undefined) continue;
    if (found.has(name)) refuse('BadValue', `cannot infer query fields to set, path '${name}' is matched twice`);
    found.set(name, value);
  }
}

const processBytes = randomBytes(5);
let counter = randomBytes(3).readUIntBE(0, 3);

/** A new ObjectId: seconds, five bytes of this process, a counter. */
export function newObjectId(): ObjectId {
  const bytes = Buffer.allocUnsafe(12);
  bytes.writeUInt32BE(Math.floor(Date.now() / 1_000), 0);
  processBytes.copy(bytes, 4);
  counter = (counter + 1) & 0xff_ffff;
  bytes.writeUIntBE(counter, 9, 3);
  return new ObjectId(bytes);
}

/** A document with its _id in first place, a new one where it has none. */
export function withId(document: BsonDocument): BsonDocument {
  const id = document.get('_id');
  if (id !== undefined && document.keys().next().value === '_id') return document;
  const result: BsonDocument = new Map([['_id', id ?? newObjectId()]]);
  for (const [name, value] of document) if (name !== '_id') result.set(name, value);
  return result;
}
