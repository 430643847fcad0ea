/** `Streams/Read`: pages of a stream or of $all, and subscriptions to them. */
import { randomUUID } from 'node:crypto';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { EngineStopped } from '../errors.js';
import { eventTest } from '../store/filter.js';
import { readAllBackwards, readAllForwards, readStreamEvents, type StoredEvent } from '../store/reading.js';
import type { Store } from '../store/store.js';
import { subscribeToAll, subscribeToStream } from '../store/subscribing.js';
import { endWithError, streamDeleted } from './call-errors.js';
import { CallWriter } from './call-writer.js';
import { eventAnswer } from './event-answers.js';
import type { streams } from './messages.js';
import {
  caughtUpAnswer,
  checkpointAnswer,
  confirmationAnswer,
  fellBehindAnswer,
  lastRevisionAnswer,
  streamNotFoundAnswer,
} from './read-answers.js';
import { readRequestOf, type ReadRequest, type ReadStart } from './read-request.js';

type Call = ServerWritableStream<InstanceType<typeof streams.ReadReq>, Buffer>;
type Page = Extract<ReadRequest, { kind: 'page' }>;
type Subscription = Extract<ReadRequest, { kind: 'subscription' }>;

/** The handler of `Streams/Read`. */
export const readHandler =
  (store: Store, stopping: AbortSignal) =>
  (call: Call): void => {
    const writer = new CallWriter(call, stopping, store.log);
    serve(store, call, writer)
      .then(() => {
        if (stopping.aborted) throw new EngineStopped('The event store is stopping.');
        if (!call.writableEnded && !call.destroyed) call.end();
      })
      .catch((error: unknown) => endWithError(call, error))
      .finally(() => writer.release());
  };

const serve = async (store: Store, call: Call, writer: CallWriter): Promise<void> => {
  const request = readRequestOf(call.request);
  if (request.kind === 'subscription') return serveSubscription(store, request, writer);
  return request.streamName === null
    ? sendPage(request, store, allEvents(store, request), writer)
    : serveStreamPage(store, request, request.streamName, writer);
};

const allEvents = (store: Store, { start, backwards }: Page): AsyncGenerator<readonly StoredEvent[]> => {
  if (backwards) return readAllBackwards(store.log, placeIn(start, 0, store.log.durable));
  return readAllForwards(store.log, placeIn(start, 0, store.log.durable));
};

const placeIn = (start: ReadStart, first: number, end: number): number => {
  if (start === 'start') return first;
  return start === 'end' ? end : start;
};

const serveStreamPage = async (store: Store, request: Page, streamName: Buffer, writer: CallWriter): Promise<void> => {
  const view = store.views.view(streamName.toString('latin1'));
  if (view.kind === 'tombstoned') throw streamDeleted(streamName.toString());
  if (view.kind === 'missing') {
    await writer.send(streamNotFoundAnswer(streamName));
    return;
  }
  const { stream, first, last } = view;
  const from = placeIn(request.start, request.backwards ? 0 : first, last);
  const events = request.backwards
    ? readStreamEvents(store, stream, Math.min(from, last), first, -1)
    : readStreamEvents(store, stream, Math.max(from, first), pageEnd(request, first, from, last), 1);
  await sendPage(request, store, events, writer);
  if (request.tellLastRevision) await writer.send(lastRevisionAnswer(last));
};

/** No more than `count` revisions are fetched; a count beyond all numbers is none. */
const pageEnd = ({ count }: Page, first: number, from: number, last: number): number =>
  Math.min(last, Math.max(from, first) + count - 1);

const sendPage = async (
  request: Page,
  store: Store,
  batches: AsyncGenerator<readonly StoredEvent[]>,
  writer: CallWriter,
): Promise<void> => {
  const test = request.filter === null ? null : eventTest(request.filter);
  const answer = eventAnswer(store, request);
  let left = request.count;
  for await (const batch of batches) {
    for (const event of batch) {
      if (writer.signal.aborted) return;
      if (test !== null && !test(event.buffer, event.at)) continue;
      const wait = writer.send(answer(event));
      if (wait !== undefined) await wait;
      left -= 1;
      if (left === 0) return;
    }
  }
};

const serveSubscription = async (store: Store, request: Subscription, writer: CallWriter): Promise<void> => {
  const { streamName, filter } = request;
  const answer = eventAnswer(store, request);
  const subscriber = {
    signal: writer.signal,
    event: (event: StoredEvent) => writer.send(answer(event)),
    checkpoint: (position: number) => writer.send(checkpointAnswer(position)),
    caughtUp: () => writer.send(caughtUpAnswer),
    fellBehind: () => writer.send(fellBehindAnswer),
  };
  const after = request.start === 'start' ? -1 : request.start;
  if (streamName !== null) refuseTombstoned(store, streamName, after);
  await writer.send(confirmationAnswer(randomUUID()));
  if (streamName !== null) return subscribeToStream(store, streamName.toString('latin1'), after, subscriber);
  const test = filter === null ? null : eventTest(filter);
  return subscribeToAll(store, { after, test, eventsPerCheckpoint: request.eventsPerCheckpoint }, subscriber);
};

const refuseTombstoned = (store: Store, streamName: Buffer, after: number | 'end'): void => {
  if (after !== 'end' && store.views.view(streamName.toString('latin1')).kind === 'tombstoned') {
    throw streamDeleted(streamName.toString());
  }
};
