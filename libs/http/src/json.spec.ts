import { describe, expect, it } from '@jest/globals';

import { canonicalJson, toJson } from './json.js';

describe('JSON', () => {
  it('has positions as decimal strings', () => {
    expect(toJson({ position: 2n ** 63n - 1n, items: [{ revision: 0n }] })).toBe(
      '{"position":"9223372036854775807","items":[{"revision":"0"}]}',
    );
  });

  it('does not hide what cannot be written', () => {
    const circle: Record<string, unknown> = {};
    circle['itself'] = circle;
    expect(() => toJson(circle)).toThrow(TypeError);
  });
});

describe('canonical JSON', () => {
  it('is one text for one content, however it was written', () => {
    const first = canonicalJson({ b: [1, { d: null, c: 'é' }], a: true });
    expect(first).toBe('{"a":true,"b":[1,{"c":"é","d":null}]}');
    expect(canonicalJson({ a: true, b: [1, { c: 'é', d: null }], z: undefined })).toBe(first);
  });

  it.each([
    [{ a: '1' }, { a: 1 }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: null }, {}],
    [undefined, 0],
    [{ a: '}' }, { a: '' }],
  ])('tells %p from %p', (one, other) => {
    expect(canonicalJson(one)).not.toBe(canonicalJson(other));
  });

  it('goes no deeper than it must', () => {
    let content: unknown = 1;
    for (let depth = 0; depth < 200; depth += 1) content = [content];
    expect(() => canonicalJson(content)).toThrow(
      expect.objectContaining({ refusal: expect.objectContaining({ code: 'request_invalid' }) }),
    );
  });
});
