import { sameValue } from '../bson/compare.js';
import { encodeDocument } from '../bson/encode.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { refuse } from '../errors.js';
import type { Found } from '../query/found.js';
import type { Path } from '../query/paths.js';
import { arrayPosition } from '../query/paths.js';
import { matchedPosition } from '../query/positions.js';
import { describeValue } from '../storage/describe.js';
import type { FieldChange } from './operators.js';
import type { Change, Update } from './parse.js';
import { concretePaths, noPositions, type Positions } from './positional.js';
import { replacedForm } from './stored-form.js';

/** Positions that a change may add to an array at once, as MongoDB has it. */
const MAX_ARRAY_PADDING = 1_500_000;

/**
 * The bytes of a stored document after an update. The _id may not change.
 * @param filter what the document was found by: the positional `$` stands for the element that it matched
 */
export function updatedBytes(update: Update, found: Found, filter: BsonDocument): Buffer {
  if (update.kind === 'replacement') return replacedForm(update.document, found.bytes);
  if (update.kind === 'pipeline') return replacedForm(encodeDocument(update.run(found.document)), found.bytes);
  const { document } = found;
  const matched = (): number | undefined => matchedPosition(filter, document);
  return encodeDocument(applyOperators(update.changes, document, { filters: update.filters, matched }));
}

/** The document after the update; the one before is left as it is. */
function applyOperators(changes: readonly Change[], before: BsonDocument, positions: Positions): BsonDocument {
  const id = before.get('_id');
  const after = applyChanges(changes, before, false, positions);
  const newId = after.get('_id');
  if (id === undefined ? newId !== undefined : newId === undefined || !sameValue(id, newId)) {
    refuse('ImmutableField', "Performing an update on the path '_id' would modify the immutable field '_id'");
  }
  return after;
}

export function applyChanges(
  changes: readonly Change[],
  before: BsonDocument,
  inserting: boolean,
  positions: Positions = noPositions,
): BsonDocument {
  const after: BsonDocument = new Map(before);
  for (const change of changes) {
    if (change.onlyOnInsert && !inserting) continue;
    if (change.renameTo !== undefined) {
      rename(after, change.path, change.renameTo);
      continue;
    }
    const paths = change.positional ? concretePaths(after, change.path, positions) : [change.path];
    for (const path of paths) changeField(after, path, 0, change.change, change.onlyExisting);
  }
  return after;
}

function rename(document: BsonDocument, from: Path, to: Path): void {
  let value: BsonValue | undefined = document;
  for (const component of from) {
    if (Array.isArray(value))
      refuse('BadValue', `The source field of $rename cannot be an array element: '${from.join('.')}'`);
    value = value instanceof Map ? value.get(component) : undefined;
  }
  if (value === undefined) return;
  const moved = value;
  changeField(document, from, 0, () => undefined, true);
  changeField(document, to, 0, () => moved, false);
}

/** Changes one field in place, copying the documents and arrays below that it goes through. */
function changeField(document: BsonDocument, path: Path, at: number, change: FieldChange, onlyExisting: boolean): void {
  const name = path[at] ?? '';
  const current = document.get(name);
  const next = at === path.length - 1 ? change(current) : changedBelow(current, path, at, change, onlyExisting);
  if (next === undefined) document.delete(name);
  else if (next !== current) document.set(name, next);
}

function changedBelow(
  current: BsonValue | undefined,
  path: Path,
  at: number,
  change: FieldChange,
  onlyExisting: boolean,
): BsonValue | undefined {
  if (current === undefined) {
    if (onlyExisting) return undefined;
    const created: BsonDocument = new Map();
    changeField(created, path, at + 1, change, onlyExisting);
    return created;
  }
  if (current instanceof Map) {
    const copy: BsonDocument = new Map(current);
    changeField(copy, path, at + 1, change, onlyExisting);
    return copy;
  }
  if (Array.isArray(current)) return changedArray(current, path, at + 1, change, onlyExisting);
  return onlyExisting ? current : notViable(current, path, at);
}

function changedArray(
  array: readonly BsonValue[],
  path: Path,
  at: number,
  change: FieldChange,
  onlyExisting: boolean,
): BsonValue[] {
  const position = arrayPosition(path[at] ?? '');
  if (position === undefined) return onlyExisting ? [...array] : notViable([...array], path, at - 1);
  const current = array[position];
  if (current === undefined && onlyExisting) return [...array];
  if (position - array.length > MAX_ARRAY_PADDING)
    refuse('BadValue', `can't backfill more than ${MAX_ARRAY_PADDING} elements`);
  const next = at === path.length - 1 ? change(current) : changedBelow(current, path, at, change, onlyExisting);
  const copy = [...array];
  while (copy.length < position) copy.push(null);
  copy[position] = next ?? null;
  return copy;
}

function notViable(current: BsonValue, path: Path, at: number): never {
  return refuse(
    'PathNotViable',
    `Cannot create field '${path[at + 1] ?? ''}' in element {${path[at] ?? ''}: ${describeValue(current)}}`,
  );
}
