import type { BsonDocument, BsonValue } from '../bson/values.js';

/** A dotted path, split. */
export type Path = readonly string[];

const MAX_CACHED_PATHS = 2_048;
const cache = new Map<string, Path>();

/** Splits a dotted path; the same few paths come in every command. */
export function pathOf(dotted: string): Path {
  const known = cache.get(dotted);
  if (known !== undefined) return known;
  if (cache.size >= MAX_CACHED_PATHS) cache.clear();
  const path = dotted.split('.');
  cache.set(dotted, path);
  return path;
}

/** The array position that a path component names, or undefined. */
export function arrayPosition(component: string): number | undefined {
  return /^(0|[1-9]\d{0,8})$/.test(component) ? Number(component) : undefined;
}

export type ValueTest = (value: BsonValue | undefined) => boolean;

/**
 * Whether a value that `path` reaches in `document` passes the test. A missing field is tested as `undefined`.
 * Arrays on the way are looked into; an array at the end is tested element by element and then as a whole, unless
 * `wholeLeaf` asks for the array alone.
 */
export function someAtPath(document: BsonDocument, path: Path, test: ValueTest, wholeLeaf = false): boolean {
  return someInDocument(document, path, 0, test, wholeLeaf);
}

function someInDocument(
  document: BsonDocument,
  path: Path,
  index: number,
  test: ValueTest,
  wholeLeaf: boolean,
): boolean {
  const value = document.get(path[index] ?? '');
  if (index === path.length - 1) return testLeaf(value, test, wholeLeaf);
  if (value instanceof Map) return someInDocument(value, path, index + 1, test, wholeLeaf);
  if (Array.isArray(value)) return someInArray(value, path, index + 1, test, wholeLeaf);
  return test(undefined);
}

function someInArray(
  array: readonly BsonValue[],
  path: Path,
  index: number,
  test: ValueTest,
  wholeLeaf: boolean,
): boolean {
  for (const element of array) {
    if (element instanceof Map && someInDocument(element, path, index, test, wholeLeaf)) return true;
  }
  const element = array[arrayPosition(path[index] ?? '') ?? -1];
  if (element === undefined) return false;
  if (index === path.length - 1) return testLeaf(element, test, wholeLeaf);
  if (element instanceof Map) return someInDocument(element, path, index + 1, test, wholeLeaf);
  return Array.isArray(element) && someInArray(element, path, index + 1, test, wholeLeaf);
}

function testLeaf(value: BsonValue | undefined, test: ValueTest, wholeLeaf: boolean): boolean {
  if (!wholeLeaf && Array.isArray(value) && value.some((element) => test(element))) return true;
  return test(value);
}
