import { createHmac } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { hmacKey, hmacSha256 } from './hmac.js';

describe('HMAC-SHA256', () => {
  it('is that of RFC 4231', () => {
    expect(hmacSha256(hmacKey(Buffer.from('Jefe')), 'what do ya want for nothing?')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('is that of node:crypto for every key and text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.string({ unit: 'binary' }), (bytes, text) => {
        const key = Buffer.from(bytes);
        expect(hmacSha256(hmacKey(key), text)).toBe(createHmac('sha256', key).update(text).digest('hex'));
      }),
    );
  });

  it('takes no longer keys', () => {
    expect(() => hmacKey(Buffer.alloc(65))).toThrow(RangeError);
  });
});
