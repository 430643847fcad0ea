/** One scavenge: what readers of streams no longer see is left out of sealed segments, batch by batch of them. */
import { steps } from '../index/steps.js';
import type { Table } from '../index/table.js';
import type { Disk } from '../storage/disk.js';
import type { LogReader } from '../storage/log-reader.js';
import type { LogSegment } from '../storage/log-segment.js';
import { createdAtMsOf, isTombstone, revisionAt, streamKeyAt } from '../storage/record.js';
import { rewritten, writeNewFile, type NewFile } from '../storage/segment-rewrite.js';
import type { EventIndex } from './event-index.js';
import type { HiddenEvents, StreamViews } from './stream-views.js';
import type { PreparedTable } from './table-keeper.js';

/** Segments that change their files together: their table is written anew once for all of them. */
export const segmentsPerBatch = 8;
/** Streams of which is remembered what they hide. */
const rememberedStreams = 50_000;
/** How often a batch is tried again when metadata was written meanwhile that shows what was to go. */
const attemptsPerBatch = 3;

export interface ScavengeTarget {
  readonly disk: Disk;
  readonly directory: string;
  readonly reader: LogReader;
  readonly index: EventIndex;
  readonly views: StreamViews;
}

export interface ScavengeReport {
  /** Segments that got a new file. */
  readonly segments: number;
  /** Bytes of files that are free now. */
  readonly bytes: number;
}

/** Walks all segments that are settled when it begins. */
export class ScavengeWork {
  private segments = 0;
  private bytes = 0;
  /** Streams whose metadata was written since the batch was begun. */
  private readonly changed = new Set<string>();

  constructor(
    private readonly target: ScavengeTarget,
    private readonly signal: AbortSignal,
  ) {}

  get report(): ScavengeReport {
    return { segments: this.segments, bytes: this.bytes };
  }

  /** Metadata of this stream is being written. */
  noteMetadata(streamKey: string): void {
    this.changed.add(streamKey);
  }

  /** Rejects with the signal's reason when it is aborted, with what the disk says when that fails: nothing is lost. */
  async run(): Promise<void> {
    const last = this.target.reader.settledSegments.at(-1)?.header.number ?? 0;
    for (let next = 1; next <= last;) {
      const batch = await this.target.index.keeper.exclusively(() => this.tryBatch(next, last));
      if (batch === 0) return;
      next += batch;
    }
  }

  /** Answers how many segments were dealt with from the one numbered `first` on; 0 when those there have no table yet. */
  private async tryBatch(first: number, last: number): Promise<number> {
    const table = this.target.index.streams.tables.find(({ footer }) => footer.lastSegment >= first);
    if (table === undefined) return 0;
    const end = Math.min(last, table.footer.lastSegment, first + segmentsPerBatch - 1);
    const segments = this.target.reader.settledSegments.filter(
      ({ header }) => header.number >= first && header.number <= end,
    );
    for (let attempt = 0; attempt < attemptsPerBatch; attempt += 1) if (await this.batch(table, segments)) break;
    return end - first + 1;
  }

  /** False when what was to go may have come into sight again meanwhile: nothing was changed then. */
  private async batch(table: Table, segments: readonly LogSegment[]): Promise<boolean> {
    this.changed.clear();
    const removal = new Removal(this.target.views);
    const files: NewFile[] = [];
    let prepared: PreparedTable | null = null;
    let isSwapped = false;
    try {
      for (const segment of segments) files.push(...(await this.newFile(segment, removal)));
      if (files.length === 0) return true;
      const summaries = table.segments.map(
        (summary) => files.find(({ segment }) => segment.header.number === summary.number)?.segment.summary ?? summary,
      );
      prepared = await this.target.index.keeper.prepare(table, summaries, removal.removedBefore);
      this.signal.throwIfAborted();
      if ([...this.changed].some((streamKey) => removal.isVisibleAgain(streamKey))) return false;
      this.swap(prepared, files);
      isSwapped = true;
    } finally {
      if (!isSwapped) {
        prepared?.abandon();
        for (const file of files) await file.abandon();
      }
    }
    for (const file of files) await file.takeName();
    await this.target.disk.syncDirectory(this.target.directory);
    return true;
  }

  /**
   * From here on the new files are what is read, all of them at once. A crash before they have their names leaves the
   * old ones, whose table is then made again.
   */
  private swap(prepared: PreparedTable, files: readonly NewFile[]): void {
    const { reader } = this.target;
    const segments = files.map(({ segment }) => segment);
    const before = reader.settledSegments.filter(({ header }) =>
      segments.some((segment) => segment.header.number === header.number),
    );
    prepared.publish();
    this.bytes += fileBytes(before) - fileBytes(segments);
    this.segments += segments.length;
    reader.replace(segments);
  }

  /** The segment's new file, or none when nothing of it goes. */
  private async newFile(segment: LogSegment, removal: Removal): Promise<NewFile[]> {
    this.signal.throwIfAborted();
    const source = await segment.readWholeLater();
    const isRemovable = (buffer: Buffer, at: number): boolean => removal.takes(buffer, at);
    const bytes = await steps(rewritten(segment, source, isRemovable), this.signal);
    if (bytes === null) return [];
    return [await writeNewFile(this.target.disk, this.target.directory, segment, bytes)];
  }
}

const fileBytes = (segments: readonly LogSegment[]): number =>
  segments.reduce((sum, { fileBytes }) => sum + fileBytes, 0);

/** What a batch takes out of streams. */
class Removal {
  /** For each stream the revision behind the last one that goes. */
  readonly removedBefore = new Map<string, number>();
  private readonly hidden = new Map<string, HiddenEvents>();

  constructor(private readonly views: StreamViews) {}

  /** Whether the event whose record starts at `at` goes. A tombstone stays for good. */
  takes(buffer: Buffer, at: number): boolean {
    if (isTombstone(buffer, at)) return false;
    const streamKey = streamKeyAt(buffer, at);
    const { before, agedBefore, createdBeforeMs } = this.hiddenOf(streamKey);
    const revision = revisionAt(buffer, at);
    if (revision >= before && (revision >= agedBefore || createdAtMsOf(buffer, at) >= createdBeforeMs)) return false;
    this.removedBefore.set(streamKey, revision + 1);
    return true;
  }

  /** Whether a reader of the stream would find, as its metadata is now, what was to go. */
  isVisibleAgain(streamKey: string): boolean {
    const { before, agedBefore } = this.views.hiddenEvents(streamKey);
    return Math.max(before, agedBefore) < (this.removedBefore.get(streamKey) ?? 0);
  }

  private hiddenOf(streamKey: string): HiddenEvents {
    const known = this.hidden.get(streamKey);
    if (known !== undefined) return known;
    if (this.hidden.size >= rememberedStreams) this.hidden.clear();
    const hidden = this.views.hiddenEvents(streamKey);
    this.hidden.set(streamKey, hidden);
    return hidden;
  }
}
