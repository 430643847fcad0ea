import { fromBase64 } from '../proof/bytes.js';
import { type Checkpoint, openCheckpoint, ProofWrong } from '../proof/checkpoint.js';
import { continues } from '../proof/tree.js';
import type { SessionStore } from '../session/session.js';
import type { LogState } from './audit-types.js';
import { keep, readKept } from './kept-log.js';

/** What this browser found of the log, by its own hashing. */
export type LogTrust =
  | { readonly state: 'empty' }
  /** Signed by its key; nothing was kept here to compare it with. */
  | { readonly state: 'first-seen'; readonly checkpoint: Checkpoint }
  /** Signed by the key that was known, and it begins with the tree of `size` leaves that was kept. */
  | { readonly state: 'continues'; readonly checkpoint: Checkpoint; readonly since: string; readonly size: number }
  | { readonly state: 'wrong'; readonly why: string };

type ReadConsistency = (from: number, to: number) => Promise<readonly string[]>;

/**
 * Verifies the newest checkpoint, compares it with what was kept, and keeps it. What is wrong is not kept.
 * @throws {ProblemError} the platform did not answer with the proof
 */
export async function examineLog(
  log: LogState,
  store: SessionStore,
  readConsistency: ReadConsistency,
  now: () => Date,
): Promise<LogTrust> {
  if (!log.checkpoint) return { state: 'empty' };
  try {
    const { note } = log.checkpoint;
    const checkpoint = openCheckpoint(note, knownKey(log, store));
    const kept = readKept(store, checkpoint.origin);
    if (kept) await assertContinues(openCheckpoint(kept.note, kept.key), checkpoint, readConsistency);
    const since = kept?.since ?? now().toISOString();
    keep(store, checkpoint.origin, { key: log.key, note, since });
    if (!kept) return { state: 'first-seen', checkpoint };
    return { state: 'continues', checkpoint, since, size: openCheckpoint(kept.note, kept.key).size };
  } catch (error) {
    if (!(error instanceof ProofWrong)) throw error;
    return { state: 'wrong', why: error.message };
  }
}

/** The log's key. @throws {ProofWrong} this browser knows another one for this log */
export function knownKey({ origin, key }: Pick<LogState, 'origin' | 'key'>, store: SessionStore): string {
  const kept = readKept(store, origin);
  if (kept && kept.key !== key)
    throw new ProofWrong(`The log’s key is not the one that this browser has known since ${kept.since}.`);
  return key;
}

async function assertContinues(older: Checkpoint, newer: Checkpoint, readConsistency: ReadConsistency): Promise<void> {
  if (older.size > newer.size)
    throw new ProofWrong(`The log has ${newer.size} leaves now, and this browser kept a checkpoint of ${older.size}.`);
  const isSame = older.size === 0 || older.size === newer.size;
  const hashes = isSame ? [] : await readConsistency(older.size, newer.size);
  const bytes = hashes.flatMap((hash) => fromBase64(hash) ?? []);
  if (bytes.length !== hashes.length || !continues(older, newer, bytes))
    throw new ProofWrong(
      `The log’s first ${older.size} leaves are not those of the checkpoint that this browser kept.`,
    );
}
