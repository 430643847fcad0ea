/** `Streams/Append`: options first, then one event a message, one answer. */
import type { RpcCall } from '../rpc/rpc-call.js';
import type { RpcHandler } from '../rpc/rpc-server.js';
import type { EventToStore } from '../storage/event-message.js';
import type { Store } from '../store/store.js';
import { FieldReader } from '../wire/protobuf.js';
import { appendAnswer } from './append-answers.js';
import { readAppendOptions, readProposedEvent, type AppendOptions } from './append-request.js';
import { appendTooLarge, invalidArgument, maximumAppendBytes } from './call-errors.js';

/** Collects the messages of one append call. */
class AppendCollector {
  options: AppendOptions | null = null;
  readonly events: EventToStore[] = [];
  private dataBytes = 0;

  add(request: Buffer, nowMs: number): void {
    const reader = new FieldReader(request, 0, request.length);
    while (reader.next()) {
      if (reader.field === 1) this.options = readAppendOptions(reader.nested(), nowMs);
      else if (reader.field === 2) this.addEvent(reader.nested());
    }
  }

  private addEvent(message: FieldReader): void {
    if (this.options === null) throw invalidArgument('The options must come before the events.');
    const event = readProposedEvent(message, this.options.streamName);
    this.dataBytes += event.data.length;
    if (this.dataBytes > maximumAppendBytes) throw appendTooLarge();
    this.events.push(event);
  }
}

const store = async (call: RpcCall, store: Store, { options, events }: AppendCollector): Promise<void> => {
  if (options === null) throw invalidArgument('The append has no options.');
  const { streamKey, expected } = options;
  const outcome = await store.append({ streamKey, expected, events });
  call.write(appendAnswer(outcome, options));
  call.finish();
};

/** The handler of `Streams/Append`. */
export const appendHandler =
  (target: Store): RpcHandler =>
  (call) => {
    const collector = new AppendCollector();
    call.listen({
      message: (message) => collector.add(message, Date.now()),
      end: () => void store(call, target, collector).catch((error: unknown) => call.fail(error)),
    });
  };
