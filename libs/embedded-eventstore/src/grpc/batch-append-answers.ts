/** Answers of `Streams/BatchAppend`: the success, sent for every append, is written by hand; errors are messages. */
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { AppendOutcome } from '../store/store.js';
import {
  lengthDelimitedBytes,
  varintBytes,
  writeBytesField,
  writeFieldHeader,
  writeVarintField,
} from '../wire/protobuf.js';
import type { AppendOptions } from './append-request.js';
import { maximumAppendBytes } from './call-errors.js';
import { bytesOf, shared, status, streams } from './messages.js';

/** What an answer repeats of its request: the bytes of the correlation id's UUID message, and the stream's name. */
export interface Addressee {
  readonly correlationId: Buffer;
  readonly streamName: Buffer;
}

const positionBytes = (position: number): number => 2 * (1 + varintBytes(position));

/** `BatchAppendResp` with `success`; null is no stream, or no position. */
export const successAnswer = (
  { correlationId, streamName }: Addressee,
  revision: number | null,
  position: number | null,
): Buffer => {
  const revisionPart = revision === null ? lengthDelimitedBytes(0) : 1 + varintBytes(revision);
  const positionPart = lengthDelimitedBytes(position === null ? 0 : positionBytes(position));
  const successBytes = revisionPart + positionPart;
  const identifierBytes = lengthDelimitedBytes(streamName.length);
  const answer = Buffer.allocUnsafe(
    lengthDelimitedBytes(correlationId.length) +
      lengthDelimitedBytes(successBytes) +
      lengthDelimitedBytes(identifierBytes),
  );
  let next = writeBytesField(answer, 0, 1, correlationId);
  next = writeFieldHeader(answer, next, 3, successBytes);
  next = revision === null ? writeFieldHeader(answer, next, 2, 0) : writeVarintField(answer, next, 1, revision);
  if (position === null) next = writeFieldHeader(answer, next, 4, 0);
  else {
    next = writeFieldHeader(answer, next, 3, positionBytes(position));
    next = writeVarintField(answer, next, 1, position);
    next = writeVarintField(answer, next, 2, position);
  }
  next = writeFieldHeader(answer, next, 4, identifierBytes);
  writeBytesField(answer, next, 3, streamName);
  return answer;
};

/** A refused append: the code of google.rpc, the name clients know it by, and its detail. */
export interface Refusal {
  readonly code: number;
  readonly name: string;
  readonly detail: { readonly type: string; readonly bytes: Uint8Array };
}

const refusal = (code: number, name: string, bytes: Uint8Array, type = `event_store.client.${name}`): Refusal => ({
  code,
  name,
  detail: { type, bytes },
});

export const wrongExpectedVersion = (current: number | null, { expected }: AppendOptions): Refusal => {
  const detail = new shared.WrongExpectedVersion();
  if (current === null) detail.setCurrentNoStream(new empty.Empty());
  else detail.setCurrentStreamRevision(String(current));
  if (expected === 'any') detail.setExpectedAny(new empty.Empty());
  else if (expected === 'no-stream') detail.setExpectedNoStream(new empty.Empty());
  else if (expected === 'stream-exists') detail.setExpectedStreamExists(new empty.Empty());
  else detail.setExpectedStreamPosition(String(expected));
  return refusal(6, 'WrongExpectedVersion', detail.serializeBinary());
};

const identifierOf = (streamName: Buffer): InstanceType<typeof shared.StreamIdentifier> => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(streamName);
  return identifier;
};

export const streamDeletedRefusal = (streamName: Buffer): Refusal => {
  const detail = new shared.StreamDeleted();
  detail.setStreamIdentifier(identifierOf(streamName));
  return refusal(5, 'StreamDeleted', detail.serializeBinary());
};

export const tooLargeRefusal = (): Refusal => {
  const detail = new shared.MaximumAppendSizeExceeded();
  detail.setMaxappendsize(maximumAppendBytes);
  return refusal(3, 'MaximumAppendSizeExceeded', detail.serializeBinary());
};

export const timeoutRefusal = (): Refusal => refusal(4, 'Timeout', new shared.Timeout().serializeBinary());

export const badRequestRefusal = (message: string): Refusal => {
  const detail = new shared.BadRequest();
  detail.setMessage(message);
  return refusal(3, 'BadRequest', detail.serializeBinary());
};

export const exhaustedRefusal = (): Refusal => refusal(8, 'Unknown', new shared.Unknown().serializeBinary());

/** `BatchAppendResp` with `error`. */
export const refusalAnswer = ({ correlationId, streamName }: Addressee, { code, name, detail }: Refusal): Buffer => {
  const packed = new any.Any();
  packed.pack(detail.bytes, detail.type);
  const error = new status.Status();
  error.setCode(code);
  error.setMessage(name);
  error.setDetails(packed);
  const response = new streams.BatchAppendResp();
  response.setCorrelationId(shared.UUID.deserializeBinary(correlationId));
  response.setError(error);
  response.setStreamIdentifier(identifierOf(streamName));
  return bytesOf(response);
};

/** The answer to an append whose outcome is known. */
export const outcomeAnswer = (to: Addressee, outcome: AppendOutcome, options: AppendOptions): Buffer => {
  switch (outcome.kind) {
    case 'appended':
      return successAnswer(to, outcome.revision, outcome.position);
    case 'wrong-expected-version':
      return refusalAnswer(to, wrongExpectedVersion(outcome.current, options));
    case 'stream-deleted':
      return refusalAnswer(to, streamDeletedRefusal(to.streamName));
  }
};
