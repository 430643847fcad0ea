import { describe, expect, it } from '@jest/globals';

import { type DocumentState, fromStored, toStored } from './document-state.js';
import { RecentDocuments } from './recent-documents.js';
import { collectionName } from './registered-projection.js';

const state = (id: string, position = 5n): DocumentState => ({ id, position, created: 2n, doc: { drinks: 3 } });

describe('a stored document', () => {
  it('carries its positions beside its fields', () => {
    expect(toStored(state('a'))).toEqual({ _id: 'a', drinks: 3, _position: 5n, _created: 2n });
  });

  it('comes back as the state it was', () => {
    const tombstone = { id: 'b', position: 6n, created: undefined, doc: null };
    for (const each of [state('a'), tombstone]) expect(fromStored(toStored(each))).toEqual(each);
  });

  it('leaves nothing of what it was once it is deleted', () => {
    expect(toStored({ ...state('a'), doc: null })).toEqual({ _id: 'a', _position: 5n, _deleted: true });
  });

  it('lies in a collection named after projection and version', () => {
    expect(collectionName('wallet-entries', 3)).toBe('wallet-entries_v3');
    expect(() => collectionName('Wallet Entries', 3)).toThrow(TypeError);
  });
});

describe('recent documents', () => {
  it('are forgotten when they were not used for longest', () => {
    const recent = new RecentDocuments(2);
    recent.put(state('a'));
    recent.put(state('b'));
    recent.get('a');
    recent.put(state('c'));
    expect(['a', 'b', 'c'].filter((id) => recent.get(id))).toEqual(['a', 'c']);
  });

  it('are replaced, not doubled', () => {
    const recent = new RecentDocuments(2);
    for (const position of [1n, 2n, 3n]) recent.put(state('a', position));
    recent.put(state('b'));
    expect(recent.get('a')?.position).toBe(3n);
    recent.clear();
    expect(recent.get('a')).toBeUndefined();
  });
});
