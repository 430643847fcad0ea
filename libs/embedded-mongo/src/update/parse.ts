import type { Variables } from '../aggregate/expressions/expressions.js';
import { decodeDocument } from '../bson/decode.js';
import { encodeDocument } from '../bson/encode.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { typeNameOf } from '../bson/values.js';
import { refuse } from '../errors.js';
import type { Path } from '../query/paths.js';
import { arrayPosition, pathOf } from '../query/paths.js';
import { describeValue } from '../storage/describe.js';
import type { Projection } from '../query/projection.js';
import { type ArrayFilters, parseArrayFilters } from './array-filters.js';
import { addToSet, pop, pull, pullAll } from './array-operators.js';
import type { FieldChange, Operator } from './operators.js';
import { bit, currentDate, increment, maximum, minimum, multiply, set, unset } from './operators.js';
import { compilePipelineUpdate } from './pipeline-update.js';
import { isPositional } from './positional.js';
import { push } from './push.js';

export interface Change {
  readonly operator: string;
  readonly name: string;
  readonly path: Path;
  readonly change: FieldChange;
  /** `$rename`: where the value goes. */
  readonly renameTo?: Path;
  /** Whether the path has components that stand for positions. */
  readonly positional: boolean;
  /** Missing fields stay missing, and their parents are not made. */
  readonly onlyExisting: boolean;
  /** `$setOnInsert`: skipped unless the document is being inserted. */
  readonly onlyOnInsert: boolean;
}

export type Update =
  /** BSON as the client sent it. */
  | { readonly kind: 'replacement'; readonly document: Buffer }
  | { readonly kind: 'operators'; readonly changes: readonly Change[]; readonly filters: ArrayFilters }
  | { readonly kind: 'pipeline'; readonly run: Projection };

export interface UpdateOptions {
  readonly arrayFilters?: BsonValue | undefined;
  /** What a pipeline may refer to. */
  readonly variables?: Variables;
}

export const updateOperators: Readonly<Record<string, Operator>> = {
  $set: set,
  $setOnInsert: set,
  $unset: unset,
  $inc: increment,
  $mul: multiply,
  $min: minimum,
  $max: maximum,
  $push: push,
  $addToSet: addToSet,
  $pop: pop,
  $pull: pull,
  $pullAll: pullAll,
  $bit: bit,
  $currentDate: currentDate,
};

const ONLY_EXISTING = new Set(['$unset', '$pop', '$pull', '$pullAll', '$rename']);

const DOLLAR = 0x24;

/** Reads the `u` of an update statement, a document as its bytes. */
export function parseUpdate(update: BsonValue | Buffer | undefined, options: UpdateOptions = {}): Update {
  const filters = parseArrayFilters(options.arrayFilters);
  if (Buffer.isBuffer(update)) {
    if (update[5] === DOLLAR) return operatorUpdate(decodeDocument(update), filters);
    return replacement(update, filters);
  }
  if (Array.isArray(update)) {
    if (filters.size > 0) refuse('FailedToParse', 'arrayFilters may not be specified for pipeline-syle updates');
    return { kind: 'pipeline', run: compilePipelineUpdate(update, options.variables) };
  }
  if (!(update instanceof Map)) return refuse('FailedToParse', 'Update argument must be either an object or an array');
  const first = update.keys().next().value;
  if (first === undefined || !first.startsWith('$')) return replacement(encodeDocument(update), filters);
  return operatorUpdate(update, filters);
}

function replacement(document: Buffer, filters: ArrayFilters): Update {
  if (filters.size > 0) refuse('FailedToParse', 'arrayFilters may not be specified for replacement-style updates');
  return { kind: 'replacement', document };
}

function operatorUpdate(update: BsonDocument, filters: ArrayFilters): Update {
  const changes = [...update].flatMap(([operator, fields]) => operatorChanges(operator, fields));
  checkIdentifiers(changes, filters);
  return { kind: 'operators', changes: inOrder(changes), filters };
}

/** Every identifier in a path has its filter, and every filter is used. */
function checkIdentifiers(changes: readonly Change[], filters: ArrayFilters): void {
  const used = new Set<string>();
  for (const { path, name, positional } of changes) {
    if (!positional) continue;
    for (const component of path) {
      if (!component.startsWith('$[') || component === '$[]') continue;
      const identifier = component.slice(2, -1);
      if (!filters.has(identifier)) {
        refuse('BadValue', `No array filter found for identifier '${identifier}' in path '${name}'`);
      }
      used.add(identifier);
    }
  }
  for (const identifier of filters.keys()) {
    if (!used.has(identifier)) {
      refuse('FailedToParse', `The array filter for identifier '${identifier}' was not used in the update`);
    }
  }
}

function operatorChanges(operator: string, fields: BsonValue): Change[] {
  const make = Object.hasOwn(updateOperators, operator) ? updateOperators[operator] : undefined;
  if (make === undefined && operator !== '$rename') {
    return refuse(
      'FailedToParse',
      `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  }
  if (!(fields instanceof Map)) {
    return refuse(
      'FailedToParse',
      `Modifiers operate on fields but we found type ${typeNameOf(fields)} instead. ` +
        `For example: {$mod: {<field>: ...}} not {${operator}: ${describeValue(fields)}}`,
    );
  }
  const onlyExisting = ONLY_EXISTING.has(operator);
  const onlyOnInsert = operator === '$setOnInsert';
  const changes: Change[] = [];
  for (const [name, operand] of fields) {
    const path = checkedPath(name);
    const positional = name.includes('$');
    const common = { operator, name, path, positional, onlyExisting, onlyOnInsert };
    if (make === undefined) changes.push({ ...common, change: keep, renameTo: renamedTo(name, operand, positional) });
    else changes.push({ operator, name, path, positional, onlyExisting, onlyOnInsert, change: make(operand, name) });
  }
  return changes;
}

const keep: FieldChange = (current) => current;

/** The other path of a `$rename`. */
function renamedTo(name: string, operand: BsonValue, positional: boolean): Path {
  if (typeof operand !== 'string') return refuse('BadValue', `The 'to' field for $rename must be a string: ${name}`);
  if (positional) refuse('BadValue', `The source field for $rename may not be dynamic: ${name}`);
  const path = checkedPath(operand);
  if (path.some(isPositional)) {
    refuse('BadValue', `The destination field for $rename may not be dynamic: ${operand}`);
  }
  if (operand === name) {
    refuse('BadValue', `The source and target field for $rename must differ: ${name}: "${operand}"`);
  }
  return path;
}

function checkedPath(name: string): Path {
  const path = pathOf(name);
  for (const component of path) {
    if (component === '') {
      refuse('EmptyFieldName', `The update path '${name}' contains an empty field name, which is not allowed.`);
    }
    if (isPositional(component)) {
      checkPositional(component, name, path);
    } else if (component.startsWith('$')) {
      refuse(
        'DollarPrefixedFieldName',
        `The dollar ($) prefixed field '${component}' in '${name}' is not valid for storage.`,
      );
    }
  }
  return path;
}

function checkPositional(component: string, name: string, path: Path): void {
  if (path[0] === component) {
    refuse('BadValue', `Cannot have positional (i.e. '$') element in the first position in path '${name}'`);
  }
  if (component !== '$' && !component.endsWith(']')) {
    refuse(
      'BadValue',
      `Cannot have array filter identifier (i.e. '$[<id>]') without a closing bracket in path '${name}'`,
    );
  }
  if (path.filter((one) => one === '$').length > 1) {
    refuse('BadValue', `Too many positional (i.e. '$') elements found in path '${name}'`);
  }
}

/** By path, numbers as numbers: the order in which MongoDB applies changes and so adds new fields. */
function inOrder(changes: Change[]): Change[] {
  if (changes.length === 1 && changes[0]?.renameTo === undefined) return changes;
  const sorted = changes.sort((left, right) => comparePaths(left.path, right.path));
  const renamed = sorted.flatMap(({ renameTo }) => (renameTo === undefined ? [] : [renameTo]));
  const paths = sorted.map(({ path }) => path);
  refuseConflicts(renamed.length === 0 ? paths : [...paths, ...renamed].sort(comparePaths));
  return sorted;
}

/** Of paths in order, no one may be another or lead to it. */
function refuseConflicts(paths: readonly Path[]): void {
  for (let index = 1; index < paths.length; index += 1) {
    const [path = [], next = []] = [paths[index - 1], paths[index]];
    if (!path.every((component, at) => component === next[at])) continue;
    refuse(
      'ConflictingUpdateOperators',
      `Updating the path '${next.join('.')}' would create a conflict at '${path.join('.')}'`,
    );
  }
}

function comparePaths(left: Path, right: Path): number {
  for (const [index, component] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (component !== other) return compareComponents(component, other);
  }
  return left.length - right.length;
}

function compareComponents(left: string, right: string): number {
  const [a, b] = [arrayPosition(left), arrayPosition(right)];
  if (a !== undefined && b !== undefined) return a - b;
  return left < right ? -1 : 1;
}
