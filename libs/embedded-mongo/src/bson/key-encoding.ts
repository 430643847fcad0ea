import { typeOrder } from './compare.js';
import { encodeNumber } from './key-numbers.js';
import { KeyWriter } from './key-writer.js';
import type { BsonDocument, BsonValue } from './values.js';
import { bsonType, isNumeric } from './values.js';

const END = 0;

/**
 * Writes a value so that comparing the bytes is comparing the values by MongoDB's order across types.
 * No encoding is a prefix of another, so values can follow each other, and be inverted for a descending field.
 */
export function encodeKeyValue(writer: KeyWriter, value: BsonValue): void {
  writer.byte(typeOrder(value));
  encodeBody(writer, value);
}

const shared = new KeyWriter();

/** The key bytes of one value, ascending or descending. */
export function keyOf(value: BsonValue, descending = false): Buffer {
  const writer = shared.reset();
  encodeKeyValue(writer, value);
  if (descending) writer.complement(0);
  return writer.copy();
}

function encodeBody(writer: KeyWriter, value: BsonValue): void {
  if (value === null) return;
  if (isNumeric(value)) return encodeNumber(writer, value);
  if (typeof value === 'string') return writer.text(value);
  if (typeof value === 'boolean') return writer.byte(value ? 1 : 0);
  if (value instanceof Map) return encodeFields(writer, value);
  if (Array.isArray(value)) {
    for (const element of value) encodeKeyValue(writer, element);
    return writer.byte(END);
  }
  switch (value.type) {
    case bsonType.objectId:
      return writer.bytes(value.bytes);
    case bsonType.date:
      return writer.int64(value.millis);
    case bsonType.timestamp:
      return writer.uint64(value.value);
    case bsonType.symbol:
      return writer.text(value.value);
    case bsonType.binData:
      writer.uint32(value.bytes.length);
      writer.byte(value.subtype);
      return writer.bytes(value.bytes);
    case bsonType.regex:
      writer.text(value.pattern);
      return writer.text(value.options);
    case bsonType.dbPointer:
      writer.text(value.namespace);
      return writer.bytes(value.id);
    case bsonType.javascript:
      return writer.text(value.code);
    case bsonType.javascriptWithScope:
      writer.text(value.code);
      return encodeFields(writer, value.scope);
    default:
      return;
  }
}

function encodeFields(writer: KeyWriter, document: BsonDocument): void {
  for (const [name, value] of document) {
    writer.byte(typeOrder(value));
    writer.text(name);
    encodeBody(writer, value);
  }
  writer.byte(END);
}

/** The least key that is greater than every key beginning with `prefix`. */
export function prefixEnd(prefix: Buffer): Buffer {
  const end = Buffer.from(prefix);
  for (let index = end.length - 1; index >= 0; index -= 1) {
    const byte = end[index] ?? 0xff;
    if (byte !== 0xff) {
      end[index] = byte + 1;
      return end.subarray(0, index + 1);
    }
  }
  return Buffer.alloc(prefix.length + 1, 0xff);
}
