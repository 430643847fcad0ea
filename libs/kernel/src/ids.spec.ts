import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { v5 } from 'uuid';

import { derivedId } from '#kernel';

const namespace = '6f0e3f9a-1d0a-4d0f-9a43-6b1f0c2a7e51';

describe('a derived id', () => {
  it('is the same for ever', () => {
    expect(derivedId('player', '7d444840-9dc0-41d1-b245-5ffdce74fad2')).toBe('dd7a3f05-d0d1-545a-bc5c-6513aaf0bb84');
  });

  it('is the name-based UUID of RFC 9562', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (given) => {
        const parts = given.map((part) => part.replaceAll('\u001f', ''));
        expect(derivedId(...parts)).toBe(v5(parts.join('\u001f'), namespace));
      }),
    );
  });

  it('tells parts apart', () => {
    expect(derivedId('ab', 'c')).not.toBe(derivedId('a', 'bc'));
    expect(() => derivedId('a\u001fb')).toThrow(RangeError);
  });
});
