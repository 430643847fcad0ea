import type { TreeHead } from './checkpoint.js';
import { CheckpointTrail, type LoggedCheckpoint } from './checkpoint-trail.js';
import type { Finding } from './finding.js';
import type { StoredTile } from './log-storage.js';
import type { NoteVerifier } from './note.js';
import { tileHeight, tileWidth } from './tile-path.js';

/** What leaves made: the tiles that they filled, and what is wrong with the checkpoints among them. */
export interface Made {
  readonly tiles: readonly StoredTile[];
  readonly findings: readonly Finding[];
}

/** Makes tiles and tree of a log from its leaves, and holds them against the log's checkpoints. Knows no storage. */
export class TreeMaker {
  private readonly trail: CheckpointTrail;
  private readonly levels: { index: number; hashes: Buffer[] }[] = [];
  private tiles: StoredTile[] = [];
  private findings: Finding[] = [];

  /** @param kept tree heads that somebody kept: the log must have had them */
  constructor(verifier: NoteVerifier, kept: readonly TreeHead[] = []) {
    const report = (finding: Finding): void => void this.findings.push(finding);
    const onClosed = (height: number, hash: Buffer): void => {
      if (height % tileHeight === 0) this.note(height / tileHeight, hash);
    };
    const bySize = [...kept].sort((a, b) => a.size - b.size);
    this.trail = new CheckpointTrail(verifier, report, onClosed, bySize);
  }

  /** Checkpoints among the leaves so far. */
  get checkpoints(): number {
    return this.trail.checkpoints;
  }

  leaf(hash: Buffer): void {
    this.note(0, hash);
    this.trail.leaf(hash);
  }

  /** The leaf that came last is a checkpoint's own event. */
  checkpoint(checkpoint: LoggedCheckpoint): void {
    this.trail.checkpoint(checkpoint);
  }

  /** What was made since it was last taken. */
  take(): Made {
    const { tiles, findings } = this;
    [this.tiles, this.findings] = [[], []];
    return { tiles, findings };
  }

  /** The root. What is then taken are the tiles that are not full; a last one of leaves is not stored, and not among them. */
  end(): Buffer {
    const root = this.trail.end();
    for (const [level, { index, hashes }] of this.levels.entries())
      if (level > 0 && hashes.length > 0) this.tiles.push({ level, index, hashes: Buffer.concat(hashes) });
    return root;
  }

  /** The next hash of a level. */
  private note(level: number, hash: Buffer): void {
    const tile = (this.levels[level] ??= { index: 0, hashes: [] });
    tile.hashes.push(hash);
    if (tile.hashes.length < tileWidth) return;
    this.tiles.push({ level, index: tile.index, hashes: Buffer.concat(tile.hashes) });
    this.levels[level] = { index: tile.index + 1, hashes: [] };
  }
}
