import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  entryText,
  hashLeaf,
  inclusionProof,
  consistencyProof,
  noteSigner,
  rootOf,
  signCheckpoint,
  signNote,
} from '#tamper-log';

import { eventAt } from '../../../../libs/tamper-log/src/events.test-support.js';
import { RecursiveTree } from '../../../../libs/tamper-log/src/recursive-tree.test-support.js';
import { fromBase64, toBase64 } from './bytes.js';
import { type Checkpoint, openCheckpoint } from './checkpoint.js';
import { continues, includes } from './tree.js';
import { type ProvableRecord, type TrustedCheckpoint, verdictOf } from './verdict.js';

const signer = noteSigner('tallyhall/test', Buffer.alloc(32, 7));
const leaves = Array.from({ length: 300 }, (_, index) => hashLeaf(Buffer.from(entryText(index, eventAt(index)))));
const tree = new RecursiveTree(leaves);
const read = async ({ height, index }: { height: number; index: number }) =>
  tree.root(index * 2 ** height, (index + 1) * 2 ** height);

const checkpointOf = async (size: number): Promise<Checkpoint> =>
  openCheckpoint(signCheckpoint({ size, root: await rootOf(size, read) }, signer), signer.verifierKey);

/** As the platform answers it, through JSON. */
const recordOf = async (index: number, size: number): Promise<ProvableRecord> => {
  const { revision, recordedAt, position: _, ...event } = eventAt(index);
  const hashes = (await inclusionProof(index, size, read)).map((hash) => hash.toString('base64'));
  const record = { ...event, revision: revision.toString(), recordedAt: recordedAt.toISOString() };
  return JSON.parse(JSON.stringify({ ...record, proof: { index: index.toString(), hashes } })) as ProvableRecord;
};

describe('a checkpoint', () => {
  it('is read once its signature holds', async () => {
    expect(await checkpointOf(300)).toMatchObject({ origin: 'tallyhall/test', size: 300 });
  });

  it('is refused when a character was changed, when another key signed it, or when it is another log’s', () => {
    const note = signCheckpoint({ size: 5, root: tree.root(0, 5) }, signer);
    const other = noteSigner('tallyhall/test', Buffer.alloc(32, 9));
    const foreign = signNote(note.slice(0, note.indexOf('\n\n') + 1).replace('test', 'else'), signer);
    for (const wrong of [note.replace('\n5\n', '\n6\n'), note.slice(0, -1), note.replace('—', '-'), '', foreign])
      expect(() => openCheckpoint(wrong, signer.verifierKey)).toThrow();
    expect(() => openCheckpoint(note, other.verifierKey)).toThrow('not signed by the log’s key');
    expect(() => openCheckpoint(note, signer.verifierKey.replace('+A', '+B'))).toThrow('Ed25519');
    expect(() => openCheckpoint(note, other.verifierKey.replace(/\+[0-9a-f]{8}\+/, '+00000000+'))).toThrow('another');
  });
});

describe('a proof', () => {
  it('of each leaf, and from each size to a later one, is what the log’s own code makes', async () => {
    for (const size of [1, 2, 3, 7, 64, 77, 129]) {
      const head = { size, root: tree.root(0, size) };
      for (let index = 0; index < size; index += 1) {
        const hashes = await inclusionProof(index, size, read);
        expect(includes(leaves[index] as Buffer, index, head, hashes)).toBe(true);
        expect(includes(leaves[index] as Buffer, index + 1, head, hashes)).toBe(false);
        const older = { size: index + 1, root: tree.root(0, index + 1) };
        const proof = await consistencyProof(index + 1, size, read);
        expect(continues(older, head, proof)).toBe(true);
        expect(continues({ ...older, root: leaves[299] as Buffer }, head, proof)).toBe(false);
      }
    }
  });
});

describe('an event', () => {
  let checkpoint: TrustedCheckpoint;
  let record: ProvableRecord;
  beforeAll(async () => {
    checkpoint = { ...(await checkpointOf(300)), signedAt: '2030-01-01T00:00:00.000Z' };
    record = await recordOf(123, 300);
  });

  it('is proven by hashing what was answered', async () => {
    for (const index of [0, 123, 255, 256, 299])
      expect(verdictOf(await recordOf(index, 300), checkpoint)).toEqual({ state: 'proven', index, size: 300 });
  });

  it('is wrong with a time that is only read as the same', () => {
    const recordedAt = record.recordedAt.replace('T', 'Z');
    expect(Date.parse(recordedAt)).toBe(Date.parse(record.recordedAt));
    expect(verdictOf({ ...record, recordedAt }, checkpoint).state).toBe('wrong');
  });

  it('is wrong whatever single character of it was changed', () => {
    const text = JSON.stringify(record);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'0aZ9'), (at, character) => {
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        fc.pre(changed !== text);
        let parsed: ProvableRecord;
        try {
          parsed = JSON.parse(changed) as ProvableRecord;
        } catch {
          return;
        }
        // What is not the event's own (a member's name that nobody reads) may change.
        fc.pre(parsed.proof !== undefined && 'hashes' in (parsed.proof ?? {}) && 'index' in (parsed.proof ?? {}));
        expect(verdictOf(parsed, checkpoint).state).toBe('wrong');
      }),
      { numRuns: 500 },
    );
  });

  it('without a proof waits while it is younger than the checkpoint, and is wrong when it is older', () => {
    const unproven = { ...record, proof: null };
    expect(verdictOf(unproven, { ...checkpoint, signedAt: record.recordedAt })).toEqual({ state: 'waiting' });
    expect(verdictOf(unproven, checkpoint).state).toBe('wrong');
  });
});

describe('base64', () => {
  it('is read in its one spelling', () => {
    expect(toBase64(fromBase64('AAH/') ?? new Uint8Array())).toBe('AAH/');
    for (const wrong of ['AAH', 'AB==', 'A A=', '%']) expect(fromBase64(wrong)).toBeUndefined();
  });
});
