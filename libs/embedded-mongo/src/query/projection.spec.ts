import { describe, expect, it } from '@jest/globals';
import { doc, plain } from '../bson/documents.test-support.js';
import { compileProjection } from './projection.js';

const source = { _id: 1, a: { b: 1, c: 2 }, list: [{ b: 1, c: 2 }, 5, { c: 3 }], z: null };

describe('a projection', () => {
  it.each([
    [{ z: 1 }, { _id: 1, z: null }],
    [{ z: 1, _id: 0 }, { z: null }],
    [{ _id: 1 }, { _id: 1 }],
    [{ _id: 0 }, { a: source.a, list: source.list, z: null }],
    [{ 'a.b': 1 }, { _id: 1, a: { b: 1 } }],
    [{ a: { b: true } }, { _id: 1, a: { b: 1 } }],
    [{ 'list.b': 1, _id: 0 }, { list: [{ b: 1 }, {}] }],
    [
      { 'list.b': 0, a: 0, z: 0 },
      { _id: 1, list: [{ c: 2 }, 5, { c: 3 }] },
    ],
    [{ missing: 1 }, { _id: 1 }],
  ])('%j', (projection, expected) => {
    const project = compileProjection(doc(projection));
    expect(plain(project?.(doc(source)) ?? doc(source))).toEqual(expected);
  });

  it('keeps the stored order of fields', () => {
    const project = compileProjection(doc({ z: 1, a: 1 }));
    expect([...(project?.(doc(source)).keys() ?? [])]).toEqual(['_id', 'a', 'z']);
  });

  it('is nothing where every field is wanted', () => {
    expect(compileProjection(doc({}))).toBeUndefined();
  });

  it.each([
    [{ a: 1, b: 0 }, 31254],
    [{ a: 1, 'a.b': 1 }, 31250],
  ])('%j is refused with code %i', (projection, code) => {
    expect(() => compileProjection(doc(projection))).toThrow(expect.objectContaining({ code }));
  });
});
