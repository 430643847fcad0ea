import { beforeEach, describe, expect, it } from '@jest/globals';

import { consistencyProof, noteSigner, sha256, signCheckpoint } from '#tamper-log';

import { RecursiveTree } from '../../../../libs/tamper-log/src/recursive-tree.test-support.js';
import type { SessionStore } from '../session/session.js';
import type { LogState } from './audit-types.js';
import { examineLog } from './log-trust.js';

const signer = noteSigner('tallyhall/test', Buffer.alloc(32, 7));
const treeOf = (text: string) =>
  new RecursiveTree(Array.from({ length: 40 }, (_, index) => sha256(Buffer.from(`${text} ${index}`))));
const tree = treeOf('leaf');

const log = (size: number, by = signer, of = tree): LogState => ({
  origin: by.name,
  key: by.verifierKey,
  checkpoint: { size: `${size}`, root: '', note: signCheckpoint({ size, root: of.root(0, size) }, by), signedAt: '' },
  lastCheck: null,
  findings: [],
});
const consistency = async (from: number, to: number, of = tree): Promise<string[]> => {
  const read = async ({ height, index }: { height: number; index: number }) =>
    of.root(index * 2 ** height, (index + 1) * 2 ** height);
  return (await consistencyProof(from, to, read)).map((hash) => hash.toString('base64'));
};
const now = () => new Date('2026-01-15T13:30:00.000Z');

let store: SessionStore;
beforeEach(() => {
  const values = new Map<string, string>();
  store = {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
});

const examined = (state: LogState, proof = consistency) => examineLog(state, store, proof, now);

describe('a log', () => {
  it('is kept when it is first seen, and must continue what was kept', async () => {
    expect(await examined(log(10))).toMatchObject({ state: 'first-seen', checkpoint: { size: 10 } });
    expect(await examined(log(33))).toMatchObject({ state: 'continues', size: 10, since: now().toISOString() });
    expect(await examined(log(33))).toMatchObject({ state: 'continues', size: 33 });
  });

  it('that was rewritten, or cut off, is wrong, and what was kept stays', async () => {
    await examined(log(10));
    const other = treeOf('rewritten');
    const rewritten = await examined(log(33, signer, other), (from, to) => consistency(from, to, other));
    expect(rewritten).toMatchObject({ state: 'wrong', why: expect.stringContaining('first 10 leaves') });
    expect(await examined(log(9))).toMatchObject({ state: 'wrong' });
    expect(await examined(log(12))).toMatchObject({ state: 'continues', size: 10 });
  });

  it('under another key, or with a wrong signature, is wrong', async () => {
    await examined(log(10));
    const other = noteSigner(signer.name, Buffer.alloc(32, 9));
    expect(await examined(log(12, other))).toMatchObject({
      state: 'wrong',
      why: expect.stringContaining('key'),
    });
    expect(await examined({ ...log(12, other), key: signer.verifierKey })).toMatchObject({ state: 'wrong' });
  });

  it('without a checkpoint is empty', async () => {
    expect(await examined({ ...log(10), checkpoint: null })).toEqual({ state: 'empty' });
  });
});
