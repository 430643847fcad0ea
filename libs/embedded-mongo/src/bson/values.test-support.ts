import fc from 'fast-check';
import type { BsonDocument, BsonValue } from './values.js';
import {
  Binary,
  bsonUndefined,
  Code,
  CodeWithScope,
  DateTime,
  Double,
  Int32,
  maxKey,
  minKey,
  ObjectId,
  Regex,
  SymbolValue,
  Timestamp,
} from './values.js';
import { toDecimal } from './decimal.js';

const LONG = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

const bytes = (length: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));

const text = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 6 }).filter((value) => !/\p{Surrogate}/u.test(value)),
  fc.constantFrom('', 'a', 'a\0', 'a\0b', 'ab', '\uffff', '\u{10000}', 'é'),
);

const decimal = fc
  .record({
    coefficient: fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }),
    exponent: fc.integer({ min: -40, max: 20 }),
  })
  .map(toDecimal);

/** Numbers of all types, close enough to each other to collide. */
export const numbers: fc.Arbitrary<BsonValue> = fc.oneof(
  fc.integer().map((value) => new Int32(value)),
  fc.double().map((value) => new Double(value)),
  fc.bigInt(LONG),
  decimal,
  fc
    .integer({ min: -3, max: 3 })
    .chain((small) =>
      fc.constantFrom<BsonValue>(
        new Int32(small),
        new Double(small),
        BigInt(small),
        toDecimal({ coefficient: BigInt(small), exponent: 0 }),
        toDecimal({ coefficient: BigInt(small) * 10n + 1n, exponent: -1 }),
        new Double(small + 0.1),
        2n ** 53n + BigInt(small),
        new Double(2 ** 53 + small),
        LONG.max - BigInt(small + 3),
        new Double(2 ** 63),
      ),
    ),
  fc.constantFrom<BsonValue>(
    new Double(Number.NaN),
    new Double(-0),
    new Double(Infinity),
    new Double(-Infinity),
    new Double(Number.MAX_VALUE),
    new Double(Number.MIN_VALUE),
    toDecimal('NaN'),
    toDecimal('-Infinity'),
    toDecimal({ coefficient: 1n, exponent: 6_000 }),
    toDecimal({ coefficient: -1n, exponent: -6_000 }),
  ),
);

const scalars: fc.Arbitrary<BsonValue> = fc.oneof(
  { weight: 4, arbitrary: numbers },
  { weight: 3, arbitrary: text },
  fc.boolean(),
  fc.constantFrom<BsonValue>(null, minKey, maxKey, bsonUndefined),
  fc.bigInt(LONG).map((millis) => new DateTime(millis)),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => new Timestamp(value)),
  bytes(12).map((id) => new ObjectId(id)),
  fc.tuple(fc.nat(5), fc.uint8Array({ maxLength: 4 })).map(([subtype, data]) => new Binary(subtype, Buffer.from(data))),
  text.map((value) => new SymbolValue(value)),
  text.map((value) => new Code(value)),
  fc.constantFrom('a', 'a.*b').map((pattern) => new Regex(pattern, 'i')),
  text.map((code) => new CodeWithScope(code, new Map([['x', code]]))),
);

const names = fc.constantFrom('a', 'b', 'ab', '1', '0', 'é', '');

/** Any BSON value, nested up to three levels. */
export const values: fc.Arbitrary<BsonValue> = fc.letrec<{ value: BsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    { weight: 4, arbitrary: scalars },
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(names, tie('value')), { maxLength: 3 }).map((fields): BsonDocument => new Map(fields)),
  ),
})).value;

export const documents: fc.Arbitrary<BsonDocument> = fc
  .array(fc.tuple(names, values), { maxLength: 5 })
  .map((fields) => new Map(fields));
