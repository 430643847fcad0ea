/** `Streams/Read`: pages of a stream or of $all, and subscriptions to them. */
import { randomUUID } from 'node:crypto';
import { EngineStopped } from '../errors.js';
import type { RpcCall } from '../rpc/rpc-call.js';
import type { RpcHandler } from '../rpc/rpc-server.js';
import type { StoredEvent } from '../storage/record.js';
import { eventTest } from '../store/filter.js';
import { readAllBackwards, readAllForwards, readStreamEvents } from '../store/reading.js';
import type { Store } from '../store/store.js';
import { subscribeToAll, subscribeToStream } from '../store/subscribing.js';
import { invalidArgument, streamDeleted } from './call-errors.js';
import { CallWriter } from './call-writer.js';
import { eventAnswers, subscriptionAnswers } from './event-answers.js';
import {
  caughtUpAnswer,
  checkpointAnswer,
  confirmationAnswer,
  fellBehindAnswer,
  lastRevisionAnswer,
  streamNotFoundAnswer,
} from './read-answers.js';
import { readRequestOf, type ReadRequest, type ReadStart } from './read-request.js';

type Page = Extract<ReadRequest, { kind: 'page' }>;
type Subscription = Extract<ReadRequest, { kind: 'subscription' }>;

/** The handler of `Streams/Read`. */
export const readHandler =
  (store: Store, stopping: AbortSignal): RpcHandler =>
  (call) => {
    let request: ReadRequest | null = null;
    call.listen({
      message: (message) => {
        request = readRequestOf(message);
      },
      end: () => {
        if (request === null) throw invalidArgument('The read has no request.');
        void serve(store, request, call, stopping);
      },
    });
  };

const serve = async (store: Store, request: ReadRequest, call: RpcCall, stopping: AbortSignal): Promise<void> => {
  const writer = new CallWriter(call, stopping, store.log);
  try {
    await answer(store, request, writer);
    if (stopping.aborted) throw new EngineStopped('The event store is stopping.');
    call.finish();
  } catch (error) {
    call.fail(error);
  } finally {
    writer.release();
  }
};

const answer = async (store: Store, request: ReadRequest, writer: CallWriter): Promise<void> => {
  if (request.kind === 'subscription') return serveSubscription(store, request, writer);
  return request.streamName === null
    ? sendPage(request, store, allEvents(store, request), writer)
    : serveStreamPage(store, request, request.streamName, writer);
};

const allEvents = (store: Store, { start, backwards }: Page): AsyncGenerator<readonly StoredEvent[]> => {
  const { reader } = store;
  const place = placeIn(start, 0, reader.durable);
  return backwards ? readAllBackwards(reader, place) : readAllForwards(reader, place);
};

const placeIn = (start: ReadStart, first: number, end: number): number => {
  if (start === 'start') return first;
  return start === 'end' ? end : start;
};

const serveStreamPage = async (store: Store, request: Page, streamName: Buffer, writer: CallWriter): Promise<void> => {
  const streamKey = streamName.toString('latin1');
  const view = store.views.view(streamKey);
  if (view.kind === 'tombstoned') throw streamDeleted(streamName.toString());
  if (view.kind === 'missing') {
    await writer.send(streamNotFoundAnswer(streamName));
    return;
  }
  const { first, last } = view;
  const from = placeIn(request.start, request.backwards ? 0 : first, last);
  const events = request.backwards
    ? readStreamEvents(store, streamKey, Math.min(from, last), first, -1)
    : readStreamEvents(store, streamKey, Math.max(from, first), pageEnd(request, first, from, last), 1);
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
  const answers = eventAnswers(store, request);
  let left = request.count;
  for await (const batch of batches) {
    if (writer.isOver) return;
    const wanted = test === null ? batch : batch.filter(({ buffer, at }) => test(buffer, at));
    const sent = wanted.length > left ? wanted.slice(0, left) : wanted;
    const wait = sent.length === 0 ? undefined : writer.send(answers(sent));
    if (wait !== undefined) await wait;
    left -= sent.length;
    if (left === 0) return;
  }
};

const serveSubscription = async (store: Store, request: Subscription, writer: CallWriter): Promise<void> => {
  const { streamName, filter } = request;
  const answers = subscriptionAnswers(store, request);
  const subscriber = {
    signal: writer.signal,
    events: (events: readonly StoredEvent[]) => writer.send(answers(events)),
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
