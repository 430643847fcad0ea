/** `Streams/Delete` (soft: the stream can be written again) and `Streams/Tombstone` (for good). */
import { framed } from '../rpc/frames.js';
import { unary } from '../rpc/rpc-server.js';
import type { DeleteOutcome, Store } from '../store/store.js';
import { isMetadataStream } from '../store/stream-metadata.js';
import { message } from '../wire/message.js';
import { FieldReader } from '../wire/protobuf.js';
import { readAppendOptions, type AppendOptions } from './append-request.js';
import { invalidArgument, streamDeleted, wrongExpectedVersion } from './call-errors.js';
import { positionField } from './common-fields.js';

/** The options of both requests have the fields of an append's. */
const optionsIn = (request: Buffer): AppendOptions => {
  const reader = new FieldReader(request, 0, request.length);
  while (reader.next()) {
    if (reader.field !== 1) continue;
    const options = readAppendOptions(reader.nested(), Date.now());
    if (isMetadataStream(options.streamKey)) throw invalidArgument('A metadata stream cannot be deleted by itself.');
    return options;
  }
  throw invalidArgument('The request has no options.');
};

/** `DeleteResp` and `TombstoneResp` have the same fields; throws the error a refusal is. */
const answerTo = (operation: string, { streamName, expected }: AppendOptions, outcome: DeleteOutcome): Buffer => {
  switch (outcome.kind) {
    case 'deleted':
      return framed(message(positionField(1, outcome.position)));
    case 'stream-deleted':
      throw streamDeleted(streamName.toString());
    case 'wrong-expected-version':
      throw wrongExpectedVersion(operation, streamName.toString(), expected, outcome.current);
  }
};

/** The handler of `Streams/Delete`. */
export const deleteHandler = (store: Store) =>
  unary(async (request) => {
    const options = optionsIn(request);
    return answerTo('Delete', options, await store.softDelete(options.streamKey, options.expected));
  });

/** The handler of `Streams/Tombstone`. */
export const tombstoneHandler = (store: Store) =>
  unary(async (request) => {
    const options = optionsIn(request);
    return answerTo('Tombstone', options, await store.tombstone(options.streamKey, options.expected));
  });
