/** Reading append requests in place: their events keep views on the received bytes until they are stored. */
import type { EventToStore } from '../storage/event-message.js';
import type { ExpectedRevision } from '../store/append-rules.js';
import { type FieldReader } from '../wire/protobuf.js';
import { uuidBytes } from '../wire/uuid.js';
import { invalidArgument, missingMetadataProperty } from './call-errors.js';

/** Bytes of a stream's name. */
export const maximumStreamNameBytes = 4096;

export interface AppendOptions {
  readonly streamName: Buffer;
  /** The name, one character a byte. */
  readonly streamKey: string;
  readonly expected: ExpectedRevision;
  /** Milliseconds since 1970; null for none. */
  readonly deadlineMs: number | null;
}

/** An event as proposed; its stream's name comes with the options. */
export type ProposedEvent = Omit<EventToStore, 'streamName'>;

const noBytes = Buffer.alloc(0);

/** Refuses names that cannot be a stream's. */
export const checkStreamName = (name: Buffer): Buffer => {
  if (name.length === 0) throw invalidArgument('The stream name is empty.');
  if (name.length > maximumStreamNameBytes) {
    throw invalidArgument(`The stream name has ${name.length} bytes, more than ${maximumStreamNameBytes}.`);
  }
  if (name.length === 2 && name.toString('latin1') === '$$') throw invalidArgument("'$$' is not a valid stream name.");
  return name;
};

/** The name inside a `StreamIdentifier`. */
export const readStreamIdentifier = (reader: FieldReader): Buffer => {
  let name: Buffer = noBytes;
  while (reader.next()) if (reader.field === 3) name = reader.bytes;
  return name;
};

const readTimestampMs = (reader: FieldReader): number => {
  let milliseconds = 0;
  while (reader.next()) {
    if (reader.field === 1) milliseconds += Number(BigInt.asIntN(64, reader.bigintValue)) * 1000;
    if (reader.field === 2) milliseconds += Math.floor(reader.value / 1e6);
  }
  return milliseconds;
};

/** The options of `AppendReq` and `BatchAppendReq`, whose fields agree; `nowMs` turns a time left into a deadline. */
export const readAppendOptions = (reader: FieldReader, nowMs: number): AppendOptions => {
  let streamName: Buffer | null = null;
  let expected: ExpectedRevision | null = null;
  let deadlineMs: number | null = null;
  while (reader.next()) {
    if (reader.field === 1) streamName = readStreamIdentifier(reader.nested());
    else if (reader.field === 2) expected = reader.value;
    else if (reader.field === 3) expected = 'no-stream';
    else if (reader.field === 4) expected = 'any';
    else if (reader.field === 5) expected = 'stream-exists';
    else if (reader.field === 6) deadlineMs = readTimestampMs(reader.nested());
    else if (reader.field === 7) deadlineMs = nowMs + readTimestampMs(reader.nested());
  }
  if (streamName === null) throw invalidArgument('The stream identifier is missing.');
  if (expected === null) throw invalidArgument('The expected revision is missing.');
  const name = checkStreamName(streamName);
  return { streamName: name, streamKey: name.toString('latin1'), expected, deadlineMs };
};

/** The 16 bytes of a UUID message; null when it is missing or malformed. */
export const readUuid = (reader: FieldReader): Buffer | null => {
  let id: Buffer | null = null;
  while (reader.next()) {
    if (reader.field === 2) id = uuidBytes(reader.bytes);
    else if (reader.field === 1) id = readStructuredUuid(reader.nested());
  }
  return id;
};

const readStructuredUuid = (reader: FieldReader): Buffer => {
  const id = Buffer.alloc(16);
  while (reader.next()) {
    if (reader.field === 1) id.writeBigUInt64BE(reader.bigintValue, 0);
    else if (reader.field === 2) id.writeBigUInt64BE(reader.bigintValue, 8);
  }
  return id;
};

const readMetadataEntry = (reader: FieldReader): { key: string; value: Buffer } => {
  let key = '';
  let value: Buffer = noBytes;
  while (reader.next()) {
    if (reader.field === 1) key = reader.bytes.toString('latin1');
    else if (reader.field === 2) value = reader.bytes;
  }
  return { key, value };
};

/** The `ProposedMessage` of both append calls, whose fields agree. */
export const readProposedEvent = (reader: FieldReader): ProposedEvent => {
  let id: Buffer | null = null;
  let type: Buffer | null = null;
  let contentType: string | null = null;
  let metadata: Buffer = noBytes;
  let data: Buffer = noBytes;
  while (reader.next()) {
    if (reader.field === 1) id = readUuid(reader.nested());
    else if (reader.field === 2) {
      const entry = readMetadataEntry(reader.nested());
      if (entry.key === 'type') type = entry.value;
      else if (entry.key === 'content-type') contentType = entry.value.toString('latin1');
    } else if (reader.field === 3) metadata = reader.bytes;
    else if (reader.field === 4) data = reader.bytes;
  }
  if (id === null) throw invalidArgument('The event id is missing or malformed.');
  if (type === null) throw missingMetadataProperty('type');
  if (contentType === null) throw missingMetadataProperty('content-type');
  return { id, type, isJson: contentType === 'application/json', metadata, data };
};
