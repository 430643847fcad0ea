import type { RecordedEvent } from '#kernel';

import { align, type Candidate } from './alignment.js';
import type { TreeHead } from './checkpoint.js';
import { loggedCheckpoint } from './checkpoint-trail.js';
import { entryText } from './entry.js';
import type { Finding } from './finding.js';
import { hashEntry } from './hashing.js';
import type { LogStorage } from './log-storage.js';
import { loggedEntries } from './logged-entries.js';
import { Lookahead, readAhead } from './lookahead.js';
import type { NoteVerifier } from './note.js';
import { TileCheck } from './tile-check.js';
import { tileWidth } from './tile-path.js';
import { TreeMaker } from './tree-maker.js';

export interface VerificationOptions {
  /** The whole store from its beginning, in its order, page by page. */
  readonly events: AsyncIterable<readonly RecordedEvent[]>;
  readonly storage: LogStorage;
  readonly verifier: NoteVerifier;
  /** Tree heads that somebody kept: the log must have had them. */
  readonly kept?: readonly TreeHead[];
  /** Told every 256 leaves. */
  readonly onProgress?: (leaves: number, size: number) => void;
}

export interface Verification {
  /** Leaves that were read. */
  readonly size: number;
  /** Root of the tree over them, base64. */
  readonly root: string;
  /** Events after the last leaf: they are logged within a second or so. */
  readonly notYetLogged: number;
  /** Checkpoints among the leaves. */
  readonly checkpoints: number;
  /** By leaf. */
  readonly findings: readonly Finding[];
  /** Findings beyond the ones listed. */
  readonly furtherFindings: number;
}

const maximumFindings = 100;
/** How far ahead a displaced event is looked for, on both sides, in events. */
const windowLength = 1_024;
/** Leaves between two comparisons of the tiles that they filled: 32 tiles, which are read with one query. */
const leavesOfComparison = 32 * tileWidth;

/** Reads the whole store and the whole log and names what they disagree on, leaf by leaf. */
export async function verifyLog(options: VerificationOptions): Promise<Verification> {
  const size = (await options.storage.readState())?.size ?? 0;
  const reading = new LogReading(options, size);
  await reading.compareAll();
  return reading.result();
}

class LogReading {
  private readonly store: Lookahead<RecordedEvent>;
  private readonly log: Lookahead<string>;
  private readonly tiles: TileCheck;
  private readonly tree: TreeMaker;
  private readonly findings: Finding[] = [];
  private readonly displaced = new Set<string>();
  private found = 0;
  private index = 0;

  constructor(
    private readonly options: VerificationOptions,
    private readonly size: number,
  ) {
    const { events, storage, verifier, kept } = options;
    this.store = new Lookahead(readAhead(events));
    this.log = new Lookahead(loggedEntries(storage, { start: 0, end: size }));
    this.tiles = new TileCheck(storage, (finding) => this.report(finding));
    this.tree = new TreeMaker(verifier, kept);
  }

  async compareAll(): Promise<void> {
    for (;;) {
      const logged = this.log.first ?? (await this.log.fill());
      if (logged === undefined) break;
      const event = this.store.first ?? (await this.store.fill());
      const expected = event && entryText(this.index, event);
      if (expected !== logged) await this.disagree(logged, expected);
      else this.accept(logged, event);
      if (this.index % tileWidth === 0) await this.pause();
    }
  }

  async result(): Promise<Verification> {
    const root = this.tree.end().toString('base64');
    await this.compareTiles();
    if (this.index < this.size) this.entriesLost();
    const { findings, found, index, tree } = this;
    return {
      size: index,
      root,
      notYetLogged: await this.store.drain(),
      checkpoints: tree.checkpoints,
      findings: findings.sort((a, b) => a.leaf - b.leaf),
      furtherFindings: found - findings.length,
    };
  }

  /** The next leaf is in the log; where the store has it too, `event` is it. */
  private accept(logged: string, event: RecordedEvent | undefined): void {
    this.tree.leaf(hashEntry(logged));
    const checkpoint = event && loggedCheckpoint(this.index, event);
    if (checkpoint) this.tree.checkpoint(checkpoint);
    this.log.take();
    if (event) this.store.take();
    this.index += 1;
  }

  private async disagree(entry: string, expected: string | undefined): Promise<void> {
    const event = this.store.first;
    const hash = await this.tiles.leafOf(this.index);
    if (event && expected !== undefined && hash?.equals(hashEntry(expected)) === true) {
      const { stream, revision, id: eventId } = event;
      const detail = 'the stored entry is not the one whose hash is in the tree; the store still has the event';
      this.report({ kind: 'entry-changed', leaf: this.index, stream, revision: `${revision}`, eventId, detail });
      this.accept(expected, event);
      return;
    }
    const stored = (await this.store.peek(windowLength)).map(candidateOf);
    const logged = await this.log.peek(windowLength);
    const { finding, store, log } = align({ index: this.index, stored, logged, displaced: this.displaced });
    this.report(finding);
    if (log === 1) this.accept(entry, undefined);
    if (store === 1) this.store.take();
  }

  /** After every bundle: what was filled is compared, once it is enough, and somebody may be told. */
  private async pause(): Promise<void> {
    if (this.index % leavesOfComparison === 0) await this.compareTiles();
    this.options.onProgress?.(this.index, this.size);
  }

  private async compareTiles(): Promise<void> {
    const { tiles, findings } = this.tree.take();
    for (const finding of findings) this.report(finding);
    await this.tiles.compareAll(tiles);
  }

  private entriesLost(): void {
    const detail = `the log says that it has ${this.size} leaves, and the entries end here`;
    this.report({ kind: 'tile-missing', leaf: this.index, stream: null, revision: null, eventId: null, detail });
  }

  private report(finding: Finding): void {
    this.found += 1;
    if (this.findings.length < maximumFindings) this.findings.push(finding);
  }
}

const candidateOf = (event: RecordedEvent): Candidate => ({
  id: event.id,
  stream: event.stream,
  revision: event.revision.toString(),
  entryAt: (index) => entryText(index, event),
});
