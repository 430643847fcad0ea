import { canonicalJson } from '#canonical-json';

import { fromBase64, hashBytes, sha256Hex, utf8ToBytes } from './bytes.js';
import type { Checkpoint } from './checkpoint.js';
import { hashLeaf, includes } from './tree.js';

/** What the browser needs of an event to make its leaf, and the platform's proof of it. */
export interface ProvableRecord {
  readonly stream: string;
  readonly revision: string;
  readonly id: string;
  readonly type: string;
  readonly recordedAt: string;
  readonly data: unknown;
  readonly metadata: unknown;
  readonly proof: { readonly index: string; readonly hashes: readonly string[] } | null;
}

/** A checkpoint whose signature was verified here, and when the platform says it was signed. */
export interface TrustedCheckpoint extends Checkpoint {
  readonly signedAt: string;
}

export type Verdict =
  | { readonly state: 'proven'; readonly index: number; readonly size: number }
  /** Newer than the checkpoint: the next one has it. */
  | { readonly state: 'waiting' }
  | { readonly state: 'wrong'; readonly why: string };

/** A checkpoint has everything that was stored so long before it, in milliseconds; usually it is one second. */
const latestMs = 10_000;

/** Whether an event is the leaf of the signed tree that it must be, by hashing it here. */
export function verdictOf(record: ProvableRecord, checkpoint: TrustedCheckpoint): Verdict {
  const { proof } = record;
  if (!proof) {
    const isDue = Date.parse(record.recordedAt) + latestMs < Date.parse(checkpoint.signedAt);
    return isDue ? wrong('It is older than the checkpoint, and the log does not have it.') : { state: 'waiting' };
  }
  const hashes = proof.hashes.map((hash) => fromBase64(hash));
  const sound = hashes.filter((hash) => hash?.length === hashBytes) as Uint8Array[];
  const index = /^(0|[1-9]\d{0,15})$/.test(proof.index) ? Number(proof.index) : Infinity;
  const leaf = leafOf(record, index);
  if (!leaf || sound.length !== hashes.length || !includes(leaf, index, checkpoint, sound))
    return wrong(`It is not what was logged as leaf ${proof.index}.`);
  return { state: 'proven', index, size: checkpoint.size };
}

const wrong = (why: string): Verdict => ({ state: 'wrong', why });

function leafOf(record: ProvableRecord, index: number): Uint8Array | undefined {
  try {
    return hashLeaf(utf8ToBytes(entryText(record, index)));
  } catch {
    // What has no canonical form was never logged.
    return undefined;
  }
}

/** The entry of the tamper log: what a leaf binds of an event. */
function entryText({ stream, revision, id, type, recordedAt, data, metadata }: ProvableRecord, index: number): string {
  return canonicalJson({
    created: millisecondsOf(recordedAt),
    data: sha256Hex(canonicalJson(data)),
    format: 1,
    id,
    index: index.toString(),
    metadata: sha256Hex(canonicalJson(metadata)),
    revision,
    stream,
    type,
  });
}

/** A time has one spelling here: browsers read others as well, and what is shown must be what is proven. */
function millisecondsOf(time: string): number {
  const date = new Date(time);
  if (date.toISOString() !== time) throw new RangeError(`${time} is not a time as the platform writes it`);
  return date.getTime();
}
