import { encodeKeyValue } from '../bson/key-encoding.js';
import { KeyWriter } from '../bson/key-writer.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { bsonUndefined } from '../bson/values.js';
import { refuse } from '../errors.js';
import type { Path } from '../query/paths.js';
import { arrayPosition } from '../query/paths.js';
import type { SortField } from '../query/sort.js';
import type { Index } from './collection.js';
import { MAX_KEY_BYTES } from './environment.js';
import { OWNER_ID_BYTES, RECORD_ID_BYTES } from './keys.js';

export interface IndexKeys {
  /** Encoded values of the fields, without index and record numbers; no two are the same. */
  readonly keys: readonly Buffer[];
  /** Whether an array was taken apart. */
  readonly multikey: boolean;
}

/** How far a field's path has been followed: `value` is what it reached, `rest` what is left of it. */
interface Step {
  readonly value: BsonValue | undefined;
  readonly rest: Path;
  readonly done: boolean;
}

const writer = new KeyWriter();

/** The keys under which an index files a document: one, or one for each element of an array. */
export function indexKeys(index: Index, document: BsonDocument): IndexKeys {
  const [only] = index.fields;
  if (index.fields.length === 1 && only !== undefined && only.path.length === 1) {
    const value = document.get(only.name);
    if (!Array.isArray(value)) return { keys: [encodeKey(index, [value ?? null])], multikey: false };
  }
  const steps = index.fields.map(({ path }) => follow(document, path));
  const combinations: BsonValue[][] = [];
  const multikey = expand(steps, combinations);
  const keys = combinations.map((values) => encodeKey(index, values));
  return { keys: keys.length > 1 ? distinct(keys) : keys, multikey };
}

function distinct(keys: Buffer[]): Buffer[] {
  const sorted = keys.sort((left, right) => left.compare(right));
  return sorted.filter((key, position) => position === 0 || sorted[position - 1]?.equals(key) !== true);
}

function encodeKey(index: Index, values: readonly BsonValue[]): Buffer {
  writer.reset();
  index.fields.forEach((field: SortField, position) => {
    const start = writer.length;
    encodeKeyValue(writer, values[position] ?? null);
    if (field.descending) writer.complement(start);
  });
  const size = writer.length + OWNER_ID_BYTES + RECORD_ID_BYTES;
  if (size > MAX_KEY_BYTES) {
    refuse('KeyTooLong', `Index key is too large: ${size} bytes, at most ${MAX_KEY_BYTES}, in index ${index.name}`);
  }
  return writer.copy();
}

/** Follows a path through documents up to its end or to an array. */
function follow(value: BsonValue | undefined, path: Path): Step {
  let reached = value;
  let rest = path;
  while (rest.length > 0 && reached instanceof Map) {
    reached = reached.get(rest[0] ?? '');
    rest = rest.slice(1);
  }
  return { value: reached, rest, done: !Array.isArray(reached) };
}

const settledValue = ({ value, rest, done }: Step): BsonValue => (rest.length > 0 && done ? null : (value ?? null));

function expand(steps: readonly Step[], combinations: BsonValue[][]): boolean {
  const arrays = new Set(steps.filter(({ done }) => !done).map(({ value }) => value));
  const [array] = arrays;
  if (!Array.isArray(array)) {
    combinations.push(steps.map(settledValue));
    return false;
  }
  if (arrays.size > 1) refuse('CannotIndexParallelArrays', 'cannot index parallel arrays');
  const elements = array.length === 0 ? [undefined] : array;
  for (const element of elements) {
    expand(
      steps.map((step) => (step.value === array && !step.done ? enter(step, element, array) : step)),
      combinations,
    );
  }
  return true;
}

/** Goes on with one element of the array a step had reached; an empty array counts as BSON's undefined. */
function enter({ rest }: Step, element: BsonValue | undefined, array: readonly BsonValue[]): Step {
  if (rest.length === 0) return { value: element ?? bsonUndefined, rest, done: true };
  const positional = array[arrayPosition(rest[0] ?? '') ?? -1];
  if (positional !== undefined) return follow(positional, rest.slice(1));
  if (element instanceof Map) return follow(element, rest);
  return { value: undefined, rest: [], done: true };
}
