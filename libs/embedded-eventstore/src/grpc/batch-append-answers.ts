/** Answers of `Streams/BatchAppend`, as frames: the success, sent for every append, is written in place. */
import { frameHeaderBytes, framed, writeFrameHeader } from '../rpc/frames.js';
import type { AppendOutcome } from '../store/store.js';
import { bytesField, message, messageField, numberField, type Field } from '../wire/message.js';
import {
  lengthDelimitedBytes,
  varintBytes,
  writeBytesField,
  writeFieldHeader,
  writeVarintField,
} from '../wire/protobuf.js';
import type { AppendOptions } from './append-request.js';
import { maximumAppendBytes } from './call-errors.js';
import { emptyField, streamField } from './common-fields.js';

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
  const messageBytes =
    lengthDelimitedBytes(correlationId.length) +
    lengthDelimitedBytes(successBytes) +
    lengthDelimitedBytes(identifierBytes);
  const answer = Buffer.allocUnsafe(frameHeaderBytes + messageBytes);
  let next = writeBytesField(answer, writeFrameHeader(answer, 0, messageBytes), 1, correlationId);
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

/** A refused append: the code of google.rpc, the name clients know it by, and the message that details it. */
export interface Refusal {
  readonly code: number;
  readonly name: string;
  readonly detail: Buffer;
}

export const wrongExpectedVersion = (current: number | null, { expected }: AppendOptions): Refusal => {
  const found = current === null ? emptyField(2) : numberField(1, current);
  const wanted =
    typeof expected === 'number'
      ? numberField(3, expected)
      : emptyField({ any: 4, 'stream-exists': 5, 'no-stream': 6 }[expected]);
  return { code: 6, name: 'WrongExpectedVersion', detail: message(found, wanted) };
};

export const streamDeletedRefusal = (streamName: Buffer): Refusal => ({
  code: 5,
  name: 'StreamDeleted',
  detail: streamField(1, streamName),
});

export const tooLargeRefusal: Refusal = {
  code: 3,
  name: 'MaximumAppendSizeExceeded',
  detail: numberField(1, maximumAppendBytes),
};

export const timeoutRefusal: Refusal = { code: 4, name: 'Timeout', detail: message() };

export const badRequestRefusal = (reason: string): Refusal => ({
  code: 3,
  name: 'BadRequest',
  detail: bytesField(1, reason),
});

export const exhaustedRefusal: Refusal = { code: 8, name: 'Unknown', detail: message() };

/** A `google.rpc.Status` whose detail is packed as `google.protobuf.Any`. */
const statusField = (field: number, { code, name, detail }: Refusal): Field => {
  const packed = messageField(
    3,
    bytesField(1, `type.googleapis.com/event_store.client.${name}`),
    bytesField(2, detail),
  );
  return messageField(field, numberField(1, code), bytesField(2, name), packed);
};

/** `BatchAppendResp` with `error`. */
export const refusalAnswer = ({ correlationId, streamName }: Addressee, refusal: Refusal): Buffer =>
  framed(message(bytesField(1, correlationId), statusField(2, refusal), streamField(4, streamName)));

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
