import { encodeKeyValue } from '../bson/key-encoding.js';
import { KeyWriter } from '../bson/key-writer.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { bsonUndefined } from '../bson/values.js';
import { refuse } from '../errors.js';
import { numberOf } from './arguments.js';
import type { Path } from './paths.js';
import { arrayPosition, pathOf } from './paths.js';

export interface SortField {
  readonly name: string;
  readonly path: Path;
  readonly descending: boolean;
}

const MAX_SORT_FIELDS = 32;

/** Reads a sort or index specification of 1 and -1. */
export function parseSort(specification: BsonDocument): SortField[] {
  if (specification.size > MAX_SORT_FIELDS) refuse('BadValue', `too many sort fields, at most ${MAX_SORT_FIELDS}`);
  return [...specification].map(([name, direction]) => {
    const number = numberOf(direction);
    if (number !== 1 && number !== -1) {
      return refuse('BadValue', `$sort key ordering must be 1 (for ascending) or -1 (for descending), for '${name}'`);
    }
    if (name === '' || name.startsWith('$')) return refuse('BadValue', `sort by '${name}' is not supported`);
    return { name, path: pathOf(name), descending: number === -1 };
  });
}

const writer = new KeyWriter();

/** Bytes that order documents as `fields` ask. Of an array the least element counts, or the greatest when descending. */
export function sortKey(document: BsonDocument, fields: readonly SortField[]): Buffer {
  const parts = fields.map(({ path, descending }) => {
    let least: Buffer | undefined;
    for (const value of valuesAt(document, path)) {
      encodeKeyValue(writer.reset(), value);
      if (descending) writer.complement(0);
      const key = writer.copy();
      if (least === undefined || key.compare(least) < 0) least = key;
    }
    return least ?? Buffer.alloc(0);
  });
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}

/** The values a path reaches, arrays taken apart; a missing field is null and an empty array BSON's undefined. */
export function valuesAt(document: BsonDocument, path: Path): BsonValue[] {
  const values: BsonValue[] = [];
  collect(document, path, 0, values);
  return values;
}

function collect(document: BsonDocument, path: Path, index: number, values: BsonValue[]): void {
  const value = document.get(path[index] ?? '');
  if (index < path.length - 1) return descend(value, path, index + 1, values);
  if (!Array.isArray(value)) values.push(value ?? null);
  else if (value.length === 0) values.push(bsonUndefined);
  else values.push(...value);
}

function descend(value: BsonValue | undefined, path: Path, index: number, values: BsonValue[]): void {
  if (value instanceof Map) return collect(value, path, index, values);
  const component = path[index] ?? '';
  const position = arrayPosition(component);
  if (Array.isArray(value) && position !== undefined && value[position] !== undefined) {
    return collect(new Map([[component, value[position]]]), path, index, values);
  }
  if (!Array.isArray(value) || value.length === 0) {
    values.push(null);
    return;
  }
  for (const element of value) {
    if (element instanceof Map) collect(element, path, index, values);
    else values.push(null);
  }
}
