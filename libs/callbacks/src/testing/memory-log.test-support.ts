import {
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type Feed,
  type FeedConsumer,
  type NewEvent,
  type ReadStreamOptions,
  RevisionConflict,
} from '#event-sourcing';
import type { EventMetadata, RecordedEvent } from '#kernel';

/** An answer is that old when it arrives. */
const readingTurns = 6;

/** A log in memory, as both the store and the feed of specs. */
export class MemoryLog implements Feed, Pick<EventStore, 'append' | 'readStream' | 'lastPosition'> {
  readonly events: RecordedEvent[] = [];
  private waiters: (() => void)[] = [];

  get head(): bigint | undefined {
    return this.events.at(-1)?.position;
  }

  write(stream: string, type: string, data: object, hallId = 'h1'): RecordedEvent {
    return this.record(stream, {
      id: `event-${this.nextPosition}`,
      type,
      data: { ...data },
      metadata: metadata(hallId),
    });
  }

  append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendResult> {
    const revision = this.nextRevision(stream) - 1n;
    if (expected !== 'any' && revision !== (expected === 'no-stream' ? -1n : expected))
      return Promise.reject(new RevisionConflict(stream, expected, revision));
    const last = events.map((event) => this.record(stream, event)).at(-1);
    return Promise.resolve({ revision: last?.revision ?? revision, position: last?.position ?? 0n });
  }

  lastPosition(): Promise<bigint | undefined> {
    return Promise.resolve(this.head);
  }

  async *readStream(stream: string, { from = 0n, maxCount }: ReadStreamOptions): AsyncIterable<RecordedEvent> {
    const found = this.events.filter((event) => event.stream === stream && event.revision >= from).slice(0, maxCount);
    for (let turn = 0; turn < readingTurns; turn += 1) await Promise.resolve();
    yield* found;
  }

  async consume({ after = -1n, maximumBatch, handle, signal }: FeedConsumer): Promise<void> {
    let done = after;
    while (!signal.aborted) {
      const events = this.events.filter(({ position }) => position > done).slice(0, maximumBatch);
      const through = events.at(-1)?.position;
      if (through === undefined) await this.changed(signal);
      else {
        await handle({ events, through });
        done = through;
      }
    }
  }

  private get nextPosition(): bigint {
    return BigInt(this.events.length + 1) * 10n;
  }

  private nextRevision(stream: string): bigint {
    return BigInt(this.events.filter((event) => event.stream === stream).length);
  }

  private record(stream: string, event: NewEvent): RecordedEvent {
    const { nextPosition: position } = this;
    const recorded = { ...event, stream, revision: this.nextRevision(stream), position, recordedAt: new Date(0) };
    this.events.push(recorded);
    const { waiters } = this;
    this.waiters = [];
    for (const wake of waiters) wake();
    return recorded;
  }

  private changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.waiters.push(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

const metadata = (hallId: string): EventMetadata => ({
  $correlationId: 'c',
  $causationId: 'c',
  commandId: '0d4f5f0e-3f3c-5b66-9c54-6f0f8a1f0002',
  actor: { kind: 'client', id: 'c1' },
  hallId,
  gamingDate: '2026-11-23',
  occurredAt: '2026-11-23T12:00:00.000Z',
});
