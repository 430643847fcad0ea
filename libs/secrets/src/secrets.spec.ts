import { describe, expect, it } from '@jest/globals';

import { createSecrets, SecretUnreadable } from './secrets.js';

const sut = createSecrets(Buffer.alloc(32, 7));
const other = createSecrets(Buffer.alloc(32, 8));
const key = sut.derive('person', 'p1');

describe('secrets', () => {
  it('refuse a master key that is not 32 bytes', () => {
    expect(() => createSecrets(Buffer.alloc(31))).toThrow('The master key has 31 bytes, not 32.');
  });

  it('derive the same key for ever', () => {
    expect(sut.derive('command-hash', 'client:1').toString('hex')).toBe(
      '0081b2ee3328bae8fb376a8d86a5db025a0e2c253bc0edeada4c130cb934ae63',
    );
  });

  it('derive another key for every purpose, id and master key', () => {
    const keys = [sut.derive('a'), sut.derive('a', 'b'), sut.derive('ab'), sut.derive('a', ''), other.derive('a')];
    expect(new Set(keys.map((derived) => derived.toString('hex'))).size).toBe(keys.length);
  });

  it('refuse ids that could be taken for two', () => {
    expect(() => sut.derive('a', 'b\u001fc')).toThrow(RangeError);
  });

  it('unwrap what was wrapped years ago', () => {
    expect(sut.unwrap('v1.AAECAwQFBgcICQoL.Rj80-fwmSwlAj9EyEkBVr8_j7ls').toString('hex')).toBe('00112233');
  });

  it('open what was sealed years ago', () => {
    const sealed = 'v1.AAECAwQFBgcICQoL._sSW8XYzaop0oi3PSuGSV8G9lj0JA7nQ40-fEFU4guyJSk1JJw';
    expect(sut.open(key, sealed, 'p1/name').toString('utf8')).toBe('Иван Петров');
  });

  it('never seal the same text the same way', () => {
    const seal = (): string => sut.seal(key, Buffer.from('Ann'), 'p1/name');
    expect(seal()).not.toBe(seal());
    expect(sut.open(key, seal(), 'p1/name').toString()).toBe('Ann');
  });

  it.each([
    ['another key', sut.derive('person', 'p2'), 'p1/name'],
    ['another field', key, 'p1/address'],
  ])('do not open under %s', (_, wrongKey, associatedData) => {
    const sealed = sut.seal(key, Buffer.from('Ann'), 'p1/name');
    expect(() => sut.open(wrongKey, sealed, associatedData)).toThrow(SecretUnreadable);
  });

  it('do not unwrap under another master key', () => {
    expect(() => other.unwrap(sut.wrap(Buffer.from('key')))).toThrow(SecretUnreadable);
  });

  it('notice every changed character', () => {
    const wrapped = sut.wrap(Buffer.from('0123456789abcdef'));
    for (let index = 0; index < wrapped.length - 1; index += 1) {
      const changed = wrapped.slice(0, index) + (wrapped[index] === 'A' ? 'B' : 'A') + wrapped.slice(index + 1);
      expect(() => sut.unwrap(changed)).toThrow(SecretUnreadable);
    }
  });

  it.each([
    '',
    'v2.AAECAwQFBgcICQoL.Rj80-fwmSwlAj9EyEkBVr8_j7ls',
    'v1.AAEC.Rj80',
    'v1.AAECAwQFBgcICQoL.AAAA',
    'clear text',
  ])('do not take %p for a sealed text', (text) => {
    expect(() => sut.unwrap(text)).toThrow(SecretUnreadable);
  });
});
