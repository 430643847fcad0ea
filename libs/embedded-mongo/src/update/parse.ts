import { decodeDocument } from '../bson/decode.js';
import { encodeDocument } from '../bson/encode.js';
import type { BsonValue } from '../bson/values.js';
import { typeNameOf } from '../bson/values.js';
import { refuse } from '../errors.js';
import type { Path } from '../query/paths.js';
import { arrayPosition, pathOf } from '../query/paths.js';
import { describeValue } from '../storage/describe.js';
import { addToSet, pull, push } from './array-operators.js';
import type { FieldChange, Operator } from './operators.js';
import { currentDate, increment, maximum, minimum, multiply, set, unset } from './operators.js';

export interface Change {
  readonly operator: string;
  readonly name: string;
  readonly path: Path;
  readonly change: FieldChange;
  /** `$rename`: where the value goes. */
  readonly renameTo?: Path;
  /** Missing fields stay missing, and their parents are not made. */
  readonly onlyExisting: boolean;
  /** `$setOnInsert`: skipped unless the document is being inserted. */
  readonly onlyOnInsert: boolean;
}

export type Update =
  /** BSON as the client sent it. */
  | { readonly kind: 'replacement'; readonly document: Buffer }
  | { readonly kind: 'operators'; readonly changes: readonly Change[] };

const operators: Readonly<Record<string, Operator>> = {
  $set: set,
  $setOnInsert: set,
  $unset: unset,
  $inc: increment,
  $mul: multiply,
  $min: minimum,
  $max: maximum,
  $push: push,
  $addToSet: addToSet,
  $pull: pull,
  $currentDate: currentDate,
};

const ONLY_EXISTING = new Set(['$unset', '$pull', '$rename']);

const DOLLAR = 0x24;

/** Reads the `u` of an update statement, a document as its bytes. */
export function parseUpdate(update: BsonValue | Buffer | undefined): Update {
  if (Buffer.isBuffer(update)) {
    if (update[5] !== DOLLAR) return { kind: 'replacement', document: update };
    return parseUpdate(decodeDocument(update));
  }
  if (Array.isArray(update)) return refuse('CommandNotSupported', 'updates by aggregation pipeline are not supported');
  if (!(update instanceof Map)) return refuse('FailedToParse', 'Update argument must be either an object or an array');
  const first = update.keys().next().value;
  if (first === undefined || !first.startsWith('$')) return { kind: 'replacement', document: encodeDocument(update) };
  const changes = [...update].flatMap(([operator, fields]) => operatorChanges(operator, fields));
  return { kind: 'operators', changes: inOrder(changes) };
}

function operatorChanges(operator: string, fields: BsonValue): Change[] {
  const make = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
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
  return [...fields].map(([name, operand]) => {
    const common = {
      operator,
      name,
      path: checkedPath(name),
      onlyExisting: ONLY_EXISTING.has(operator),
      onlyOnInsert: operator === '$setOnInsert',
    };
    if (make !== undefined) return { ...common, change: make(operand, name) };
    if (typeof operand !== 'string') return refuse('BadValue', `The 'to' field for $rename must be a string: ${name}`);
    return { ...common, change: (current) => current, renameTo: checkedPath(operand) };
  });
}

function checkedPath(name: string): Path {
  const path = pathOf(name);
  for (const component of path) {
    if (component === '') {
      refuse('EmptyFieldName', `The update path '${name}' contains an empty field name, which is not allowed.`);
    }
    if (component === '$' || component.startsWith('$[')) {
      refuse('BadValue', `The positional operator '${component}' in '${name}' is not supported`);
    }
    if (component.startsWith('$')) {
      refuse(
        'DollarPrefixedFieldName',
        `The dollar ($) prefixed field '${component}' in '${name}' is not valid for storage.`,
      );
    }
  }
  return path;
}

/** By path, numbers as numbers: the order in which MongoDB applies changes and so adds new fields. */
function inOrder(changes: Change[]): Change[] {
  const paths = changes.flatMap(({ path, renameTo }) => (renameTo === undefined ? [path] : [path, renameTo]));
  const sorted = paths.sort(comparePaths);
  for (const [index, path] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next !== undefined && path.every((component, at) => component === next[at])) {
      const name = path.join('.');
      refuse(
        'ConflictingUpdateOperators',
        `Updating the path '${next.join('.')}' would create a conflict at '${name}'`,
      );
    }
  }
  return changes.length > 1 ? changes.sort((left, right) => comparePaths(left.path, right.path)) : changes;
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
