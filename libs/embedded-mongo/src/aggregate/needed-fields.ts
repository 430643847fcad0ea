import { FieldNames } from '../bson/raw.js';
import type { BsonValue } from '../bson/values.js';
import type { SortField } from '../query/sort.js';
import { parseStage } from './stage.js';

/** Fields that are looked up one by one; past it decoding the whole document is as cheap. */
const MAX_FIELDS = 8;

/**
 * The top-level fields that a pipeline can look at where its first stage is a `$group` or `$count`, after which nothing
 * else of a document is left; undefined where that cannot be told.
 */
export function neededFields(stages: readonly BsonValue[], sort: readonly SortField[]): FieldNames | undefined {
  const [first] = stages;
  if (first === undefined) return undefined;
  const { name, operand } = parseStage(first);
  if (name !== '$group' && name !== '$count' && name !== '$sortByCount') return undefined;
  const names = new Set(sort.map(({ path }) => path[0] ?? ''));
  if (name !== '$count' && !collect(operand, names)) return undefined;
  return names.size > MAX_FIELDS ? undefined : FieldNames.of(names);
}

function collect(value: BsonValue, names: Set<string>): boolean {
  if (typeof value === 'string') {
    if (!value.startsWith('$')) return true;
    const path = value.startsWith('$$') ? undefined : value.slice(1);
    if (path === undefined) return false;
    names.add(path.split('.', 1)[0] ?? path);
    return true;
  }
  if (Array.isArray(value)) return value.every((element) => collect(element, names));
  if (!(value instanceof Map)) return true;
  return [...value].every(([name, inner]) => name !== '$getField' && collect(inner, names));
}
