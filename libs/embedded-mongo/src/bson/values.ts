/** Type numbers of the BSON specification (bsonspec.org), by MongoDB's aliases. */
export const bsonType = {
  minKey: -1,
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  maxKey: 127,
} as const;

export type BsonTypeName = keyof typeof bsonType;

export class Double {
  readonly type = bsonType.double;
  constructor(readonly value: number) {}
}

export class Int32 {
  readonly type = bsonType.int;
  constructor(readonly value: number) {}
}

/** The 16 bytes of an IEEE 754-2008 decimal128 in BID encoding, little endian. */
export class Decimal128 {
  readonly type = bsonType.decimal;
  constructor(readonly bytes: Buffer) {}
}

/** Milliseconds since the Unix epoch; the full 64-bit range, which a JavaScript Date does not have. */
export class DateTime {
  readonly type = bsonType.date;
  constructor(readonly millis: bigint) {}
}

/** The 12 bytes of an ObjectId. */
export class ObjectId {
  readonly type = bsonType.objectId;
  constructor(readonly bytes: Buffer) {}
}

export class Binary {
  readonly type = bsonType.binData;
  constructor(
    readonly subtype: number,
    readonly bytes: Buffer,
  ) {}
}

export class Regex {
  readonly type = bsonType.regex;
  constructor(
    readonly pattern: string,
    readonly options: string,
  ) {}
}

/** MongoDB's internal timestamp: seconds in the upper 32 bits, a counter in the lower, unsigned. */
export class Timestamp {
  readonly type = bsonType.timestamp;
  constructor(readonly value: bigint) {}
}

export class Code {
  readonly type = bsonType.javascript;
  constructor(readonly code: string) {}
}

export class CodeWithScope {
  readonly type = bsonType.javascriptWithScope;
  constructor(
    readonly code: string,
    readonly scope: BsonDocument,
  ) {}
}

export class SymbolValue {
  readonly type = bsonType.symbol;
  constructor(readonly value: string) {}
}

export class DbPointer {
  readonly type = bsonType.dbPointer;
  constructor(
    readonly namespace: string,
    readonly id: Buffer,
  ) {}
}

export class MinKey {
  readonly type = bsonType.minKey;
}

export class MaxKey {
  readonly type = bsonType.maxKey;
}

/** BSON's deprecated `undefined`, which is a value; a missing field is JavaScript's `undefined`. */
export class BsonUndefined {
  readonly type = bsonType.undefined;
}

export const minKey = new MinKey();
export const maxKey = new MaxKey();
export const bsonUndefined = new BsonUndefined();

export type NumericValue = Double | Int32 | bigint | Decimal128;

/** A document keeps its fields in stored order, also those whose names look like numbers. */
export type BsonDocument = Map<string, BsonValue>;

export type BsonValue =
  | NumericValue
  | string
  | boolean
  | null
  | BsonDocument
  | BsonValue[]
  | DateTime
  | ObjectId
  | Binary
  | Regex
  | Timestamp
  | Code
  | CodeWithScope
  | SymbolValue
  | DbPointer
  | MinKey
  | MaxKey
  | BsonUndefined;

/** The BSON type number of a value; a Long is a bigint here. */
export function typeOf(value: BsonValue): number {
  switch (typeof value) {
    case 'string':
      return bsonType.string;
    case 'boolean':
      return bsonType.bool;
    case 'bigint':
      return bsonType.long;
    default:
      if (value === null) return bsonType.null;
      if (value instanceof Map) return bsonType.object;
      return Array.isArray(value) ? bsonType.array : value.type;
  }
}

const typeNames = new Map<number, BsonTypeName>(
  (Object.keys(bsonType) as BsonTypeName[]).map((name) => [bsonType[name], name]),
);

/** MongoDB's alias of a value's type, as `$type` and its error messages write it. */
export function typeNameOf(value: BsonValue | undefined): string {
  return value === undefined ? 'missing' : (typeNames.get(typeOf(value)) ?? 'unknown');
}

export function isNumeric(value: BsonValue | undefined): value is NumericValue {
  return value instanceof Int32 || value instanceof Double || typeof value === 'bigint' || value instanceof Decimal128;
}

const SMALL_INTEGERS = 1_024;
const smallIntegers = Array.from({ length: SMALL_INTEGERS }, (_, value) => new Int32(value));

/** An Int32; the small ones are shared, because documents are full of them. */
export function int32(value: number): Int32 {
  return smallIntegers[value] ?? new Int32(value);
}

/** A document from name and value pairs. */
export function documentOf(fields: Readonly<Record<string, BsonValue>> = {}): BsonDocument {
  return new Map(Object.entries(fields));
}
