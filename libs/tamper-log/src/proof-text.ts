import { readCheckpoint } from './checkpoint.js';
import { hashBytes } from './hashing.js';
import { NoteInvalid } from './note.js';

/** That a leaf is in the tree of a checkpoint. */
export interface InclusionProof {
  readonly index: number;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Buffer[];
  /** The signed note. */
  readonly checkpoint: string;
}

const firstLine = 'c2sp.org/tlog-proof@v1';

/** A proof as text (C2SP tlog-proof), for a file `*.tlog-proof`. */
export const proofText = ({ index, hashes, checkpoint }: InclusionProof): string =>
  [firstLine, `index ${index}`, ...hashes.map((hash) => hash.toString('base64')), '', checkpoint].join('\n');

/** @throws {NoteInvalid} it is not such a text; extra data is passed over, nothing of it is authenticated */
export function parseProofText(text: string): InclusionProof {
  const [, head = '', checkpoint = ''] = /^([^]*?)\n\n([^]*)$/.exec(text) ?? [];
  const [first, ...lines] = head.split('\n');
  if (lines[0]?.startsWith('extra ')) lines.shift();
  const [indexLine = '', ...encoded] = lines;
  const [, index] = /^index (0|[1-9]\d{0,15})$/.exec(indexLine) ?? [];
  const hashes = encoded.map((line) => Buffer.from(line, 'base64'));
  const sound = hashes.every((hash, at) => hash.length === hashBytes && hash.toString('base64') === encoded[at]);
  if (first !== firstLine || index === undefined || !sound) throw new NoteInvalid('it is not a proof of this form');
  readCheckpoint(checkpoint);
  return { index: Number(index), hashes, checkpoint };
}
