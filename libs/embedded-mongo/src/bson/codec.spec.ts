import { describe, expect, it } from '@jest/globals';
import * as bson from 'bson';
import fc from 'fast-check';
import { CommandError } from '../errors.js';
import { decodeDocument, MAX_DEPTH } from './decode.js';
import { encodeDocument } from './encode.js';
import type { BsonValue } from './values.js';
import { documentOf, Double, Int32 } from './values.js';
import { documents } from './values.test-support.js';

describe('the BSON codec', () => {
  it('gives back every document as it was, types and order of fields included', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const bytes = encodeDocument(document);
        const decoded = decodeDocument(bytes);
        expect([...decoded.keys()]).toEqual([...document.keys()]);
        expect(encodeDocument(decoded).equals(bytes)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('writes the bytes that the official library writes', () => {
    const bytes = bson.serialize({
      _id: new bson.ObjectId('65f000000000000000000001'),
      double: new bson.Double(1),
      int: 1,
      long: bson.Long.fromString('9007199254740993'),
      text: 'Tallyhäll',
      at: new Date(1_700_000_000_000),
      list: [1, [2, { deep: true }], null],
      binary: new bson.Binary(Buffer.from('bytes'), 0),
      decimal: bson.Decimal128.fromString('12.50'),
      pattern: new bson.BSONRegExp('^a', 'i'),
      stamp: new bson.Timestamp({ t: 1, i: 2 }),
      least: new bson.MinKey(),
    });
    expect(encodeDocument(decodeDocument(Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
  });

  it('writes documents that outgrow its buffer, field types included', () => {
    const rows = Array.from({ length: 4_000 }, (_, index): BsonValue =>
      documentOf({ n: new Int32(index), text: 'é'.repeat(40) }),
    );
    const document = documentOf({ rows, last: 'text' });
    const decoded = bson.deserialize(encodeDocument(document));
    expect(decoded['rows']).toHaveLength(4_000);
    expect((decoded['rows'] as unknown[])[3_999]).toEqual({ n: 3_999, text: 'é'.repeat(40) });
    expect(decoded['last']).toBe('text');
  });

  it('keeps fields named like numbers where they were', () => {
    const document = new Map<string, BsonValue>([
      ['b', new Int32(1)],
      ['1', new Int32(2)],
      ['0', new Double(3)],
    ]);
    expect([...decodeDocument(encodeDocument(document)).keys()]).toEqual(['b', '1', '0']);
  });

  it('leaves room in front where asked', () => {
    const plain = encodeDocument({ a: 1 });
    expect(encodeDocument({ a: 1 }, 7).subarray(7)).toEqual(plain);
  });

  it('refuses nesting past the limit', () => {
    let value: BsonValue = new Int32(1);
    for (let level = 0; level < MAX_DEPTH; level += 1) value = [value];
    expect(() => decodeDocument(encodeDocument(documentOf({ value })))).toThrow('nesting');
  });

  it('answers damaged bytes with a refusal, never with anything worse', () => {
    const mutation = fc.record({ at: fc.nat(), value: fc.nat(255), cut: fc.nat(30) });
    fc.assert(
      fc.property(documents, fc.array(mutation, { minLength: 1, maxLength: 4 }), (document, mutations) => {
        let bytes = encodeDocument(document);
        for (const { at, value, cut } of mutations) {
          bytes[at % bytes.length] = value;
          if (cut < 5 && bytes.length > cut + 1) bytes = bytes.subarray(0, bytes.length - cut);
        }
        try {
          decodeDocument(bytes);
        } catch (error) {
          expect(error instanceof CommandError || error instanceof RangeError).toBe(true);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
