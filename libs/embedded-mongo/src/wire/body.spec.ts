import { describe, expect, it } from '@jest/globals';
import { serialize } from 'bson';

import { decodeDocument } from '../bson/decode.js';
import { parseBody } from './body.js';

const parsed = (command: Record<string, unknown>) => parseBody(Buffer.from(serialize(command)));

describe('the body of a command', () => {
  it('keeps the documents to be written as the bytes that came', () => {
    const documents = [{ _id: 1, drink: 'tea' }, { _id: 2 }];
    const { body, sequences } = parsed({ insert: 'drinks', documents, ordered: false });
    expect([...body.keys()]).toEqual(['insert', 'ordered']);
    expect(sequences.get('documents')).toEqual(documents.map((document) => Buffer.from(serialize(document))));
  });

  it('is otherwise decoded as a whole', () => {
    const command = { update: 'drinks', updates: [], $db: 'bar', lsid: { id: 'x' } };
    const { body, sequences } = parsed(command);
    expect(sequences).toEqual(new Map([['updates', []]]));
    const { updates: _, ...rest } = command;
    expect(body).toEqual(decodeDocument(Buffer.from(serialize(rest))));
  });

  it.each([
    ['holds something else than documents', { insert: 'drinks', documents: [{ _id: 1 }, 2] }],
    ['is no array', { insert: 'drinks', documents: { _id: 1 } }],
    ['names the command', { documents: [{ _id: 1 }] }],
    ['is another argument', { aggregate: 'drinks', pipeline: [{ $match: {} }] }],
  ])('decodes an argument that %s', (_, command) => {
    const { body, sequences } = parsed(command);
    expect(sequences.size).toBe(0);
    expect(body).toEqual(decodeDocument(Buffer.from(serialize(command))));
  });

  it('refuses what is malformed inside a document that stays bytes', () => {
    const bytes = Buffer.from(serialize({ insert: 'drinks', documents: [{ drink: 'tea' }] }));
    bytes[bytes.indexOf('drink\0') - 1] = 99;
    expect(() => parseBody(bytes)).toThrow('unknown BSON type 99');
  });
});
