import { typeOrder } from '../bson/compare.js';
import { keyOf, prefixEnd } from '../bson/key-encoding.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { bsonType, documentOf, MaxKey, MinKey, Regex, SymbolValue, typeOf } from '../bson/values.js';
import { isOperatorDocument } from './matcher.js';

/** A border in the order of encoded values: before everything that begins with `bytes`, or after it. */
export interface Edge {
  readonly bytes: Buffer;
  readonly after: boolean;
}

/** Which encoded values a condition can hold for: some points, or a range. Always a superset; the filter decides. */
export type FieldBounds =
  { readonly points: readonly Buffer[] } | { readonly points?: undefined; readonly low: Edge; readonly high: Edge };

export type BoundsByField = ReadonlyMap<string, readonly FieldBounds[]>;

/** Values of one `$in` that are looked up one by one. */
export const MAX_POINTS = 1_000;

const place = ({ bytes, after }: Edge): Buffer => (after ? prefixEnd(bytes) : bytes);
const compareEdges = (left: Edge, right: Edge): number => place(left).compare(place(right));

/** The bounds that a filter's conditions put on fields, one entry for each condition that must hold. */
export function boundsOf(filter: BsonDocument): BoundsByField {
  const found = new Map<string, FieldBounds[]>();
  collect(filter, found);
  return found;
}

function collect(filter: BsonDocument, found: Map<string, FieldBounds[]>): void {
  for (const [name, condition] of filter) {
    if (name === '$and' && Array.isArray(condition)) {
      for (const branch of condition) if (branch instanceof Map) collect(branch, found);
    } else if (name === '$or' && Array.isArray(condition)) {
      for (const [field, bounds] of alternatives(condition)) add(found, field, bounds);
    } else if (!name.startsWith('$')) {
      for (const bounds of conditionBounds(condition)) add(found, name, bounds);
    }
  }
}

function add(found: Map<string, FieldBounds[]>, field: string, bounds: FieldBounds): void {
  const others = found.get(field);
  if (others === undefined) found.set(field, [bounds]);
  else others.push(bounds);
}

/** Bounds that hold whichever branch of an `$or` does: for fields that every branch bounds, what spans them all. */
function alternatives(branches: readonly BsonValue[]): [string, FieldBounds][] {
  const [first, ...others] = branches.map((branch) => boundsOf(branch instanceof Map ? branch : documentOf()));
  if (first === undefined) return [];
  return [...first].flatMap(([field, bounds]): [string, FieldBounds][] => {
    const spans = [bounds, ...others.map((other) => other.get(field))].map((list) => list?.[0]);
    if (spans.includes(undefined)) return [];
    return [[field, spanning(spans.filter((span) => span !== undefined))]];
  });
}

function spanning(all: readonly FieldBounds[]): FieldBounds {
  if (all.every(({ points }) => points !== undefined)) {
    return { points: sortedPoints(all.flatMap(({ points }) => points ?? [])) };
  }
  const ranges = all.flatMap(rangesOf);
  const low = ranges.map((range) => range.low).reduce((a, b) => (compareEdges(a, b) <= 0 ? a : b));
  const high = ranges.map((range) => range.high).reduce((a, b) => (compareEdges(a, b) >= 0 ? a : b));
  return { low, high };
}

function rangesOf(bounds: FieldBounds): { low: Edge; high: Edge }[] {
  if (bounds.points === undefined) return [bounds];
  return bounds.points.map((bytes) => ({ low: { bytes, after: false }, high: { bytes, after: true } }));
}

function sortedPoints(points: readonly Buffer[]): Buffer[] {
  const sorted = [...points].sort((left, right) => left.compare(right));
  return sorted.filter((point, index) => index === 0 || sorted[index - 1]?.equals(point) !== true);
}

/** Everything that satisfies all of the bounds. */
export function intersection(all: readonly FieldBounds[]): FieldBounds | undefined {
  const [first, ...others] = all;
  return first === undefined ? undefined : others.reduce(intersect, first);
}

function intersect(left: FieldBounds, right: FieldBounds): FieldBounds {
  if (left.points !== undefined) return { points: left.points.filter((point) => contains(right, point)) };
  if (right.points !== undefined) return intersect(right, left);
  return {
    low: compareEdges(left.low, right.low) >= 0 ? left.low : right.low,
    high: compareEdges(left.high, right.high) <= 0 ? left.high : right.high,
  };
}

function contains(bounds: FieldBounds, point: Buffer): boolean {
  if (bounds.points !== undefined) return bounds.points.some((other) => other.equals(point));
  return place(bounds.low).compare(point) <= 0 && place(bounds.high).compare(point) > 0;
}

const RANGE_TYPES = new Set<number>([
  bsonType.double,
  bsonType.int,
  bsonType.long,
  bsonType.decimal,
  bsonType.string,
  bsonType.date,
  bsonType.objectId,
  bsonType.bool,
  bsonType.timestamp,
  bsonType.binData,
]);

function conditionBounds(condition: BsonValue): FieldBounds[] {
  if (!isOperatorDocument(condition)) return maybe(equalTo(condition));
  return [...condition].flatMap(([operator, operand]) => maybe(operatorBounds(operator, operand)));
}

const maybe = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value]);

function operatorBounds(operator: string, operand: BsonValue): FieldBounds | undefined {
  switch (operator) {
    case '$eq':
      return equalTo(operand);
    case '$in':
      return Array.isArray(operand) ? anyOf(operand) : undefined;
    case '$gt':
    case '$gte':
      return RANGE_TYPES.has(typeOf(operand))
        ? { low: { bytes: keyOf(operand), after: operator === '$gt' }, high: { bytes: tagOf(operand), after: true } }
        : undefined;
    case '$lt':
    case '$lte':
      return RANGE_TYPES.has(typeOf(operand))
        ? { low: { bytes: tagOf(operand), after: false }, high: { bytes: keyOf(operand), after: operator === '$lte' } }
        : undefined;
    default:
      return undefined;
  }
}

/** The first byte of every encoded value of this type's place in the order. */
const tagOf = (value: BsonValue): Buffer => Buffer.of(typeOrder(value));

function equalTo(value: BsonValue): FieldBounds | undefined {
  return isPoint(value) ? { points: [keyOf(value)] } : undefined;
}

function anyOf(values: readonly BsonValue[]): FieldBounds | undefined {
  if (values.length > MAX_POINTS || !values.every(isPoint)) return undefined;
  return { points: sortedPoints(values.map((value) => keyOf(value))) };
}

/** Whether equality with a value is one place in an index: null also stands for missing, arrays match in two ways. */
export function isPoint(value: BsonValue): boolean {
  if (value === null || Array.isArray(value) || value instanceof Regex) return false;
  if (value instanceof MinKey || value instanceof MaxKey || value instanceof SymbolValue) return false;
  return typeOf(value) !== bsonType.undefined;
}
