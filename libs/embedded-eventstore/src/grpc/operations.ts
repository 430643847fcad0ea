/** The operations of the node that are served. Source: operations.proto of EventStoreDB 23.10. */
import { framed } from '../rpc/frames.js';
import { unary } from '../rpc/rpc-server.js';
import type { Store } from '../store/store.js';
import { bytesField, message, numberField } from '../wire/message.js';
import { FieldReader } from '../wire/protobuf.js';
import { invalidArgument, scavengeNotFound } from './call-errors.js';

/** `ScavengeResp.ScavengeResult`. */
const scavengeResult = { started: 0, inProgress: 1, stopped: 2 } as const;

const answer = (id: string, result: number): Buffer => framed(message(bytesField(1, id), numberField(2, result)));

const optionsIn = (request: Buffer): FieldReader => {
  const reader = new FieldReader(request, 0, request.length);
  while (reader.next()) if (reader.field === 1) return reader.nested();
  throw invalidArgument('The request has no options.');
};

/**
 * `Operations/StartScavenge`. Threads and the chunk to start from are taken and make no difference: it is one thread's
 * work, and begins where there is something to give back.
 */
export const startScavengeHandler = (store: Store) =>
  unary((request) => {
    optionsIn(request);
    const { id, isNew } = store.scavenger.start();
    return answer(id, isNew ? scavengeResult.started : scavengeResult.inProgress);
  });

/** `Operations/StopScavenge`. */
export const stopScavengeHandler = (store: Store) =>
  unary((request) => {
    const options = optionsIn(request);
    let id = '';
    while (options.next()) if (options.field === 1) id = options.bytes.toString();
    if (!store.scavenger.stop(id)) throw scavengeNotFound(store.scavenger.runningId ?? '');
    return answer(id, scavengeResult.stopped);
  });
