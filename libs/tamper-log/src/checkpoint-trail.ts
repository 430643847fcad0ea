import type { RecordedEvent } from '#kernel';

import { type Checkpoint, openCheckpoint, type TreeHead } from './checkpoint.js';
import type { Finding, FindingKind } from './finding.js';
import { GrowingTree, type SubtreeClosed } from './growing-tree.js';
import { checkpointSigned, checkpointStream } from './log-checkpoints.js';
import type { NoteVerifier } from './note.js';

/** Leaves that may lie between a checkpoint's tree and the checkpoint itself; 32 bytes each. */
const maximumPending = 1_000_000;

/** A checkpoint's own event among the leaves. */
export interface LoggedCheckpoint {
  /** Index of the event's leaf. */
  readonly leaf: number;
  readonly stream: string;
  /** Decimal. */
  readonly revision: string;
  readonly eventId: string;
  readonly data: unknown;
}

/** The checkpoint that an event is; undefined where it is none. */
export function loggedCheckpoint(leaf: number, event: RecordedEvent): LoggedCheckpoint | undefined {
  const { stream, type, revision, id: eventId, data } = event;
  if (stream !== checkpointStream || type !== checkpointSigned.type) return undefined;
  return { leaf, stream, revision: revision.toString(), eventId, data };
}

/** A tree that follows the log as far as its checkpoints say, so that each is compared with the tree of its own size. */
export class CheckpointTrail {
  private readonly tree = GrowingTree.empty();
  private pending: Buffer[] = [];
  private at = 0;
  /** Checkpoints that were found in the log. */
  checkpoints = 0;

  /** @param kept tree heads from elsewhere, such as a regulator's file, that the log must have had; by size, ascending */
  constructor(
    private readonly verifier: NoteVerifier,
    private readonly report: (finding: Finding) => void,
    private readonly onClosed: SubtreeClosed,
    private readonly kept: TreeHead[] = [],
  ) {}

  get size(): number {
    return this.tree.size + this.pending.length - this.at;
  }

  leaf(hash: Buffer): void {
    this.pending.push(hash);
    if (this.pending.length - this.at > maximumPending) this.advance(this.tree.size + 1);
  }

  checkpoint({ leaf, stream, revision, eventId, data }: LoggedCheckpoint): void {
    this.checkpoints += 1;
    const finding = (kind: FindingKind, detail: string): void =>
      this.report({ kind, leaf, stream, revision, eventId, detail });
    let signed: Checkpoint;
    try {
      signed = openCheckpoint(checkpointSigned.schema.parse(data).note, this.verifier);
    } catch (error) {
      finding('checkpoint-invalid', error instanceof Error ? error.message : String(error));
      return;
    }
    if (signed.size > leaf || signed.size < this.tree.size) {
      finding('checkpoint-of-another-tree', `its tree of ${signed.size} leaves is none that the log had at that time`);
      return;
    }
    const before = this.tree.size;
    this.advance(signed.size);
    if (!this.tree.root.equals(signed.root))
      finding(
        'checkpoint-of-another-tree',
        `the log's first ${signed.size} leaves make another root; leaves from ${before} on are in doubt`,
      );
  }

  /** The root of everything. Kept heads that the log has not reached are findings. */
  end(): Buffer {
    this.advance(this.size);
    for (const { size } of this.kept) this.keptWrong(size, `the log has only ${this.tree.size} leaves`);
    return this.tree.root;
  }

  private advance(size: number): void {
    while (this.tree.size < size) {
      const hash = this.pending[this.at];
      if (hash === undefined) break;
      this.at += 1;
      this.tree.append(hash, this.onClosed);
      while (this.kept[0]?.size === this.tree.size) this.compareKept();
    }
    if (this.at * 2 < this.pending.length) return;
    this.pending = this.pending.slice(this.at);
    this.at = 0;
  }

  private compareKept(): void {
    const head = this.kept.shift();
    if (head && !head.root.equals(this.tree.root))
      this.keptWrong(head.size, `its first ${head.size} leaves make another root now`);
  }

  private keptWrong(size: number, why: string): void {
    const detail = `the log is not the one of the kept checkpoint of ${size} leaves: ${why}`;
    const leaf = Math.max(0, Math.min(size, this.tree.size) - 1);
    this.report({ kind: 'checkpoint-of-another-tree', leaf, stream: null, revision: null, eventId: null, detail });
  }
}
