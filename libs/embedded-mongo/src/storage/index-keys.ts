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
import { RECORD_ID_BYTES } from './keys.js';

export interface IndexKeys {
  /** Whole keys of the table of entries: index number, encoded values, record number unless unique. No two are the same. */
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

export const noKeys: IndexKeys = { keys: [], multikey: false };

/**
 * The keys under which an index files a document: one, or one for each element of an array; none where a sparse or a
 * partial index leaves the document out.
 */
export function indexKeys(index: Index, document: BsonDocument, recordId: number): IndexKeys {
  if (index.partial?.matches(document) === false) return noKeys;
  const steps = index.fields.map(({ path }) => follow(document, path));
  if (index.sparse && steps.every(isMissing)) return noKeys;
  const combinations: BsonValue[][] = [];
  const multikey = expand(steps, combinations);
  const keys = combinations.map((values) => encodeKey(index, values, recordId));
  return { keys: keys.length > 1 ? distinct(keys) : keys, multikey };
}

function distinct(keys: Buffer[]): Buffer[] {
  const sorted = keys.sort((left, right) => left.compare(right));
  return sorted.filter((key, position) => position === 0 || sorted[position - 1]?.equals(key) !== true);
}

function encodeKey(index: Index, values: readonly BsonValue[], recordId: number): Buffer {
  writer.reset();
  writer.uint32(index.id);
  index.fields.forEach((field: SortField, position) => {
    const start = writer.length;
    encodeKeyValue(writer, values[position] ?? null);
    if (field.descending) writer.complement(start);
  });
  if (!index.unique) writer.recordId(recordId);
  const size = writer.length + (index.unique ? RECORD_ID_BYTES : 0);
  if (size > MAX_KEY_BYTES) {
    refuse('KeyTooLong', `Index key is too large: ${size} bytes, at most ${MAX_KEY_BYTES}, in index ${index.name}`);
  }
  return writer.copy();
}

/** Follows a path through documents up to its end or to an array. */
function follow(value: BsonValue | undefined, path: Path): Step {
  let reached = value;
  let at = 0;
  for (; at < path.length && reached instanceof Map; at += 1) reached = reached.get(path[at] ?? '');
  return { value: reached, rest: at === 0 ? path : path.slice(at), done: !Array.isArray(reached) };
}

const isMissing = ({ value, rest, done }: Step): boolean => done && (value === undefined || rest.length > 0);

const settledValue = ({ value, rest, done }: Step): BsonValue => (rest.length > 0 && done ? null : (value ?? null));

function expand(steps: readonly Step[], combinations: BsonValue[][]): boolean {
  const array = steps.find(({ done }) => !done)?.value;
  if (!Array.isArray(array)) {
    combinations.push(steps.map(settledValue));
    return false;
  }
  if (steps.some(({ value, done }) => !done && value !== array)) {
    refuse('CannotIndexParallelArrays', 'cannot index parallel arrays');
  }
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
