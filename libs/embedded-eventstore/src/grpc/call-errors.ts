/** Errors of a call as clients know them: a gRPC status, and metadata from which they make their own typed error. */
import { DataDamaged, EngineStopped, NoRoom, StreamTombstoned } from '../errors.js';
import { CallError, rpcStatus } from '../rpc/rpc-status.js';
import type { ExpectedRevision } from '../store/append-rules.js';
import { MalformedMessage } from '../wire/protobuf.js';

/** Bytes of event data one append may carry. */
export const maximumAppendBytes = 1024 * 1024;

/** Trailers carry printable ASCII only; anything else is percent-encoded. */
const asciiOf = (value: string): string => (/^[\x20-\x7e]*$/.test(value) ? value : encodeURIComponent(value));

export const invalidArgument = (details: string): CallError => new CallError(rpcStatus.invalidArgument, details);

export const missingMetadataProperty = (property: string): CallError =>
  new CallError(rpcStatus.invalidArgument, `Required Metadata Property '${property}' is missing`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });

export const appendTooLarge = (): CallError =>
  new CallError(rpcStatus.invalidArgument, `Maximum Append Size of ${maximumAppendBytes} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(maximumAppendBytes),
  });

export const streamDeleted = (streamName: string): CallError =>
  new CallError(rpcStatus.failedPrecondition, `Event stream '${streamName}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': asciiOf(streamName),
  });

/** The id is that of the scavenge that runs, empty when none does: so the real server has it. */
export const scavengeNotFound = (runningId: string): CallError =>
  new CallError(rpcStatus.notFound, 'Scavenge id was invalid.', {
    exception: 'scavenge-not-found',
    'scavenge-id': runningId,
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
  return new CallError(rpcStatus.failedPrecondition, details, {
    exception: 'wrong-expected-version',
    'stream-name': asciiOf(streamName),
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
  if (error instanceof NoRoom) return new CallError(rpcStatus.resourceExhausted, message);
  if (error instanceof EngineStopped) return new CallError(rpcStatus.unavailable, message);
  if (error instanceof DataDamaged) return new CallError(rpcStatus.dataLoss, message);
  return new CallError(rpcStatus.internal, message);
};
