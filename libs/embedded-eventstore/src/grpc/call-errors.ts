/** Errors of a call as clients know them: a gRPC status, and metadata from which they make their own typed error. */
import { Metadata, status, type StatusObject } from '@grpc/grpc-js';
import { DataDamaged, EngineStopped, NoRoom, StreamTombstoned } from '../errors.js';
import type { ExpectedRevision } from '../store/append-rules.js';
import { MalformedMessage } from '../wire/protobuf.js';

/** Bytes of event data one append may carry. */
export const maximumAppendBytes = 1024 * 1024;

/** Ends one call with a status; nothing else is affected. */
export class CallError extends Error implements Pick<StatusObject, 'code' | 'details'> {
  override readonly name = 'CallError';
  readonly metadata: Metadata;

  constructor(
    readonly code: status,
    readonly details: string,
    trailers: Readonly<Record<string, string>> = {},
  ) {
    super(details);
    this.metadata = new Metadata();
    for (const [key, value] of Object.entries(trailers)) this.metadata.set(key, asciiOf(value));
  }
}

/** Trailers carry printable ASCII only; anything else is percent-encoded. */
const asciiOf = (value: string): string => (/^[\x20-\x7e]*$/.test(value) ? value : encodeURIComponent(value));

export const invalidArgument = (details: string): CallError => new CallError(status.INVALID_ARGUMENT, details);

export const missingMetadataProperty = (property: string): CallError =>
  new CallError(status.INVALID_ARGUMENT, `Required Metadata Property '${property}' is missing`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });

export const appendTooLarge = (): CallError =>
  new CallError(status.INVALID_ARGUMENT, `Maximum Append Size of ${maximumAppendBytes} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(maximumAppendBytes),
  });

export const streamDeleted = (streamName: string): CallError =>
  new CallError(status.FAILED_PRECONDITION, `Event stream '${streamName}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': streamName,
  });

const expectedVersions = { any: -2, 'no-stream': -1, 'stream-exists': -4 } as const;

export const wrongExpectedVersion = (
  operation: string,
  streamName: string,
  expected: ExpectedRevision,
  current: number | null,
): CallError => {
  const expectedVersion = typeof expected === 'number' ? expected : expectedVersions[expected];
  const actual: Record<string, string> = current === null ? {} : { 'actual-version': String(current) };
  const details =
    `${operation} failed due to WrongExpectedVersion. Stream: ${streamName}, ` +
    `Expected version: ${expectedVersion}, Actual version: ${current ?? -1}`;
  return new CallError(status.FAILED_PRECONDITION, details, {
    exception: 'wrong-expected-version',
    'stream-name': streamName,
    'expected-version': String(expectedVersion),
    ...actual,
  });
};

/** What a failed call is answered with, whatever failed. */
export const callErrorOf = (error: unknown): CallError => {
  if (error instanceof CallError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof MalformedMessage) return invalidArgument(`The request is malformed: ${message}`);
  if (error instanceof StreamTombstoned) return streamDeleted(error.streamName);
  if (error instanceof NoRoom) return new CallError(status.RESOURCE_EXHAUSTED, message);
  if (error instanceof EngineStopped) return new CallError(status.UNAVAILABLE, message);
  if (error instanceof DataDamaged) return new CallError(status.DATA_LOSS, message);
  return new CallError(status.INTERNAL, message);
};

/** A call that can still be ended. */
interface OpenCall {
  readonly writableEnded: boolean;
  readonly destroyed: boolean;
  emit(event: 'error', error: Error): boolean;
}

/** Ends a streaming call with the status of `error`; grpc-js takes it as an 'error' event. */
export const endWithError = (call: OpenCall, error: unknown): void => {
  if (!call.writableEnded && !call.destroyed) call.emit('error', callErrorOf(error));
};
