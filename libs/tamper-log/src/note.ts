import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

import { sha256 } from './hashing.js';

/** Signs notes with one key. */
export interface NoteSigner extends NoteVerifier {
  readonly sign: (text: string) => Buffer;
}

/** Verifies the signatures of one key. */
export interface NoteVerifier {
  readonly name: string;
  /** First four bytes of the SHA-256 over name and key. */
  readonly keyId: Buffer;
  /** `<name>+<key id>+<key>`: what a third party keeps. */
  readonly verifierKey: string;
  readonly verify: (text: string, signature: Buffer) => boolean;
}

/** A note that is not signed as it must be. Its text must not be believed. */
export class NoteInvalid extends Error {
  constructor(why: string) {
    super(`The note is not valid: ${why}.`);
    this.name = 'NoteInvalid';
  }
}

const ed25519 = 0x01;
const keyIdBytes = 4;
const seedBytes = 32;
/** Signatures of one note that are looked at. */
const maximumSignatures = 16;
/** What stands before the 32 bytes of an Ed25519 key in PKCS #8 and in SPKI (RFC 8410). */
const privateKeyPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicKeyPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const keyName = /^[^\s+]+$/u;
const signatureLine = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;

/** @param seed 32 bytes, the Ed25519 private key of RFC 8032 */
export function noteSigner(name: string, seed: Buffer): NoteSigner {
  if (seed.length !== seedBytes) throw new RangeError(`an Ed25519 seed has ${seedBytes} bytes, not ${seed.length}`);
  const privateKey = createPrivateKey({
    key: Buffer.concat([privateKeyPrefix, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(privateKey);
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(publicKeyPrefix.length);
  return { ...verifierOf(name, raw, publicKey), sign: (text) => sign(null, Buffer.from(text, 'utf8'), privateKey) };
}

/**
 * The verifier of a verifier key, `<name>+<key id>+<key>`.
 * @throws {NoteInvalid} it is none, or its id is another key's
 */
export function noteVerifier(verifierKey: string): NoteVerifier {
  const [, name = '', id = '', encoded = ''] =
    /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u.exec(verifierKey) ?? [];
  const key = Buffer.from(encoded, 'base64');
  if (key.length !== seedBytes + 1 || key[0] !== ed25519)
    throw new NoteInvalid('its verifier key is not an Ed25519 key');
  const raw = key.subarray(1);
  const publicKey = createPublicKey({ key: Buffer.concat([publicKeyPrefix, raw]), format: 'der', type: 'spki' });
  const verifier = verifierOf(name, raw, publicKey);
  if (verifier.keyId.toString('hex') !== id) throw new NoteInvalid('the id in its verifier key is of another key');
  return verifier;
}

/** A note as it is served: the text, an empty line, and the signature (C2SP signed-note). */
export function signNote(text: string, signer: NoteSigner): string {
  assertText(text);
  const signature = Buffer.concat([signer.keyId, signer.sign(text)]).toString('base64');
  return `${text}\n\u2014 ${signer.name} ${signature}\n`;
}

/**
 * The text of a note, once the verifier's key is seen to have signed it; signatures of other keys are not looked at.
 * @throws {NoteInvalid} it is not a note, that key did not sign it, or its signature is wrong
 */
export function openNote(note: string, verifier: NoteVerifier): string {
  const { text, signatures } = splitNote(note);
  const own = signatures.filter(({ name, keyId }) => name === verifier.name && keyId.equals(verifier.keyId));
  if (own.length === 0) throw new NoteInvalid(`the key ${verifier.name} did not sign it`);
  if (!own.every(({ signature }) => verifier.verify(text, signature)))
    throw new NoteInvalid(`the signature of ${verifier.name} is wrong`);
  return text;
}

/** The parts of a note, of which nothing has been verified. @throws {NoteInvalid} it is not a note */
export function splitNote(note: string): {
  readonly text: string;
  readonly signatures: readonly { readonly name: string; readonly keyId: Buffer; readonly signature: Buffer }[];
} {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw new NoteInvalid('it has no signatures');
  const text = note.slice(0, end + 1);
  assertText(text);
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > maximumSignatures) throw new NoteInvalid(`it has more than ${maximumSignatures} signatures`);
  const signatures = lines.map((line) => {
    const [, name = '', encoded = ''] = signatureLine.exec(line) ?? [];
    const bytes = Buffer.from(encoded, 'base64');
    if (bytes.length <= keyIdBytes) throw new NoteInvalid('a signature line does not have the form');
    return { name, keyId: bytes.subarray(0, keyIdBytes), signature: bytes.subarray(keyIdBytes) };
  });
  return { text, signatures };
}

function verifierOf(name: string, raw: Buffer, publicKey: KeyObject): NoteVerifier {
  if (!keyName.test(name)) throw new NoteInvalid('a key name has neither spaces nor plus signs');
  const typed = Buffer.concat([Buffer.from([ed25519]), raw]);
  const keyId = sha256(Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), typed])).subarray(0, keyIdBytes);
  return {
    name,
    keyId,
    verifierKey: `${name}+${keyId.toString('hex')}+${typed.toString('base64')}`,
    verify: (text, signature) => verify(null, Buffer.from(text, 'utf8'), publicKey, signature),
  };
}

function assertText(text: string): void {
  const isPlain = [...text].every((character) => character === '\n' || character >= ' ');
  if (!text.endsWith('\n') || !isPlain) throw new NoteInvalid('its text has no final newline, or control characters');
}
