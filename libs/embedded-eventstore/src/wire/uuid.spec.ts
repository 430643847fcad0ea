import { describe, expect, it } from '@jest/globals';
import { uuidBytes, writeUuidText } from './uuid.js';

const text = '01234567-89ab-cdef-0123-456789abcdef';
const bytes = Buffer.from('0123456789abcdef0123456789abcdef', 'hex');

describe('a UUID', () => {
  it('is read from its text, whatever the case of its digits', () => {
    expect(uuidBytes(Buffer.from(text))).toEqual(bytes);
    expect(uuidBytes(Buffer.from(text.toUpperCase()))).toEqual(bytes);
  });

  it('is written in lower case', () => {
    const target = Buffer.alloc(40);
    expect(writeUuidText(target, 2, bytes)).toBe(38);
    expect(target.toString('latin1', 2, 38)).toBe(text);
  });

  it.each([
    '',
    'nonsense',
    text.slice(1),
    `${text}0`,
    text.replace('-', '0'),
    text.replace('f', 'g'),
    text.replace('2', '-'),
  ])('is not %p', (malformed) => {
    expect(uuidBytes(Buffer.from(malformed))).toBeNull();
  });
});
