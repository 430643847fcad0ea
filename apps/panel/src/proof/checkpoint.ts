import { ed25519 } from '@noble/curves/ed25519.js';

import { bytesToHex, concatBytes, fromBase64, hashBytes, sha256, utf8ToBytes } from './bytes.js';

/** A tree as a signed checkpoint names it. */
export interface Checkpoint {
  /** Which log. */
  readonly origin: string;
  /** Leaves. */
  readonly size: number;
  readonly root: Uint8Array;
}

/** What the platform handed out is not what it must be. */
export class ProofWrong extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'ProofWrong';
  }
}

const ed25519Type = 1;
const keyIdBytes = 4;
const keyPattern = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u;
const signaturePattern = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;

/**
 * A checkpoint (C2SP tlog-checkpoint) once its signature is verified here, with the key that is given.
 * @param verifierKey `<name>+<id>+<key>`
 * @throws {ProofWrong} the key is none, it did not sign the note, or the note is no checkpoint of its log
 */
export function openCheckpoint(note: string, verifierKey: string): Checkpoint {
  const key = readKey(verifierKey);
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  const own = note
    .slice(end + 2, -1)
    .split('\n')
    .flatMap((line) => signatureOf(line, key) ?? []);
  if (end < 0 || !note.endsWith('\n') || own.length === 0)
    throw new ProofWrong('The checkpoint is not signed by the log’s key.');
  if (!own.every((signature) => isSignature(signature, text, key.raw)))
    throw new ProofWrong('The signature of the checkpoint is wrong.');
  return readText(text, key.name);
}

interface Key {
  readonly name: string;
  readonly id: string;
  readonly raw: Uint8Array;
}

function readKey(verifierKey: string): Key {
  const [, name = '', id = '', encoded = ''] = keyPattern.exec(verifierKey) ?? [];
  const typed = fromBase64(encoded);
  if (typed?.length !== hashBytes + 1 || typed[0] !== ed25519Type)
    throw new ProofWrong('The log’s key is not an Ed25519 key.');
  const hash = sha256(concatBytes(utf8ToBytes(`${name}\n`), typed));
  if (bytesToHex(hash.subarray(0, keyIdBytes)) !== id)
    throw new ProofWrong('The id of the log’s key is another key’s.');
  return { name, id, raw: typed.subarray(1) };
}

/** The signature in a line, where it claims to be of this key; other keys' are passed over. */
function signatureOf(line: string, key: Key): Uint8Array | undefined {
  const [, name, encoded = ''] = signaturePattern.exec(line) ?? [];
  const bytes = fromBase64(encoded);
  if (name !== key.name || !bytes || bytesToHex(bytes.subarray(0, keyIdBytes)) !== key.id) return undefined;
  return bytes.subarray(keyIdBytes);
}

function isSignature(signature: Uint8Array, text: string, key: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, utf8ToBytes(text), key, { zip215: false });
  } catch {
    return false;
  }
}

function readText(text: string, name: string): Checkpoint {
  const [origin = '', size = '', encoded = ''] = text.split('\n');
  const root = fromBase64(encoded);
  if (origin !== name) throw new ProofWrong(`It is a checkpoint of ${origin}.`);
  if (!/^(0|[1-9]\d{0,15})$/.test(size) || root?.length !== hashBytes)
    throw new ProofWrong('The signed note is not a checkpoint.');
  return { origin, size: Number(size), root };
}
