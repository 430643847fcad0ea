import { hashBytes } from './hashing.js';
import { NoteInvalid, type NoteSigner, type NoteVerifier, openNote, signNote, splitNote } from './note.js';

/** A tree as it was at one size. */
export interface TreeHead {
  readonly size: number;
  readonly root: Buffer;
}

/** What a checkpoint says: which log, and its tree (C2SP tlog-checkpoint). */
export interface Checkpoint extends TreeHead {
  readonly origin: string;
}

/** A checkpoint of the signer's own log; its origin is the key's name. */
export const signCheckpoint = ({ size, root }: TreeHead, signer: NoteSigner): string =>
  signNote(`${signer.name}\n${size}\n${root.toString('base64')}\n`, signer);

/**
 * A checkpoint whose signature was verified, of the log that the verifier's key is of.
 * @throws {NoteInvalid} it is not signed by that key, is another log's, or not a checkpoint
 */
export function openCheckpoint(note: string, verifier: NoteVerifier): Checkpoint {
  const checkpoint = parseText(openNote(note, verifier));
  if (checkpoint.origin !== verifier.name) throw new NoteInvalid(`it is a checkpoint of ${checkpoint.origin}`);
  return checkpoint;
}

/** What a checkpoint says, believed without its signature. @throws {NoteInvalid} it is not a checkpoint */
export const readCheckpoint = (note: string): Checkpoint => parseText(splitNote(note).text);

/** Lines after the third are extensions, which this log does not write and nobody need understand. */
function parseText(text: string): Checkpoint {
  const [origin = '', size = '', encoded = '', ...extensions] = text.slice(0, -1).split('\n');
  const root = Buffer.from(encoded, 'base64');
  const sound =
    origin !== '' &&
    /^(0|[1-9]\d{0,15})$/.test(size) &&
    root.length === hashBytes &&
    root.toString('base64') === encoded &&
    extensions.every((line) => line !== '');
  if (!sound) throw new NoteInvalid('it is not a checkpoint');
  return { origin, size: Number(size), root };
}
