import { describe, expect, it } from '@jest/globals';

import { openCheckpoint, readCheckpoint, signCheckpoint } from './checkpoint.js';
import { emptyRoot, sha256 } from './hashing.js';
import { NoteInvalid, noteSigner, noteVerifier, openNote, signNote, splitNote } from './note.js';
import { parseProofText, proofText } from './proof-text.js';

/** The note that opens C2SP's signed-note specification. It gives no key with it. */
const specificationNote =
  'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n' +
  '— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n';

/** The key and note of the format's first implementation (golang.org/x/mod/sumdb/note). */
const knownKey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const knownSeed = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
const knownText =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const knownNote = `${knownText}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

const signer = noteSigner('tallyhall/test', Buffer.alloc(32, 7));

describe('a signed note', () => {
  it('of the specification is taken apart at its last empty line', () => {
    const { text, signatures } = splitNote(specificationNote);
    expect(text).toBe('Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n');
    expect(signatures).toHaveLength(1);
    expect(signatures[0]?.name).toBe('quasimodo.example/salvatore');
    expect(signatures[0]?.keyId.toString('hex')).toBe('367ba04b');
    expect(signatures[0]?.signature).toHaveLength(64);
  });

  it('of the first implementation is verified, and written to the byte', () => {
    expect(openNote(knownNote, noteVerifier(knownKey))).toBe(knownText);
    const known = noteSigner('PeterNeumann', knownSeed);
    expect(known.verifierKey).toBe(knownKey);
    expect(signNote(knownText, known)).toBe(knownNote);
  });

  it('is refused when a character of it was changed, and when another key signed it', () => {
    const verifier = noteVerifier(knownKey);
    expect(() => openNote(knownNote.replace('answer', 'Answer'), verifier)).toThrow('the signature of PeterNeumann');
    expect(() => openNote(signNote(knownText, signer), verifier)).toThrow('the key PeterNeumann did not sign it');
    const otherSeed = noteSigner('PeterNeumann', Buffer.alloc(32, 9));
    expect(() => openNote(signNote(knownText, otherSeed), verifier)).toThrow(NoteInvalid);
  });

  it('may carry signatures of others, which are passed over', () => {
    const others = `${knownNote}— witness.example ${Buffer.alloc(80, 1).toString('base64')}\n`;
    expect(openNote(others, noteVerifier(knownKey))).toBe(knownText);
  });

  it.each([
    ['has no signature', 'text\n'],
    ['has no final newline', knownNote.slice(0, -1)],
    ['has a control character', knownNote.replace('If', 'I\u0007')],
    ['has a broken signature line', `${knownText}\n— PeterNeumann\n`],
    ['has a hyphen for the dash', knownNote.replace('—', '-')],
    ['has too many signatures', `${knownNote}${'— w AAAAAAA=\n'.repeat(16)}`],
  ])('that %s is none', (_, note) => {
    expect(() => splitNote(note)).toThrow(NoteInvalid);
  });

  it('takes only keys of its own kind, by their own id', () => {
    expect(() => noteVerifier(knownKey.replace('c74f20a3', 'c74f20a4'))).toThrow('is of another key');
    expect(() => noteVerifier(knownKey.replace('+AR', '+BR'))).toThrow('not an Ed25519 key');
    expect(() => noteVerifier('no key')).toThrow(NoteInvalid);
    expect(() => noteSigner('two words', Buffer.alloc(32))).toThrow(NoteInvalid);
    expect(() => noteSigner('short', Buffer.alloc(31))).toThrow(RangeError);
  });
});

describe('a checkpoint', () => {
  const head = { size: 20_852_163, root: sha256(Buffer.from('root')) };

  it('is read back from what was signed', () => {
    const note = signCheckpoint(head, signer);
    expect(note.split('\n').slice(0, 3)).toEqual(['tallyhall/test', '20852163', head.root.toString('base64')]);
    expect(openCheckpoint(note, signer)).toEqual({ origin: 'tallyhall/test', ...head });
  });

  it('is read from the specification’s example', () => {
    const note =
      'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n' +
      '— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n';
    expect(readCheckpoint(note)).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20_852_163 });
  });

  it('of another log is refused, though the key is right', () => {
    const foreign = signNote(`tallyhall/other\n0\n${emptyRoot.toString('base64')}\n`, signer);
    expect(() => openCheckpoint(foreign, signer)).toThrow('it is a checkpoint of tallyhall/other');
  });

  it.each(['o\n01\nroot\n', 'o\n1\nshort\n', `o\n-1\n${emptyRoot.toString('base64')}\n`, 'o\n1\n'])(
    '%j is none',
    (text) => {
      expect(() => readCheckpoint(signNote(text, signer))).toThrow('it is not a checkpoint');
    },
  );
});

describe('a proof as text', () => {
  const proof = {
    index: 3,
    hashes: [sha256(Buffer.from('a')), sha256(Buffer.from('b'))],
    checkpoint: signCheckpoint({ size: 4, root: sha256(Buffer.from('r')) }, signer),
  };

  it('is read back', () => {
    expect(parseProofText(proofText(proof))).toEqual(proof);
    expect(parseProofText(proofText({ ...proof, hashes: [] }))).toEqual({ ...proof, hashes: [] });
  });

  it('may carry extra data, which is passed over', () => {
    expect(parseProofText(proofText(proof).replace('\nindex', '\nextra AAAA\nindex'))).toEqual(proof);
  });

  it.each([
    ['another version', (text: string) => text.replace('@v1', '@v2')],
    ['no index', (text: string) => text.replace('index 3\n', '')],
    ['a short hash', (text: string) => text.replace(/index 3\n[^\n]*/, 'index 3\nAAAA')],
    ['no checkpoint', (text: string) => text.slice(0, text.indexOf('\n\n') + 2)],
  ])('with %s is refused', (_, spoil) => {
    expect(() => parseProofText(spoil(proofText(proof)))).toThrow(NoteInvalid);
  });
});
