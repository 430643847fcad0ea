import { describe, expect, it } from '@jest/globals';
import { ObjectId, Timestamp } from 'bson';
import { decodeDocument } from '../bson/decode.js';
import { doc, plain } from '../bson/documents.test-support.js';
import { encodeDocument } from '../bson/encode.js';
import { insertedForm, MAX_STORED_DEPTH, replacedForm, upsertedForm } from './stored-form.js';

const bytes = (source: object): Buffer => encodeDocument(doc(source));
const read = (stored: Buffer): unknown => plain(decodeDocument(stored));
const order = (stored: Buffer): string[] => [...decodeDocument(stored).keys()];

const nested = (levels: number): object => {
  let value: object = {};
  for (let level = 1; level < levels; level += 1) value = { a: value };
  return value;
};

describe('the stored form of a document', () => {
  it('is the bytes themselves where the _id stands in front', () => {
    const document = bytes({ _id: 1, a: 2 });
    expect(insertedForm(document)).toBe(document);
  });

  it('has the _id in front wherever it stood', () => {
    const stored = insertedForm(bytes({ a: 1, _id: 'x', b: { c: [1] } }));
    expect([read(stored), order(stored)]).toEqual([{ _id: 'x', a: 1, b: { c: [1] } }, ['_id', 'a', 'b']]);
  });

  it('gets an _id where there is none', () => {
    const stored = insertedForm(bytes({ a: 1 }));
    expect([read(stored), order(stored)]).toEqual([{ _id: expect.any(ObjectId), a: 1 }, ['_id', 'a']]);
  });

  it('has no zero timestamps at the top, on either side of the _id', () => {
    const zero = new Timestamp({ t: 0, i: 0 });
    const stored = read(insertedForm(bytes({ before: zero, _id: 1, after: zero, inner: { kept: zero } })));
    const { before, after, inner } = stored as Record<'before' | 'after', Timestamp> & { inner: { kept: Timestamp } };
    expect([before.t > 0, after.t > 0, after.i > before.i || after.t > before.t]).toEqual([true, true, true]);
    expect(inner.kept.t).toBe(0);
  });

  it('keeps the _id of the document it replaces, in its own type', () => {
    const before = bytes({ _id: 7n, a: 1 });
    expect(decodeDocument(replacedForm(bytes({ b: 1, _id: 7 }), before)).get('_id')).toBe(7n);
    expect(read(replacedForm(bytes({ b: 1 }), before))).toEqual({ _id: 7, b: 1 });
    const same = bytes({ _id: 7n, b: 1 });
    expect(replacedForm(same, before)).toBe(same);
  });

  it('takes the _id of the filter in an upsert', () => {
    expect(read(upsertedForm(bytes({ a: 1 }), 'x'))).toEqual({ _id: 'x', a: 1 });
    expect(read(upsertedForm(bytes({ a: 1, _id: 'y' }), undefined))).toEqual({ _id: 'y', a: 1 });
  });

  it.each<[string, () => Buffer, number]>([
    ['another _id', () => replacedForm(bytes({ _id: 2 }), bytes({ _id: 1 })), 66],
    ['another _id than the filter has', () => upsertedForm(bytes({ _id: 2 }), 'x'), 66],
    [
      'operators among the fields of a replacement',
      () => replacedForm(bytes({ a: 1, $set: {} }), bytes({ _id: 1 })),
      52,
    ],
    ['a list as _id', () => insertedForm(bytes({ _id: [1] })), 53],
    ['a pattern as _id', () => insertedForm(bytes({ _id: /a/ })), 53],
    ['a dollar inside an _id', () => insertedForm(bytes({ _id: { $a: 1 } })), 52],
    ['too many levels', () => insertedForm(bytes({ _id: 1, a: nested(MAX_STORED_DEPTH) })), 15],
  ])('refuses %s', (_, make, code) => {
    expect(make).toThrow(expect.objectContaining({ code }));
  });

  it('takes as many levels as are allowed', () => {
    const document = bytes({ _id: 1, a: nested(MAX_STORED_DEPTH - 1) });
    expect(insertedForm(document)).toBe(document);
  });
});
