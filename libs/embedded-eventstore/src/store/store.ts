import type { Disk } from '../storage/disk.js';
import type { EventToStore } from '../storage/event-message.js';
import { tombstoneRevision } from '../storage/event-message.js';
import { Log, recordsBytes } from '../storage/log.js';
import type { LogReader } from '../storage/log-reader.js';
import { eventIdAt, recordFlag, revisionAt, streamKeyAt } from '../storage/record.js';
import type { Repair } from '../storage/recovery.js';
import {
  decideAppend,
  type Append,
  type AppendDecision,
  type ExpectedRevision,
  type StreamFacts,
} from './append-rules.js';
import { EventIndex } from './event-index.js';
import { RoomQueue } from './room-queue.js';
import { Scavenger } from './scavenger.js';
import {
  describedStreamOf,
  isMetadataStream,
  metadataStreamOf,
  parsedMetadata,
  revivedData,
  softDeleteData,
} from './stream-metadata.js';
import { StreamViews } from './stream-views.js';
import { metadataEvent, tombstoneEvent } from './system-events.js';

export interface StoreOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly segmentBytes: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onFailure: (error: Error) => void;
}

/** How an append ended; `null` stands for a stream, or a position, that is not there. */
export type AppendOutcome =
  { readonly kind: 'appended'; readonly revision: number | null; readonly position: number | null } | Refused;
export type Refused = Extract<AppendDecision, { kind: 'wrong-expected-version' | 'stream-deleted' }>;
export type DeleteOutcome = { readonly kind: 'deleted'; readonly position: number } | Refused;

/** Room for the metadata event that may have to follow an append, beyond the append's own size again. */
const metadataEventBytes = 1024;

/** The event store apart from any protocol: append rules over the log, and where to find what was appended. */
export class Store {
  readonly views: StreamViews;
  readonly scavenger: Scavenger;
  private readonly room: RoomQueue;

  private constructor(
    private readonly options: StoreOptions,
    readonly log: Log,
    readonly index: EventIndex,
  ) {
    this.views = new StreamViews(index.streams, log.reader, options.now);
    this.room = new RoomQueue(log);
    const target = { ...options, reader: log.reader, index, views: this.views };
    this.scavenger = new Scavenger(target, (append) => this.append(append));
  }

  /** Opens the store of a directory, or starts one. Throws DataDamaged or FormatRefused. */
  static async open(options: StoreOptions): Promise<Store> {
    const index = new EventIndex(options.directory);
    const log = await Log.open({ ...options, visitor: index });
    return new Store(options, log, index);
  }

  /** Everything that is durable. */
  get reader(): LogReader {
    return this.log.reader;
  }

  /** What recovery cleared, if anything. */
  get repair(): Repair | null {
    return this.log.repair;
  }

  /**
   * Appends events to a stream. Resolves when the outcome, a refusal too, rests on what is durable; rejects with NoRoom
   * when nothing was stored, with another error when the outcome is unknown.
   */
  append(append: Append): Promise<AppendOutcome> {
    return this.room.with(2 * recordsBytes(append.events) + metadataEventBytes, () => this.decideAndStore(append));
  }

  private decideAndStore({ streamKey, expected, events }: Append): Promise<AppendOutcome> {
    const decision = decideAppend(
      expected,
      events.map(({ id }) => id),
      this.factsOf(streamKey),
    );
    switch (decision.kind) {
      case 'store':
        return this.store(streamKey, events, decision.firstRevision);
      case 'repeat':
        return this.answerRepeat(streamKey, decision.revision);
      default:
        return this.refuse(decision);
    }
  }

  /** Hides a stream's events until it is written again, by replacing its metadata. */
  softDelete(streamKey: string, expected: ExpectedRevision): Promise<DeleteOutcome> {
    const event = metadataEvent(streamKey, softDeleteData);
    return this.room.with(recordsBytes([event]), () => this.decideAndDelete(streamKey, expected, event));
  }

  private async decideAndDelete(
    streamKey: string,
    expected: ExpectedRevision,
    event: EventToStore,
  ): Promise<DeleteOutcome> {
    const facts = this.factsOf(streamKey);
    const decision = decideAppend(expected, [], facts);
    if (decision.kind === 'wrong-expected-version' || decision.kind === 'stream-deleted') return this.refuse(decision);
    const isMissing = facts.lastRevision < 0 || facts.isSoftDeleted;
    if (expected === 'any' && isMissing) return this.refuse({ kind: 'wrong-expected-version', current: null });
    const metadataStream = metadataStreamOf(streamKey);
    const position = await this.write([event], [this.nextRevision(metadataStream)]);
    return { kind: 'deleted', position };
  }

  /** Ends a stream for good. */
  tombstone(streamKey: string, expected: ExpectedRevision): Promise<DeleteOutcome> {
    const event = tombstoneEvent(streamKey);
    return this.room.with(recordsBytes([event]), () => this.decideAndEnd(streamKey, expected, event));
  }

  private async decideAndEnd(
    streamKey: string,
    expected: ExpectedRevision,
    event: EventToStore,
  ): Promise<DeleteOutcome> {
    const decision = decideAppend(expected, [], this.factsOf(streamKey));
    if (decision.kind === 'wrong-expected-version' || decision.kind === 'stream-deleted') return this.refuse(decision);
    const position = await this.write([event], [tombstoneRevision], recordFlag.tombstone);
    return { kind: 'deleted', position };
  }

  /** Resolves when more than `position` is durable, or `signal` is aborted. */
  async moreThan(position: number, signal: AbortSignal): Promise<void> {
    if (this.log.durable > position || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        unsubscribe();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const unsubscribe = this.log.onDurable(done);
      signal.addEventListener('abort', done);
    });
  }

  /** Takes no more appends, writes what is left and closes the files. */
  async close(): Promise<void> {
    await this.scavenger.close();
    this.room.close();
    await this.log.close();
    await this.index.close();
  }

  private factsOf(streamKey: string): StreamFacts {
    const { streams, recentIds } = this.index;
    return {
      lastRevision: streams.lastRevision(streamKey),
      isSoftDeleted: this.views.isSoftDeleted(streamKey),
      isTombstoned: this.views.tombstone(streamKey) !== null,
      hasIdAt: (revision, id) => {
        const position = streams.position(streamKey, revision);
        return position >= 0 && this.hasId(position, id);
      },
      revisionOf: (id) => {
        const position = recentIds.find(id, (candidate) => this.hasId(candidate, id, streamKey));
        if (position === null) return null;
        const { buffer, start } = this.reader.record(position);
        return revisionAt(buffer, start);
      },
    };
  }

  /** Not of an event whose space was given back: nobody remembers its id. */
  private hasId(position: number, id: Buffer, streamKey?: string): boolean {
    const found = this.reader.find(position);
    if (found === null) return false;
    const { buffer, start } = found;
    return eventIdAt(buffer, start).equals(id) && (streamKey === undefined || streamKeyAt(buffer, start) === streamKey);
  }

  private nextRevision(streamKey: string): number {
    return this.index.streams.lastRevision(streamKey) + 1;
  }

  private store(streamKey: string, events: readonly EventToStore[], firstRevision: number): Promise<AppendOutcome> {
    if (events.length === 0) return this.answerNothing(firstRevision - 1);
    const revisions = events.map((_, ordinal) => firstRevision + ordinal);
    const revision = firstRevision + events.length - 1;
    const outcome = (position: number): AppendOutcome => ({ kind: 'appended', revision, position });
    const revival = this.revival(streamKey, events, firstRevision);
    if (revival === null) return this.write(events, revisions).then(outcome);
    return this.write([...events, revival.event], [...revisions, revival.revision], 0, events.length).then(outcome);
  }

  /** The metadata event that has to be stored with an append that brings a soft-deleted stream back. */
  private revival(
    streamKey: string,
    events: readonly EventToStore[],
    firstRevision: number,
  ): { event: EventToStore; revision: number } | null {
    if (!isMetadataStream(streamKey)) {
      if (!this.views.isSoftDeleted(streamKey)) return null;
      const metadataStream = metadataStreamOf(streamKey);
      return {
        event: metadataEvent(streamKey, revivedData(firstRevision)),
        revision: this.nextRevision(metadataStream),
      };
    }
    const described = describedStreamOf(streamKey);
    const metadata = parsedMetadata(events.at(-1)?.data ?? Buffer.alloc(0));
    if (!this.views.isSoftDeleted(described) || metadata === null) return null;
    const data = revivedData(this.nextRevision(described), metadata);
    return { event: metadataEvent(described, data), revision: firstRevision + events.length };
  }

  /** Writes one append; answers the position of the last of its first `counted` events once all of it is durable. */
  private write(
    events: readonly EventToStore[],
    revisions: readonly number[],
    flags = 0,
    counted = events.length,
  ): Promise<number> {
    const { positions, endPosition } = this.log.append(events, revisions, this.options.now(), flags);
    let streamName: Buffer | null = null;
    let streamKey = '';
    for (const [ordinal, event] of events.entries()) {
      if (event.streamName !== streamName) {
        streamName = event.streamName;
        streamKey = streamName.toString('latin1');
        if (isMetadataStream(streamKey)) this.scavenger.noteMetadata(describedStreamOf(streamKey));
      }
      const isTombstone = flags === recordFlag.tombstone;
      this.index.add(streamKey, event.id, positions[ordinal] ?? 0, revisions[ordinal] ?? 0, isTombstone);
    }
    const position = positions[counted - 1] ?? endPosition;
    return this.log.whenDurable(endPosition).then(() => position);
  }

  /** A refusal rests on what may not be durable yet. */
  private async refuse(refused: Refused): Promise<Refused> {
    await this.log.whenDurable(this.log.tail);
    return refused;
  }

  private async answerNothing(lastRevision: number): Promise<AppendOutcome> {
    await this.log.whenDurable(this.log.tail);
    return { kind: 'appended', revision: lastRevision < 0 ? null : lastRevision, position: this.log.durable };
  }

  private async answerRepeat(streamKey: string, revision: number): Promise<AppendOutcome> {
    const position = this.index.streams.position(streamKey, revision);
    await this.log.whenDurable(position + 1);
    const view = this.views.view(streamKey);
    const isVisible = view.kind === 'events' && revision >= view.first;
    return { kind: 'appended', revision, position: isVisible ? position : null };
  }
}
