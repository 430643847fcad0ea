/**
 * The protobuf bytes of `event_store.client.streams.ReadResp` for one event, as a reader gets them: built once when
 * the event is appended, stored, and sent again and again without being parsed.
 */
import { longField, messageField } from '../wire/message.js';
import { writeUuidText } from '../wire/uuid.js';
import {
  FieldReader,
  lengthDelimitedBytes,
  varintBytes,
  writeBytesField,
  writeFieldHeader,
  writeVarint,
  writeVarintField,
} from '../wire/protobuf.js';

/** An event as it is about to be stored. */
export interface EventToStore {
  /** 16 bytes. */
  readonly id: Buffer;
  readonly streamName: Buffer;
  readonly type: Buffer;
  readonly isJson: boolean;
  readonly metadata: Buffer;
  readonly data: Buffer;
}

/** Where a message lies in its record and what it consists of. */
export interface MessagePlan {
  readonly recordedEventBytes: number;
  readonly readEventBytes: number;
  readonly messageBytes: number;
  readonly created: string;
}

/** The revision of a tombstone, 2^63 − 1: rounded to 2^63 as a number, written exactly. */
export const tombstoneRevision = 2 ** 63;

/** Varints of positions are at most 8 bytes long: positions stay below 2^53. */
export const maximumPositionVarintBytes = 8;

const idFieldBytes = 40;
const idTextBytes = 36;
const tombstoneVarint = Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);

const metadataEntry = (key: string, value: string): Buffer => {
  const [keyBytes, valueBytes] = [Buffer.from(key), Buffer.from(value)];
  const length = lengthDelimitedBytes(keyBytes.length) + lengthDelimitedBytes(valueBytes.length);
  const entry = Buffer.alloc(lengthDelimitedBytes(length));
  const content = writeFieldHeader(entry, 0, 6, length);
  writeBytesField(entry, writeBytesField(entry, content, 1, keyBytes), 2, valueBytes);
  return entry;
};

const jsonEntry = metadataEntry('content-type', 'application/json');
const binaryEntry = metadataEntry('content-type', 'application/octet-stream');
const typeKey = Buffer.from([0x0a, 4, ...Buffer.from('type')]);
const createdKey = Buffer.from([0x0a, 7, ...Buffer.from('created')]);

const typeEntryBytes = (typeBytes: number): number => typeKey.length + lengthDelimitedBytes(typeBytes);
const createdEntryBytes = (digits: number): number => createdKey.length + lengthDelimitedBytes(digits);
const revisionBytes = (revision: number): number =>
  revision === tombstoneRevision ? tombstoneVarint.length : varintBytes(revision);
const optionalBytes = (length: number): number => (length === 0 ? 0 : lengthDelimitedBytes(length));

/** The sizes of the message of `event` at `position`, created at `createdAtMs` (milliseconds since 1970). */
export const planMessage = (
  event: EventToStore,
  revision: number,
  position: number,
  createdAtMs: number,
): MessagePlan => {
  const created = `${createdAtMs}0000`;
  const positionField = 1 + varintBytes(position);
  const recordedEventBytes =
    idFieldBytes +
    lengthDelimitedBytes(lengthDelimitedBytes(event.streamName.length)) +
    (1 + revisionBytes(revision)) +
    2 * positionField +
    lengthDelimitedBytes(typeEntryBytes(event.type.length)) +
    (event.isJson ? jsonEntry.length : binaryEntry.length) +
    lengthDelimitedBytes(createdEntryBytes(created.length)) +
    optionalBytes(event.metadata.length) +
    optionalBytes(event.data.length);
  const readEventBytes = lengthDelimitedBytes(recordedEventBytes) + positionField;
  return { recordedEventBytes, readEventBytes, messageBytes: lengthDelimitedBytes(readEventBytes), created };
};

/** Offsets, from the start of the target buffer, of what indexes and filters read without parsing the message. */
export interface MessageOffsets {
  nameStart: number;
  typeStart: number;
  end: number;
}

/** Writes the message at `at`. */
export const writeMessage = (
  target: Buffer,
  at: number,
  event: EventToStore,
  revision: number,
  position: number,
  plan: MessagePlan,
): MessageOffsets => {
  let next = writeFieldHeader(target, at, 1, plan.readEventBytes);
  next = writeFieldHeader(target, next, 1, plan.recordedEventBytes);
  next = writeId(target, next, event.id);
  next = writeFieldHeader(target, next, 2, lengthDelimitedBytes(event.streamName.length));
  next = writeBytesField(target, next, 3, event.streamName);
  const nameStart = next - event.streamName.length;
  target[next++] = 3 << 3;
  next = writeRevision(target, next, revision);
  next = writeVarintField(target, next, 4, position);
  next = writeVarintField(target, next, 5, position);
  next = writeFieldHeader(target, next, 6, typeEntryBytes(event.type.length));
  target.set(typeKey, next);
  next = writeBytesField(target, next + typeKey.length, 2, event.type);
  const typeStart = next - event.type.length;
  const contentType = event.isJson ? jsonEntry : binaryEntry;
  target.set(contentType, next);
  next = writeFieldHeader(target, next + contentType.length, 6, createdEntryBytes(plan.created.length));
  target.set(createdKey, next);
  next = writeFieldHeader(target, next + createdKey.length, 2, plan.created.length);
  next += target.write(plan.created, next, 'latin1');
  if (event.metadata.length > 0) next = writeBytesField(target, next, 7, event.metadata);
  if (event.data.length > 0) next = writeBytesField(target, next, 8, event.data);
  return { nameStart, typeStart, end: writeVarintField(target, next, 3, position) };
};

const writeId = (target: Buffer, at: number, id: Buffer): number => {
  const content = writeFieldHeader(target, at, 1, idTextBytes + 2);
  return writeUuidText(target, writeFieldHeader(target, content, 2, idTextBytes), id);
};

const writeRevision = (target: Buffer, at: number, revision: number): number => {
  if (revision !== tombstoneRevision) return writeVarint(target, at, revision);
  target.set(tombstoneVarint, at);
  return at + tombstoneVarint.length;
};

/** A nested message of a message, by the numbers of the fields on the way; null when one is missing. */
const nestedBytes = (message: Buffer, ...path: readonly number[]): Buffer | null => {
  let bytes: Buffer | null = message;
  for (const field of path) {
    const reader: FieldReader = new FieldReader(bytes, 0, bytes.length);
    bytes = null;
    while (bytes === null && reader.next()) if (reader.field === field) bytes = reader.bytes;
    if (bytes === null) return null;
  }
  return bytes;
};

/** The event's data inside a stored message. */
export const dataIn = (message: Buffer): Buffer => nestedBytes(message, 1, 1, 8) ?? Buffer.alloc(0);

/** The `RecordedEvent` inside a stored message. */
export const recordedEventIn = (message: Buffer): Buffer => nestedBytes(message, 1, 1) ?? Buffer.alloc(0);

/** A `RecordedEvent` with its id as two numbers instead of text: `UUID.Structured`. */
export const withStructuredId = (recordedEvent: Buffer, id: Buffer): Buffer => {
  const [most, least] = [longField(1, id.readBigInt64BE(0)), longField(2, id.readBigInt64BE(8))];
  return Buffer.concat([messageField(1, messageField(1, most, least)), recordedEvent.subarray(idFieldBytes)]);
};
