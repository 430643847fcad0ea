import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { canonicalJson } from './canonical-json.js';

const canonical = (text: string): string => canonicalJson(JSON.parse(text));

describe('canonical JSON', () => {
  it('is that of the example in RFC 8785, 3.2.2 to 3.2.4', () => {
    const text = String.raw`{ "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false] }`;
    expect(canonical(text)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it('sorts members by UTF-16 code units, as RFC 8785, 3.2.3 shows', () => {
    const text = String.raw`{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}`;
    expect(Object.keys(JSON.parse(canonical(text)) as object)).toContain('\ud83d\ude00');
    expect(canonical(text)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}');
  });

  it.each([
    ['-0', '0'],
    ['1e21', '1e+21'],
    ['123456789012345680000', '123456789012345680000'],
    ['{"b":[{"z":1,"a":2}],"a":{}}', '{"a":{},"b":[{"a":2,"z":1}]}'],
    ['[]', '[]'],
    [String.raw`"\ud800"`, String.raw`"\ud800"`],
  ])('of %s is %s', (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  it('means the same, does not change when it is repeated, and knows no order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonical(text)).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (members) => {
        const reversed = Object.fromEntries(Object.entries(members).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(members));
      }),
      { numRuns: 100 },
    );
  });

  it('refuses what is not JSON, and what is nested too deep', () => {
    expect(() => canonicalJson({ position: 1n })).toThrow(TypeError);
    expect(() => canonicalJson([undefined])).toThrow(TypeError);
    expect(() => canonicalJson(Number.NaN)).toThrow(TypeError);
    let nested: unknown = 0;
    for (let depth = 0; depth <= 1_000; depth += 1) nested = [nested];
    expect(() => canonicalJson(nested)).toThrow(RangeError);
  });
});
