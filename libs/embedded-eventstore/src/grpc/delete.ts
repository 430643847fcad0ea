/** `Streams/Delete` (soft: the stream can be written again) and `Streams/Tombstone` (for good). */
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import type { DeleteOutcome, Store } from '../store/store.js';
import { isMetadataStream } from '../store/stream-metadata.js';
import { FieldReader } from '../wire/protobuf.js';
import { readAppendOptions, type AppendOptions } from './append-request.js';
import { callErrorOf, invalidArgument, streamDeleted, wrongExpectedVersion } from './call-errors.js';
import { streams } from './messages.js';

/** The options of both requests have the fields of an append's. */
const optionsIn = (request: Buffer): AppendOptions => {
  const reader = new FieldReader(request, 0, request.length);
  while (reader.next()) if (reader.field === 1) return readAppendOptions(reader.nested(), Date.now());
  throw invalidArgument('The request has no options.');
};

/** The position of the deletion; throws the error a refusal is. */
const positionOf = (operation: string, { streamName, expected }: AppendOptions, outcome: DeleteOutcome): string => {
  switch (outcome.kind) {
    case 'deleted':
      return String(outcome.position);
    case 'stream-deleted':
      throw streamDeleted(streamName.toString());
    case 'wrong-expected-version':
      throw wrongExpectedVersion(operation, streamName.toString(), expected, outcome.current);
  }
};

type Handler<Response> = (call: ServerUnaryCall<Buffer, Response>, callback: sendUnaryData<Response>) => void;

const answering =
  <Response>(answer: (request: Buffer) => Promise<Response>): Handler<Response> =>
  (call, callback) => {
    answer(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => callback(callErrorOf(error)),
    );
  };

/** The handler of `Streams/Delete`. */
export const deleteHandler = (store: Store) =>
  answering(async (request) => {
    const options = optionsIn(request);
    if (isMetadataStream(options.streamKey)) throw invalidArgument('A metadata stream cannot be deleted by itself.');
    const outcome = await store.softDelete(options.streamKey, options.expected);
    const position = new streams.DeleteResp.Position();
    position.setCommitPosition(positionOf('Delete', options, outcome));
    position.setPreparePosition(position.getCommitPosition());
    const response = new streams.DeleteResp();
    response.setPosition(position);
    return response;
  });

/** The handler of `Streams/Tombstone`. */
export const tombstoneHandler = (store: Store) =>
  answering(async (request) => {
    const options = optionsIn(request);
    if (isMetadataStream(options.streamKey)) throw invalidArgument('A metadata stream cannot be deleted by itself.');
    const outcome = await store.tombstone(options.streamKey, options.expected);
    const position = new streams.TombstoneResp.Position();
    position.setCommitPosition(positionOf('Tombstone', options, outcome));
    position.setPreparePosition(position.getCommitPosition());
    const response = new streams.TombstoneResp();
    response.setPosition(position);
    return response;
  });
