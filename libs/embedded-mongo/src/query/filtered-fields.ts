import type { BsonDocument, BsonValue } from '../bson/values.js';

const LOGICAL = new Set(['$and', '$or', '$nor']);

/** The top-level fields that a filter looks at; undefined where it may look at all of them. */
export function filteredFields(filter: BsonDocument): Set<string> | undefined {
  const names = new Set<string>();
  return collectFields(filter, names) ? names : undefined;
}

function collectFields(filter: BsonValue, names: Set<string>): boolean {
  if (!(filter instanceof Map)) return false;
  for (const [name, condition] of filter) {
    if (LOGICAL.has(name)) {
      if (!Array.isArray(condition) || !condition.every((branch) => collectFields(branch, names))) return false;
    } else if (name.startsWith('$')) {
      if (name !== '$comment') return false;
    } else {
      names.add(name.split('.', 1)[0] ?? name);
    }
  }
  return true;
}
