import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { DomainError } from '#kernel';

import { decodeCursor, encodeCursor } from './cursor.js';

describe('a cursor', () => {
  it('comes back as it was given', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 63n - 1n), (created) => {
        expect(decodeCursor(encodeCursor(created))).toBe(created);
      }),
    );
  });

  const text = (plain: string): string => Buffer.from(plain).toString('base64url');

  it.each([
    '',
    'x',
    text('1.'),
    text('1.-1'),
    text('1.01'),
    text('2.5'),
    text('1.5\n'),
    text(' 1.5'),
    text('1.9223372036854775808'),
    `${text('1.5')}=`,
  ])('that was never given (%p) is refused', (cursor) => {
    expect(() => decodeCursor(cursor)).toThrow(DomainError);
    expect(() => decodeCursor(cursor)).toThrow(expect.objectContaining({ code: 'cursor_invalid', pointer: '/cursor' }));
  });
});
