/**
 * What MongoDB does, in the plainest words: over documents of numbers, strings, null, lists and documents. It is slow and
 * short on purpose, and shares no code with the engine.
 */
export type Value = number | string | boolean | null | Value[] | { [name: string]: Value };
export type Document = { [name: string]: Value };

const isDocument = (value: Value | undefined): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function rank(value: Value | undefined): number {
  if (value === undefined || value === null) return 1;
  if (typeof value === 'number') return 2;
  if (typeof value === 'string') return 3;
  if (isDocument(value)) return 4;
  return Array.isArray(value) ? 5 : 6;
}

/** Order of two values of any types; documents field by field: type, name, value. */
export function compare(left: Value | undefined, right: Value | undefined): number {
  if (rank(left) !== rank(right)) return rank(left) - rank(right);
  if (Array.isArray(left) && Array.isArray(right)) return compareLists(left, right);
  if (isDocument(left) && isDocument(right)) return compareFields(Object.entries(left), Object.entries(right));
  if (left === undefined || left === null || right === undefined || right === null || left === right) return 0;
  return left < right ? -1 : 1;
}

function compareLists(left: Value[], right: Value[]): number {
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const difference = compare(left[at], right[at]);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function compareFields(left: [string, Value][], right: [string, Value][]): number {
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const [[nameA, a], [nameB, b]] = [left[at]!, right[at]!];
    if (rank(a) !== rank(b)) return rank(a) - rank(b);
    if (nameA !== nameB) return nameA < nameB ? -1 : 1;
    const difference = compare(a, b);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** What a path reaches: at the end of it, in each document of a list on the way. Undefined is a missing field. */
function ends(value: Value | undefined, path: readonly string[]): (Value | undefined)[] {
  const [name, ...rest] = path;
  if (name === undefined) return [value];
  if (Array.isArray(value)) return value.flatMap((element) => (isDocument(element) ? ends(element, path) : []));
  return isDocument(value) ? ends(value[name], rest) : [undefined];
}

/** The ends, and the elements of those that are lists: what a comparison may hold for. */
function candidates(document: Document, path: string): (Value | undefined)[] {
  return ends(document, path.split('.')).flatMap((end) => (Array.isArray(end) ? [...end, end] : [end]));
}

function holds(operator: string, operand: Value, document: Document, path: string): boolean {
  const found = candidates(document, path);
  const equals = (wanted: Value) => found.some((value) => compare(value, wanted) === 0);
  const ordered = (passes: (difference: number) => boolean) =>
    found.some((value) => value !== undefined && rank(value) === rank(operand) && passes(compare(value, operand)));
  switch (operator) {
    case '$eq':
      return equals(operand);
    case '$ne':
      return !equals(operand);
    case '$gt':
      return ordered((difference) => difference > 0);
    case '$gte':
      return operand === null ? equals(null) : ordered((difference) => difference >= 0);
    case '$lt':
      return ordered((difference) => difference < 0);
    case '$lte':
      return operand === null ? equals(null) : ordered((difference) => difference <= 0);
    case '$in':
      return (operand as Value[]).some(equals);
    case '$nin':
      return !(operand as Value[]).some(equals);
    case '$exists':
      return ends(document, path.split('.')).some((end) => end !== undefined) === operand;
    case '$size':
      return ends(document, path.split('.')).some((end) => Array.isArray(end) && end.length === operand);
    default:
      throw new Error(`the model does not know ${operator}`);
  }
}

/** Whether a document matches a filter of `{ path: { operator: operand } }`, `$and`, `$or` and `$nor`. */
export function matches(filter: Document, document: Document): boolean {
  return Object.entries(filter).every(([name, condition]) => {
    if (name === '$and') return (condition as Document[]).every((branch) => matches(branch, document));
    if (name === '$or') return (condition as Document[]).some((branch) => matches(branch, document));
    if (name === '$nor') return !(condition as Document[]).some((branch) => matches(branch, document));
    return Object.entries(condition as Document).every(([operator, operand]) =>
      holds(operator, operand, document, name),
    );
  });
}

/** What sorts and indexes see at the end of a path: an element on the way that is no document counts as null. */
function keyEnds(value: Value | undefined, path: readonly string[]): (Value | undefined)[] {
  const [name, ...rest] = path;
  if (name === undefined) return [value];
  if (!Array.isArray(value)) return isDocument(value) ? keyEnds(value[name], rest) : [null];
  return value.flatMap((element) => (isDocument(element) ? keyEnds(element, path) : [null]));
}

/** The documents in the order of one field: of a list the least element counts, or the greatest going down. */
export function sorted(documents: readonly Document[], path: string, direction: 1 | -1): Document[] {
  const EMPTY = -1;
  interface Key {
    readonly value: Value | undefined;
    readonly rank: number;
  }
  const keyOf = (value: Value | undefined): Key => ({ value, rank: rank(value) });
  const key = (document: Document): Key => {
    const keys = keyEnds(document, path.split('.')).flatMap((end): Key[] => {
      if (!Array.isArray(end)) return [keyOf(end)];
      return end.length === 0 ? [{ value: undefined, rank: EMPTY }] : end.map(keyOf);
    });
    const least = keys.sort((a, b) => (a.rank - b.rank || compare(a.value, b.value)) * direction)[0];
    return least ?? keyOf(null);
  };
  return documents.toSorted((left, right) => {
    const [a, b] = [key(left), key(right)];
    return (a.rank - b.rank || compare(a.value, b.value)) * direction;
  });
}

/** The document after an update of one operator at one top-level field; 'refused' where MongoDB refuses it. */
export function updated(document: Document, operator: string, name: string, operand: Value): Document | 'refused' {
  const current = document[name];
  const set = (value: Value): Document => ({ ...document, [name]: value });
  switch (operator) {
    case '$set':
      return set(operand);
    case '$unset':
      return Object.fromEntries(Object.entries(document).filter(([field]) => field !== name));
    case '$inc':
      if (current === undefined) return set(operand);
      return typeof current === 'number' ? set(current + (operand as number)) : 'refused';
    case '$mul':
      if (current === undefined) return set(0);
      return typeof current === 'number' ? set(current * (operand as number)) : 'refused';
    case '$min':
      return current === undefined || compare(operand, current) < 0 ? set(operand) : document;
    case '$max':
      return current === undefined || compare(operand, current) > 0 ? set(operand) : document;
    case '$push':
      if (current === undefined) return set([operand]);
      return Array.isArray(current) ? set([...current, operand]) : 'refused';
    case '$addToSet':
      if (current === undefined) return set([operand]);
      if (!Array.isArray(current)) return 'refused';
      return current.some((value) => compare(value, operand) === 0) ? document : set([...current, operand]);
    case '$pop':
      if (current === undefined) return document;
      if (!Array.isArray(current)) return 'refused';
      return set(operand === 1 ? current.slice(0, -1) : current.slice(1));
    case '$pullAll':
      if (current === undefined) return document;
      if (!Array.isArray(current)) return 'refused';
      return set(current.filter((value) => !(operand as Value[]).some((gone) => compare(value, gone) === 0)));
    default:
      throw new Error(`the model does not know ${operator}`);
  }
}
