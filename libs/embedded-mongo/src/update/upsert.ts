import type { BsonDocument, BsonValue } from '../bson/values.js';
import { Regex } from '../bson/values.js';
import { encodeDocument } from '../bson/encode.js';
import { refuse } from '../errors.js';
import { isOperatorDocument } from '../query/matcher.js';
import { pathOf } from '../query/paths.js';
import { applyChanges } from './apply.js';
import { insertedForm, upsertedForm } from './stored-form.js';
import type { Change, Update } from './parse.js';

/** The document that an upsert inserts, as it is stored: what the filter fixes by equality, changed by the update. */
export function upsertedDocument(update: Update, filter: BsonDocument): Buffer {
  const equalities = new Map<string, BsonValue>();
  collectEqualities(filter, equalities);
  if (update.kind === 'replacement') return upsertedForm(update.document, equalities.get('_id'));
  const seeds = [...equalities].map(([name, value]) => seed(name, value));
  const start = applyChanges(seeds, new Map(), true);
  if (update.kind === 'pipeline') return upsertedForm(encodeDocument(update.run(start)), start.get('_id'));
  const positions = { filters: update.filters, matched: () => undefined };
  return insertedForm(encodeDocument(applyChanges(update.changes, start, true, positions)));
}

const seed = (name: string, value: BsonValue): Change => ({
  operator: '$set',
  name,
  path: pathOf(name),
  positional: false,
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
