import { EngineStopped } from '../errors.js';
import type { EventToStore } from '../storage/event-message.js';
import { Log, recordsBytes } from '../storage/log.js';
import { eventIdAt, revisionAt, streamKeyAt } from '../storage/record.js';
import type { Repair } from '../storage/recovery.js';
import { decideAppend, type ExpectedRevision, type StreamFacts } from './append-rules.js';
import { EventIndex } from './event-index.js';

export interface StoreOptions {
  readonly directory: string;
  readonly segmentBytes: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onFailure: (error: Error) => void;
}

export interface Append {
  /** The stream's name, one character a byte. */
  readonly streamKey: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly EventToStore[];
}

/** How an append ended; `null` stands for a stream, or a position, that is not there. */
export type AppendOutcome =
  | { readonly kind: 'appended'; readonly revision: number | null; readonly position: number | null }
  | { readonly kind: 'wrong-expected-version'; readonly current: number | null }
  | { readonly kind: 'stream-deleted' };

/** The event store apart from any protocol: append rules over the log, and where to find what was appended. */
export class Store {
  private waitingForRoom = 0;
  private roomQueue: Promise<void> = Promise.resolve();
  private stopped = false;

  private constructor(
    private readonly options: StoreOptions,
    readonly log: Log,
    readonly index: EventIndex,
  ) {}

  /** Opens the store of a directory, or starts one. Throws DataDamaged or FormatRefused. */
  static async open(options: StoreOptions): Promise<Store> {
    const index = new EventIndex();
    const log = await Log.open({ ...options, visitor: index });
    return new Store(options, log, index);
  }

  /** What recovery cleared, if anything. */
  get repair(): Repair | null {
    return this.log.repair;
  }

  /**
   * Appends events to a stream. Resolves when the outcome, a refusal too, rests on what is durable; rejects with NoRoom
   * when nothing was stored, with another error when the outcome is unknown.
   */
  async append(append: Append): Promise<AppendOutcome> {
    await this.roomFor(recordsBytes(append.events));
    const facts = this.factsOf(append.streamKey);
    const decision = decideAppend(
      append.expected,
      append.events.map(({ id }) => id),
      facts,
    );
    switch (decision.kind) {
      case 'store':
        return this.write(append, decision.firstRevision);
      case 'repeat':
        return this.answerRepeat(append.streamKey, decision.revision);
      default:
        await this.log.whenDurable(this.log.tailPosition);
        return decision;
    }
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

  /** The last revision a reader may see; -1 when there is none. */
  lastDurableRevision(stream: number): number {
    const { streams } = this.index;
    let revision = streams.lastRevision(stream);
    while (revision >= 0 && streams.position(stream, revision) >= this.log.durable) revision -= 1;
    return revision;
  }

  /** Takes no more appends, writes what is left and closes the files. */
  async close(): Promise<void> {
    this.stopped = true;
    await this.log.close();
  }

  private async roomFor(byteCount: number): Promise<void> {
    if (this.stopped) throw new EngineStopped('the event store is stopping');
    if (this.waitingForRoom === 0 && this.log.fits(byteCount)) return;
    this.waitingForRoom += 1;
    try {
      do {
        this.roomQueue = this.roomQueue.catch(() => undefined).then(() => this.log.makeRoom(byteCount));
        await this.roomQueue;
      } while (!this.log.fits(byteCount));
    } finally {
      this.waitingForRoom -= 1;
    }
  }

  private factsOf(streamKey: string): StreamFacts {
    const { streams, recentIds } = this.index;
    const stream = streams.find(streamKey);
    return {
      lastRevision: stream === null ? -1 : streams.lastRevision(stream),
      isSoftDeleted: false,
      isTombstoned: stream !== null && streams.tombstone(stream) !== null,
      hasIdAt: (revision, id) => {
        const position = stream === null ? -1 : streams.position(stream, revision);
        return position >= 0 && this.hasId(position, id);
      },
      revisionOf: (id) => {
        const position = recentIds.find(id, (candidate) => this.hasId(candidate, id, streamKey));
        if (position === null) return null;
        const { buffer, start } = this.log.record(position);
        return revisionAt(buffer, start);
      },
    };
  }

  private hasId(position: number, id: Buffer, streamKey?: string): boolean {
    const { buffer, start } = this.log.record(position);
    return eventIdAt(buffer, start).equals(id) && (streamKey === undefined || streamKeyAt(buffer, start) === streamKey);
  }

  private async write({ streamKey, events }: Append, firstRevision: number): Promise<AppendOutcome> {
    if (events.length === 0) return this.answerNothing(firstRevision - 1);
    const stream = this.index.streams.findOrStart(streamKey);
    const revisions = events.map((_, ordinal) => firstRevision + ordinal);
    const { positions, endPosition } = this.log.append(events, revisions, this.options.now());
    for (const [ordinal, { id }] of events.entries()) this.index.add(stream, id, positions[ordinal] ?? 0, false);
    await this.log.whenDurable(endPosition);
    return { kind: 'appended', revision: firstRevision + events.length - 1, position: positions.at(-1) ?? null };
  }

  private async answerNothing(lastRevision: number): Promise<AppendOutcome> {
    await this.log.whenDurable(this.log.tailPosition);
    return { kind: 'appended', revision: lastRevision < 0 ? null : lastRevision, position: this.log.durable };
  }

  private async answerRepeat(streamKey: string, revision: number): Promise<AppendOutcome> {
    const stream = this.index.streams.findOrStart(streamKey);
    const position = this.index.streams.position(stream, revision);
    await this.log.whenDurable(position + 1);
    return { kind: 'appended', revision, position };
  }
}
