import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sameValue } from './compare.js';
import { decodeDocument } from './decode.js';
import { encodeDocument } from './encode.js';
import { checkDocument, decodeFields, depthOf, FieldNames, firstElement } from './raw.js';
import { documents } from './values.test-support.js';

const accepts = (check: () => void): boolean => {
  try {
    check();
    return true;
  } catch {
    return false;
  }
};

describe('documents as bytes', () => {
  it('accepts whatever is whole', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const bytes = encodeDocument(document);
        expect(() => checkDocument(bytes, 0, bytes.length)).not.toThrow();
      }),
    );
  });

  it('refuses exactly what cannot be decoded', () => {
    fc.assert(
      fc.property(documents, fc.nat(), fc.nat(255), (document, where, byte) => {
        const bytes = encodeDocument(document);
        bytes[where % bytes.length] = byte;
        const checked = accepts(() => checkDocument(bytes, 0, bytes.length));
        expect(checked).toBe(accepts(() => decodeDocument(bytes)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('decodes single fields as the whole decoding does', () => {
    fc.assert(
      fc.property(documents, fc.subarray(['a', 'b', 'ab', '1', 'é', 'zz']), (document, names) => {
        const whole = decodeDocument(encodeDocument(document));
        const some = decodeFields(encodeDocument(document), new FieldNames(names));
        for (const name of names) {
          expect(some.has(name)).toBe(whole.has(name));
          const [left, right] = [some.get(name), whole.get(name)];
          if (left !== undefined && right !== undefined) expect(sameValue(left, right)).toBe(true);
        }
      }),
    );
  });

  it('takes the first of two fields with the same name, however it looks', () => {
    const [one, two] = [encodeDocument({ a: 1, b: 2 }), encodeDocument({ a: 3 })];
    const both = Buffer.concat([one.subarray(0, -1), firstElement(two), Buffer.of(0)]);
    both.writeInt32LE(both.length, 0);
    expect(decodeDocument(both).get('a')).toEqual(decodeDocument(one).get('a'));
    expect(decodeFields(both, new FieldNames(['a'])).get('a')).toEqual(decodeDocument(one).get('a'));
  });

  it.each([
    [{}, 1],
    [{ a: 1 }, 1],
    [{ a: [{ b: {} }], c: {} }, 4],
  ])('finds how deep %j is', (document, depth) => {
    expect(depthOf(encodeDocument(document))).toBe(depth);
  });
});
