import { compareExact, exactNumber } from './decimal.js';
import type { BsonDocument, BsonValue, NumericValue } from './values.js';
import { bsonType, Decimal128, Double, Int32, typeOf } from './values.js';

/**
 * Where each type stands in MongoDB's order across types. Types that share a number compare by value.
 * The numbers are also the first byte of an index key, so they are part of the format on disk.
 */
const orderByType = new Map<number, number>([
  [bsonType.minKey, 1],
  [bsonType.undefined, 2],
  [bsonType.null, 5],
  [bsonType.double, 10],
  [bsonType.int, 10],
  [bsonType.long, 10],
  [bsonType.decimal, 10],
  [bsonType.string, 15],
  [bsonType.symbol, 15],
  [bsonType.object, 20],
  [bsonType.array, 25],
  [bsonType.binData, 30],
  [bsonType.objectId, 35],
  [bsonType.bool, 40],
  [bsonType.date, 45],
  [bsonType.timestamp, 47],
  [bsonType.regex, 50],
  [bsonType.dbPointer, 55],
  [bsonType.javascript, 60],
  [bsonType.javascriptWithScope, 65],
  [bsonType.maxKey, 127],
]);

/** The place of a value's type in the order across types; at least 1. */
export function typeOrder(value: BsonValue): number {
  return orderByType.get(typeOf(value)) ?? 0;
}

const order = <T extends number | bigint>(left: T, right: T): number => (left < right ? -1 : left > right ? 1 : 0);

/** Numbers of all four types, exactly; NaN is less than everything and equal to itself. */
export function compareNumbers(left: NumericValue, right: NumericValue): number {
  if (left instanceof Decimal128 || right instanceof Decimal128) return compareWithDecimal(left, right);
  const a = typeof left === 'bigint' ? left : left.value;
  const b = typeof right === 'bigint' ? right : right.value;
  if (a < b) return -1;
  if (a > b) return 1;
  const leftIsNaN = a !== a;
  return leftIsNaN === (b !== b) ? 0 : leftIsNaN ? -1 : 1;
}

const rankOfSpecial = { NaN: 0, '-Infinity': 1, Infinity: 3 } as const;
const FINITE_RANK = 2;

function compareWithDecimal(left: NumericValue, right: NumericValue): number {
  const a = exactNumber(left);
  const b = exactNumber(right);
  if (typeof a !== 'string' && typeof b !== 'string') return compareExact(a, b);
  const rank = (value: typeof a): number => (typeof value === 'string' ? rankOfSpecial[value] : FINITE_RANK);
  return order(rank(a), rank(b));
}

/** By UTF-8 bytes, which is by code point; JavaScript's own `<` is by UTF-16 unit and differs past U+FFFF. */
export function compareStrings(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index += 1) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return order(lifted(a), lifted(b));
  }
  return order(left.length, right.length);
}

const lifted = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/** MongoDB's order of two values of any types: negative, zero or positive. */
export function compareValues(left: BsonValue, right: BsonValue): number {
  const rank = order(typeOrder(left), typeOrder(right));
  return rank !== 0 ? rank : compareSameOrder(left, right);
}

export function sameValue(left: BsonValue, right: BsonValue): boolean {
  return compareValues(left, right) === 0;
}

function compareSameOrder(left: BsonValue, right: BsonValue): number {
  if (left === null || right === null) return 0;
  if (typeof left === 'bigint' || typeof right === 'bigint') {
    return compareNumbers(left as NumericValue, right as NumericValue);
  }
  if (typeof left === 'string' || typeof right === 'string') return compareStrings(textOf(left), textOf(right));
  if (typeof left === 'boolean' || typeof right === 'boolean') return order(Number(left), Number(right));
  if (left instanceof Map) return compareDocuments(left, right as BsonDocument);
  if (Array.isArray(left)) return compareArrays(left, right as BsonValue[]);
  return compareTagged(left, right as TaggedValue);
}

type TaggedValue = Exclude<BsonValue, null | bigint | string | boolean | BsonDocument | BsonValue[]>;

function textOf(value: BsonValue): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null && 'value' in value ? String(value.value) : '';
}

function compareTagged(left: TaggedValue, right: TaggedValue): number {
  if (left instanceof Int32 || left instanceof Double || left instanceof Decimal128) {
    return compareNumbers(left, right as NumericValue);
  }
  switch (left.type) {
    case bsonType.symbol:
      return compareStrings(textOf(left), textOf(right));
    case bsonType.objectId:
      return left.bytes.compare((right as typeof left).bytes);
    case bsonType.date:
      return order(left.millis, (right as typeof left).millis);
    case bsonType.timestamp:
      return order(left.value, (right as typeof left).value);
    case bsonType.binData: {
      const other = right as typeof left;
      return (
        order(left.bytes.length, other.bytes.length) ||
        order(left.subtype, other.subtype) ||
        left.bytes.compare(other.bytes)
      );
    }
    case bsonType.regex: {
      const other = right as typeof left;
      return compareStrings(left.pattern, other.pattern) || compareStrings(left.options, other.options);
    }
    case bsonType.dbPointer: {
      const other = right as typeof left;
      return compareStrings(left.namespace, other.namespace) || left.id.compare(other.id);
    }
    case bsonType.javascript:
      return compareStrings(left.code, (right as typeof left).code);
    case bsonType.javascriptWithScope: {
      const other = right as typeof left;
      return compareStrings(left.code, other.code) || compareDocuments(left.scope, other.scope);
    }
    default:
      return 0;
  }
}

/** Field by field, in stored order: the type, then the name, then the value. */
function compareDocuments(left: BsonDocument, right: BsonDocument): number {
  const others = right.entries();
  for (const [name, value] of left) {
    const next = others.next();
    if (next.done === true) return 1;
    const [otherName, otherValue] = next.value;
    const difference =
      order(typeOrder(value), typeOrder(otherValue)) ||
      compareStrings(name, otherName) ||
      compareSameOrder(value, otherValue);
    if (difference !== 0) return difference;
  }
  return order(left.size, right.size);
}

function compareArrays(left: readonly BsonValue[], right: readonly BsonValue[]): number {
  for (const [index, value] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const difference = compareValues(value, other);
    if (difference !== 0) return difference;
  }
  return order(left.length, right.length);
}
