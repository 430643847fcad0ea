/** `Streams/BatchAppend`: many appends at once over one call, each in one or several chunks, answered as they end. */
import { EngineStopped, NoRoom } from '../errors.js';
import type { RpcCall } from '../rpc/rpc-call.js';
import type { RpcHandler } from '../rpc/rpc-server.js';
import { CallError, rpcStatus } from '../rpc/rpc-status.js';
import type { EventToStore } from '../storage/event-message.js';
import type { Store } from '../store/store.js';
import { FieldReader } from '../wire/protobuf.js';
import { readAppendOptions, readProposedEvent, readStreamIdentifier, type AppendOptions } from './append-request.js';
import {
  badRequestRefusal,
  exhaustedRefusal,
  outcomeAnswer,
  refusalAnswer,
  timeoutRefusal,
  tooLargeRefusal,
  type Addressee,
  type Refusal,
} from './batch-append-answers.js';
import { callErrorOf, maximumAppendBytes } from './call-errors.js';

/** Appends of one call whose last chunk has not come, and appends that are not answered yet. */
export const maximumOpenAppends = 1_000;
export const maximumUnansweredAppends = 10_000;

interface OpenAppend {
  readonly options: AppendOptions;
  readonly events: EventToStore[];
  dataBytes: number;
}

/** One batch-append call. */
class BatchAppendCall {
  private readonly open = new Map<string, OpenAppend>();
  private unanswered = 0;
  private hasEnded = false;

  constructor(
    private readonly store: Store,
    private readonly call: RpcCall,
  ) {}

  /** Takes one chunk; what is wrong with it is answered, never thrown. */
  take(chunk: Buffer): void {
    const addressee = { correlationId: Buffer.alloc(0), streamName: Buffer.alloc(0) };
    try {
      this.takeChunk(chunk, addressee);
    } catch (error) {
      this.open.delete(addressee.correlationId.toString('latin1'));
      this.refuse(addressee, badRequestRefusal(callErrorOf(error).details));
    }
  }

  /** The client has sent everything: the call ends with its last answer. */
  end(): void {
    this.hasEnded = true;
    this.endWhenAnswered();
  }

  private takeChunk(chunk: Buffer, addressee: { correlationId: Buffer; streamName: Buffer }): void {
    let isFinal = false;
    let options: FieldReader | null = null;
    const messages: FieldReader[] = [];
    const reader = new FieldReader(chunk, 0, chunk.length);
    while (reader.next()) {
      if (reader.field === 1) addressee.correlationId = reader.bytes;
      else if (reader.field === 2) options = reader.nested();
      else if (reader.field === 3) messages.push(reader.nested());
      else if (reader.field === 4) isFinal = reader.value !== 0;
    }
    const key = addressee.correlationId.toString('latin1');
    if (options !== null) this.start(key, options, addressee);
    const append = this.open.get(key);
    if (append === undefined) return;
    addressee.streamName = append.options.streamName;
    this.add(append, messages);
    if (append.dataBytes > maximumAppendBytes) {
      this.open.delete(key);
      this.refuse(addressee, tooLargeRefusal);
    } else if (isFinal) {
      this.open.delete(key);
      this.finish(append, addressee);
    }
  }

  private start(key: string, options: FieldReader, addressee: { streamName: Buffer }): void {
    if (this.open.has(key)) return;
    if (this.open.size >= maximumOpenAppends)
      throw new CallError(rpcStatus.resourceExhausted, 'Too many appends are open.');
    addressee.streamName = streamNameIn(options);
    this.open.set(key, { options: readAppendOptions(options.rewound(), Date.now()), events: [], dataBytes: 0 });
  }

  private add(append: OpenAppend, messages: readonly FieldReader[]): void {
    for (const message of messages) {
      const event = readProposedEvent(message, append.options.streamName);
      append.dataBytes += event.data.length;
      append.events.push(event);
    }
  }

  private finish({ options, events }: OpenAppend, addressee: Addressee): void {
    if (options.deadlineMs !== null && options.deadlineMs <= Date.now()) return this.refuse(addressee, timeoutRefusal);
    this.unanswered += 1;
    if (this.unanswered === maximumUnansweredAppends) this.call.pause();
    this.store.append({ streamKey: options.streamKey, expected: options.expected, events }).then(
      (outcome) => this.settled(() => this.answer(outcomeAnswer(addressee, outcome, options))),
      (error: unknown) => this.settled(() => this.failed(addressee, error)),
    );
  }

  private settled(answer: () => void): void {
    this.unanswered -= 1;
    answer();
    if (this.unanswered === maximumUnansweredAppends - 1) this.call.resume();
    this.endWhenAnswered();
  }

  /** What is certainly not stored is refused; where that is unknown the call breaks, so that none takes it for a no. */
  private failed(addressee: Addressee, error: unknown): void {
    if (error instanceof NoRoom) this.refuse(addressee, exhaustedRefusal);
    else this.call.fail(error);
  }

  private refuse(addressee: Addressee, refusal: Refusal): void {
    this.answer(refusalAnswer(addressee, refusal));
  }

  private answer(answer: Buffer): void {
    this.call.write(answer);
  }

  private endWhenAnswered(): void {
    if (this.hasEnded && this.unanswered === 0) this.call.finish();
  }
}

/** The stream's name in the options, for an answer even when they are refused. */
const streamNameIn = (options: FieldReader): Buffer => {
  const reader = options.rewound();
  while (reader.next()) if (reader.field === 1) return readStreamIdentifier(reader.nested());
  return Buffer.alloc(0);
};

/** The handler of `Streams/BatchAppend`. */
export const batchAppendHandler =
  (store: Store, stopping: AbortSignal): RpcHandler =>
  (call) => {
    const batch = new BatchAppendCall(store, call);
    const stop = (): void => call.fail(new EngineStopped('The event store is stopping.'));
    stopping.addEventListener('abort', stop);
    call.onGone(() => stopping.removeEventListener('abort', stop));
    call.listen({ message: (chunk) => batch.take(chunk), end: () => batch.end() });
  };
