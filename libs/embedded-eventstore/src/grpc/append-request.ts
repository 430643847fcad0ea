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

const noBytes = Buffer.alloc(0);
const [typeKey, contentTypeKey] = [Buffer.from('type'), Buffer.from('content-type')];
const jsonContentType = Buffer.from('application/json');

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

/** The metadata that the server looks at: what is not there is null. */
interface EventMetadata {
  type: Buffer | null;
  isJson: boolean | null;
}

/** One entry of the metadata's map; of an event there are many, so nothing is made of what is not kept. */
const readMetadataEntry = (reader: FieldReader, metadata: EventMetadata): void => {
  let [isType, isContentType, isJson] = [false, false, false];
  let value: Buffer = noBytes;
  while (reader.next()) {
    if (reader.field === 1) {
      isType = reader.holds(typeKey);
      isContentType = reader.holds(contentTypeKey);
    } else if (reader.field === 2) {
      isJson = reader.holds(jsonContentType);
      value = isContentType ? noBytes : reader.bytes;
    }
  }
  if (isType) metadata.type = value;
  else if (isContentType) metadata.isJson = isJson;
};

/** The `ProposedMessage` of both append calls, whose fields agree, as an event of this stream. */
export const readProposedEvent = (reader: FieldReader, streamName: Buffer): EventToStore => {
  let id: Buffer | null = null;
  const properties: EventMetadata = { type: null, isJson: null };
  let metadata: Buffer = noBytes;
  let data: Buffer = noBytes;
  while (reader.next()) {
    if (reader.field === 1) id = readUuid(reader.nested());
    else if (reader.field === 2) readMetadataEntry(reader.nested(), properties);
    else if (reader.field === 3) metadata = reader.bytes;
    else if (reader.field === 4) data = reader.bytes;
  }
  if (id === null) throw invalidArgument('The event id is missing or malformed.');
  const { type, isJson } = properties;
  if (type === null) throw missingMetadataProperty('type');
  if (isJson === null) throw missingMetadataProperty('content-type');
  return { id, streamName, type, isJson, metadata, data };
};
