import { dataIn } from '../storage/event-message.js';
import type { LogReader } from '../storage/log-reader.js';
import { createdAtMsOf, messageAt } from '../storage/record.js';
import type { StreamIndex } from '../index/stream-index.js';
import {
  describedStreamOf,
  firstByCount,
  isMetadataStream,
  metadataOfMetadata,
  metadataStreamOf,
  noMetadata,
  readMetadata,
  softDeletedTruncation,
  type StreamMetadata,
} from './stream-metadata.js';

/** Streams whose metadata is remembered. */
const rememberedMetadata = 10_000;

/** What a reader finds of a stream: nothing, a tombstone, or the events `first` to `last` (none if `first > last`). */
export type StreamView =
  | { readonly kind: 'missing' }
  | { readonly kind: 'tombstoned'; readonly position: number }
  | { readonly kind: 'events'; readonly first: number; readonly last: number };

/** The events of a stream that its metadata, or its end, hides from readers. The last one is never among them. */
export interface HiddenEvents {
  /** Those before this revision, all of them when the stream has ended for good. */
  readonly before: number;
  /** Those before this revision that are old enough. */
  readonly agedBefore: number;
  /** Milliseconds since 1970. */
  readonly createdBeforeMs: number;
}

const allHidden: HiddenEvents = { before: Infinity, agedBefore: Infinity, createdBeforeMs: Infinity };
const noneHidden: HiddenEvents = { before: 0, agedBefore: 0, createdBeforeMs: 0 };

/** Streams as readers see them, with their metadata applied. */
export class StreamViews {
  private readonly metadata = new Map<string, { readonly revision: number; readonly metadata: StreamMetadata }>();

  constructor(
    private readonly streams: StreamIndex,
    private readonly log: LogReader,
    private readonly now: () => number,
  ) {}

  /** The stream as it is now, durable events only. */
  view(streamKey: string): StreamView {
    const tombstone = this.tombstone(streamKey);
    if (tombstone !== null && tombstone < this.log.durable) return { kind: 'tombstoned', position: tombstone };
    const last = this.lastDurableRevision(streamKey);
    const metadata = this.metadataOf(streamKey);
    if (last < 0 || metadata.truncateBefore === softDeletedTruncation) return { kind: 'missing' };
    return { kind: 'events', first: this.firstVisible(streamKey, metadata, last), last };
  }

  /** What no reader of the stream finds, now and as long as its metadata stays; nothing while that is not durable. */
  hiddenEvents(streamKey: string): HiddenEvents {
    const tombstone = this.tombstone(streamKey);
    if (tombstone !== null && tombstone < this.log.durable) return allHidden;
    const last = this.lastDurableRevision(streamKey);
    if (last < 0 || !this.isMetadataDurable(streamKey)) return noneHidden;
    const metadata = this.metadataOf(streamKey);
    return {
      before: Math.min(firstByCount(metadata, last), last),
      agedBefore: Math.min(this.firstVisible(streamKey, metadata, last), last),
      createdBeforeMs: this.now() - (metadata.maxAgeMs ?? 0),
    };
  }

  private firstVisible(streamKey: string, metadata: StreamMetadata, last: number): number {
    const first = Math.max(firstByCount(metadata, last), this.streams.firstRevision(streamKey));
    if (metadata.maxAgeMs === null) return first;
    return this.firstSince(streamKey, first, last, this.now() - metadata.maxAgeMs);
  }

  private isMetadataDurable(streamKey: string): boolean {
    const metadataStream = metadataStreamOf(streamKey);
    return this.streams.lastRevision(metadataStream) === this.lastDurableRevision(metadataStream);
  }

  /** Position of the tombstone of the stream, or of the stream whose metadata it holds. */
  tombstone(streamKey: string): number | null {
    const described = isMetadataStream(streamKey) ? describedStreamOf(streamKey) : streamKey;
    return this.streams.tombstone(described);
  }

  isSoftDeleted(streamKey: string): boolean {
    return this.metadataOf(streamKey).truncateBefore === softDeletedTruncation;
  }

  /** The metadata in the last event of the stream's metadata stream, durable or not. */
  metadataOf(streamKey: string): StreamMetadata {
    if (isMetadataStream(streamKey)) return metadataOfMetadata;
    const metadataStream = metadataStreamOf(streamKey);
    const revision = this.streams.lastRevision(metadataStream);
    if (revision < 0) return noMetadata;
    const known = this.metadata.get(streamKey);
    if (known?.revision === revision) return known.metadata;
    const position = this.streams.position(metadataStream, revision);
    if (position < 0) return noMetadata;
    const { buffer, start } = this.log.record(position);
    const metadata = readMetadata(dataIn(messageAt(buffer, start)));
    if (this.metadata.size >= rememberedMetadata) this.metadata.clear();
    this.metadata.set(streamKey, { revision, metadata });
    return metadata;
  }

  /** The last revision a reader may see; -1 when there is none. */
  lastDurableRevision(streamKey: string): number {
    let revision = this.streams.lastRevision(streamKey);
    while (revision >= 0 && this.streams.position(streamKey, revision) >= this.log.durable) revision -= 1;
    return revision;
  }

  /** The first revision from `first` on that was created at or after `sinceMs`; `last + 1` when none was. */
  private firstSince(streamKey: string, first: number, last: number, sinceMs: number): number {
    let low = first;
    let high = last + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const { buffer, start } = this.log.record(this.streams.position(streamKey, middle));
      if (createdAtMsOf(buffer, start) < sinceMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
