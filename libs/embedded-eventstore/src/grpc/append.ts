/** `Streams/Append`: options first, then one event a message, one answer. */
import type { sendUnaryData, ServerReadableStream } from '@grpc/grpc-js';
import type { AppendOutcome, Store } from '../store/store.js';
import { FieldReader } from '../wire/protobuf.js';
import { readAppendOptions, readProposedEvent, type AppendOptions, type ProposedEvent } from './append-request.js';
import { appendTooLarge, callErrorOf, invalidArgument, maximumAppendBytes, streamDeleted } from './call-errors.js';
import { shared, streams } from './messages.js';

type Response = InstanceType<typeof streams.AppendResp>;

/** Collects the messages of one append call. */
class AppendCollector {
  options: AppendOptions | null = null;
  readonly events: ProposedEvent[] = [];
  private dataBytes = 0;

  add(request: Buffer, nowMs: number): void {
    const reader = new FieldReader(request, 0, request.length);
    while (reader.next()) {
      if (reader.field === 1) this.options = readAppendOptions(reader.nested(), nowMs);
      else if (reader.field === 2) this.addEvent(readProposedEvent(reader.nested()));
    }
  }

  private addEvent(event: ProposedEvent): void {
    if (this.options === null) throw invalidArgument('The options must come before the events.');
    this.dataBytes += event.data.length;
    if (this.dataBytes > maximumAppendBytes) throw appendTooLarge();
    this.events.push(event);
  }
}

const success = (revision: number | null, position: number | null): Response => {
  const answer = new streams.AppendResp.Success();
  if (revision === null) answer.setNoStream(new shared.Empty());
  else answer.setCurrentRevision(String(revision));
  if (position === null) answer.setNoPosition(new shared.Empty());
  else {
    const grpcPosition = new streams.AppendResp.Position();
    grpcPosition.setCommitPosition(String(position));
    grpcPosition.setPreparePosition(String(position));
    answer.setPosition(grpcPosition);
  }
  const response = new streams.AppendResp();
  response.setSuccess(answer);
  return response;
};

const wrongExpectedVersion = (current: number | null, { expected }: AppendOptions): Response => {
  const answer = new streams.AppendResp.WrongExpectedVersion();
  if (current === null) answer.setCurrentNoStream(new shared.Empty());
  else answer.setCurrentRevision(String(current));
  if (expected === 'any') answer.setExpectedAny(new shared.Empty());
  else if (expected === 'no-stream') answer.setExpectedNoStream(new shared.Empty());
  else if (expected === 'stream-exists') answer.setExpectedStreamExists(new shared.Empty());
  else answer.setExpectedRevision(String(expected));
  const response = new streams.AppendResp();
  response.setWrongExpectedVersion(answer);
  return response;
};

const answerTo = (outcome: AppendOutcome, options: AppendOptions): Response => {
  switch (outcome.kind) {
    case 'appended':
      return success(outcome.revision, outcome.position);
    case 'wrong-expected-version':
      return wrongExpectedVersion(outcome.current, options);
    case 'stream-deleted':
      throw streamDeleted(options.streamName.toString());
  }
};

const storeCollected = async (store: Store, { options, events }: AppendCollector): Promise<Response> => {
  if (options === null) throw invalidArgument('The append has no options.');
  const { streamKey, streamName, expected } = options;
  const outcome = await store.append({
    streamKey,
    expected,
    events: events.map((event) => ({ ...event, streamName })),
  });
  return answerTo(outcome, options);
};

/** The handler of `Streams/Append`. */
export const appendHandler =
  (store: Store) =>
  (call: ServerReadableStream<Buffer, Response>, callback: sendUnaryData<Response>): void => {
    const collector = new AppendCollector();
    let isAnswered = false;
    const answer = (error: unknown, response: Response | null): void => {
      if (isAnswered) return;
      isAnswered = true;
      callback(error === null ? null : callErrorOf(error), response);
    };
    call.on('data', (request: Buffer) => {
      try {
        if (!isAnswered) collector.add(request, Date.now());
      } catch (error) {
        answer(error, null);
      }
    });
    call.on('error', (error) => answer(error, null));
    call.on('end', () => {
      if (isAnswered) return;
      storeCollected(store, collector).then(
        (response) => answer(null, response),
        (error: unknown) => answer(error, null),
      );
    });
  };
