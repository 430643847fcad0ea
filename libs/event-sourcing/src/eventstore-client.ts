import {
  type AllStreamResolvedEvent,
  BACKWARDS,
  END,
  EventStoreDBClient,
  excludeSystemEvents,
  FORWARDS,
  jsonEvent,
  NO_STREAM,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';

import type { RecordedEvent } from '#kernel';

import {
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type ReadStreamOptions,
} from './event-store.js';
import { OutcomeUnknown, RevisionConflict, StoreUnavailable } from './event-store.js';
import { inBatches } from './in-batches.js';
import { decodeBytesNatively } from './protobuf-bytes.js';
import { isForProgram, toRecordedEvent } from './resolved-event.js';

/** After this long without an answer an append's outcome is unknown: the client's batch stream has no deadline of its own. */
const appendTimeoutMs = 10_000;
/** How long closing may take. */
const closeTimeoutMs = 500;
/** How many events the server looks through before it says how far it has come. */
const maximumSearchWindow = 500;

export interface EventStoreAddress {
  /** `esdb://host:port?tls=false` and its kin, or `unix:/path/to.sock`. */
  readonly url: string;
}

decodeBytesNatively();

/** Connects with the official client. One a process: it keeps its pending appends in one map of the module. */
export function connectEventStore({ url }: EventStoreAddress): EventStore {
  const client = url.startsWith('unix:')
    ? new EventStoreDBClient({ endpoint: url }, { insecure: true })
    : EventStoreDBClient.connectionString(url);
  return new OfficialEventStore(client);
}

class OfficialEventStore implements EventStore {
  constructor(private readonly client: EventStoreDBClient) {}

  async append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendResult> {
    const proposed = events.map(({ id, type, data, metadata }) => jsonEvent({ id, type, data, metadata }));
    const expectedRevision = expected === 'no-stream' ? NO_STREAM : expected;
    try {
      const appended = this.client.appendToStream(stream, proposed, { expectedRevision });
      const { nextExpectedRevision, position } = await withinTime(appended, appendTimeoutMs);
      return {
        revision: nextExpectedRevision,
        position: position?.commit ?? (await this.positionOf(stream, nextExpectedRevision)),
      };
    } catch (error) {
      throw appendFailure(stream, expected, error);
    }
  }

  async *readStream(stream: string, options: ReadStreamOptions): AsyncIterable<RecordedEvent> {
    const backwards = options.direction === 'backwards';
    const events = this.client.readStream(stream, {
      direction: backwards ? BACKWARDS : FORWARDS,
      fromRevision: options.from ?? (backwards ? END : START),
      maxCount: options.maxCount,
    });
    try {
      for await (const { event } of events) if (event) yield toRecordedEvent(event);
    } catch (error) {
      if (error instanceof StreamNotFoundError || error instanceof StreamDeletedError) return;
      throw unavailable(error);
    }
  }

  /** A page of the server's may hold nothing but its own events: read on until there are `maxCount` of the program's. */
  async *readAll({ after, maxCount }: { after?: bigint; maxCount: number }): AsyncIterable<RecordedEvent> {
    let from = after;
    let wanted = maxCount;
    while (wanted > 0) {
      let read = 0;
      for await (const resolved of this.page(from, wanted)) {
        const position = resolved.event?.position.commit;
        if (position === undefined || position === from) continue;
        read += 1;
        from = position;
        if (!isForProgram(resolved)) continue;
        wanted -= 1;
        yield toRecordedEvent(resolved.event);
      }
      if (read === 0) return;
    }
  }

  private async *page(after: bigint | undefined, maxCount: number): AsyncIterable<AllStreamResolvedEvent> {
    const fromPosition = after === undefined ? START : { commit: after, prepare: after };
    try {
      yield* this.client.readAll({ direction: FORWARDS, fromPosition, maxCount: maxCount + 1 });
    } catch (error) {
      throw unavailable(error);
    }
  }

  async *subscribeToAll({
    after,
    signal,
  }: {
    after?: bigint;
    signal: AbortSignal;
  }): AsyncIterable<readonly RecordedEvent[]> {
    const subscription = this.client.subscribeToAll({
      fromPosition: after === undefined ? START : { commit: after, prepare: after },
      filter: excludeSystemEvents({ maxSearchWindow: maximumSearchWindow }),
    });
    const stop = (): void => void subscription.unsubscribe();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const batch of inBatches<AllStreamResolvedEvent>(subscription, signal))
        yield batch.filter(isForProgram).map(({ event }) => toRecordedEvent(event));
    } catch (error) {
      if (!signal.aborted) throw unavailable(error);
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
    }
    if (!signal.aborted) throw new StoreUnavailable('The subscription to the event store ended.');
  }

  async lastPosition(): Promise<bigint | undefined> {
    try {
      for await (const { event } of this.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 })) {
        return event?.position.commit;
      }
      return undefined;
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** The client waits for the end of streams that have ended already, for ever: it is given a moment. */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, closeTimeoutMs)));
    await Promise.race([this.client.dispose(), patience]);
    clearTimeout(timer);
  }

  /** An old repeat is answered without a position; the events themselves have one. */
  private async positionOf(stream: string, revision: bigint): Promise<bigint> {
    for await (const event of this.readStream(stream, { from: revision, maxCount: 1 })) return event.position;
    throw new OutcomeUnknown(`Stream ${stream} has no event at revision ${revision}.`);
  }
}

function appendFailure(stream: string, expected: ExpectedRevision, error: unknown): Error {
  if (error instanceof WrongExpectedVersionError) {
    const { actualVersion } = error;
    return new RevisionConflict(stream, expected, typeof actualVersion === 'bigint' ? actualVersion : 'no-stream');
  }
  if (error instanceof StreamDeletedError) return new RevisionConflict(stream, expected, 'unknown');
  return new OutcomeUnknown(`The event store did not say whether it wrote to ${stream}.`, { cause: error });
}

const unavailable = (cause: unknown): Error =>
  cause instanceof StoreUnavailable
    ? cause
    : new StoreUnavailable('The event store cannot be read at the moment.', { cause });

async function withinTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
