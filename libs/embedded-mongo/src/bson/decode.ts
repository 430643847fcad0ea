import { CommandError } from '../errors.js';
import { readFieldName } from './field-names.js';
import type { BsonDocument, BsonValue } from './values.js';
import {
  Binary,
  bsonUndefined,
  Code,
  CodeWithScope,
  DateTime,
  DbPointer,
  Decimal128,
  Double,
  int32,
  maxKey,
  minKey,
  ObjectId,
  Regex,
  SymbolValue,
  Timestamp,
} from './values.js';

/** Levels of nesting that a document may have, as MongoDB has it. */
export const MAX_DEPTH = 200;
const SMALLEST_DOCUMENT_BYTES = 5;
const SHORT_STRING_BYTES = 32;

/** Bytes that are not BSON. */
export class InvalidBson extends CommandError {
  constructor(message: string) {
    super('InvalidBSON', message);
  }
}

/** Decodes the document that fills `buffer[start, end)` exactly; refuses what is malformed or nested too deeply. */
export function decodeDocument(buffer: Buffer, start = 0, end = buffer.length): BsonDocument {
  return new Decoder(buffer).wholeDocument(start, end);
}

/** Decodes the value of type `type` that fills `buffer[start, end)` of a document that was checked. */
export function decodeValue(buffer: Buffer, type: number, start: number, end: number): BsonValue {
  return new Decoder(buffer).singleValue(type, start, end);
}

/** The length in bytes that a document claims at `start`, checked against the bytes that are there. */
export function documentLength(buffer: Buffer, start: number, end: number): number {
  if (end - start < SMALLEST_DOCUMENT_BYTES) throw new InvalidBson('BSON document is cut short');
  const length = buffer.readInt32LE(start);
  if (length < SMALLEST_DOCUMENT_BYTES || length > end - start) {
    throw new InvalidBson(`BSON document claims ${length} bytes where ${end - start} are left`);
  }
  return length;
}

class Decoder {
  private position = 0;
  private depth = 0;

  constructor(private readonly buffer: Buffer) {}

  wholeDocument(start: number, end: number): BsonDocument {
    this.position = start;
    const document = this.document(end);
    if (this.position !== end) throw new InvalidBson('bytes follow the end of a BSON document');
    return document;
  }

  singleValue(type: number, start: number, end: number): BsonValue {
    this.position = start;
    return this.value(type > 127 ? type - 256 : type, end);
  }

  /** Of two fields with the same name the first counts, as for MongoDB. */
  private document(limit: number): BsonDocument {
    const document: BsonDocument = new Map();
    const end = this.enter(limit);
    while (this.position < end) {
      const type = this.buffer[this.position] ?? 0;
      this.position += 1;
      const name = this.cString(end);
      const value = this.value(type > 127 ? type - 256 : type, end);
      if (!document.has(name)) document.set(name, value);
    }
    this.leave(end);
    return document;
  }

  private array(limit: number): BsonValue[] {
    const values: BsonValue[] = [];
    const end = this.enter(limit);
    while (this.position < end) {
      const type = this.buffer[this.position] ?? 0;
      this.skipName(end);
      values.push(this.value(type > 127 ? type - 256 : type, end));
    }
    this.leave(end);
    return values;
  }

  private enter(limit: number): number {
    const end = this.position + documentLength(this.buffer, this.position, limit) - 1;
    if (this.buffer[end] !== 0) throw new InvalidBson('BSON document does not end in zero');
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new InvalidBson(`BSON nesting exceeds ${MAX_DEPTH} levels`);
    this.position += 4;
    return end;
  }

  private leave(end: number): void {
    if (this.position > end) throw new InvalidBson('a BSON field runs past the end of its document');
    this.position = end + 1;
    this.depth -= 1;
  }

  /** The names in an array are the positions again, and say nothing. */
  private skipName(end: number): void {
    let at = this.position + 1;
    while (this.buffer[at] !== 0 && at < end) at += 1;
    if (at >= end) throw new InvalidBson('BSON field name does not end');
    this.position = at + 1;
  }

  private value(type: number, end: number): BsonValue {
    switch (type) {
      case 1:
        return new Double(this.buffer.readDoubleLE(this.take(8, end)));
      case 2:
        return this.string(end);
      case 3:
        return this.document(end);
      case 4:
        return this.array(end);
      case 5:
        return this.binary(end);
      case 6:
        return bsonUndefined;
      case 7:
        return new ObjectId(this.bytes(12, end));
      case 8:
        return this.boolean(end);
      case 9:
        return new DateTime(this.buffer.readBigInt64LE(this.take(8, end)));
      case 10:
        return null;
      case 16:
        return int32(this.buffer.readInt32LE(this.take(4, end)));
      case 17:
        return new Timestamp(this.buffer.readBigUInt64LE(this.take(8, end)));
      case 18:
        return this.buffer.readBigInt64LE(this.take(8, end));
      case 19:
        return new Decimal128(this.bytes(16, end));
      default:
        return this.rareValue(type, end);
    }
  }

  private rareValue(type: number, end: number): BsonValue {
    switch (type) {
      case 11:
        return new Regex(this.cString(end), this.cString(end));
      case 12:
        return new DbPointer(this.string(end), this.bytes(12, end));
      case 13:
        return new Code(this.string(end));
      case 14:
        return new SymbolValue(this.string(end));
      case 15: {
        const stop = this.position + this.buffer.readInt32LE(this.take(4, end));
        if (stop > end) throw new InvalidBson('BSON code with scope runs past the end of its document');
        const code = new CodeWithScope(this.string(stop), this.document(stop));
        if (this.position !== stop) throw new InvalidBson('BSON code with scope has a wrong length');
        return code;
      }
      case -1:
        return minKey;
      case 127:
        return maxKey;
      default:
        throw new InvalidBson(`unknown BSON type ${type}`);
    }
  }

  private take(length: number, end: number): number {
    const start = this.position;
    if (length < 0 || start + length > end) throw new InvalidBson('BSON value runs past the end of its document');
    this.position = start + length;
    return start;
  }

  private bytes(length: number, end: number): Buffer {
    const start = this.take(length, end);
    return this.buffer.subarray(start, start + length);
  }

  private cString(end: number): string {
    const start = this.position;
    let stop = start;
    while (this.buffer[stop] !== 0 && stop < end) stop += 1;
    if (stop >= end) throw new InvalidBson('BSON field name does not end');
    this.position = stop + 1;
    return readFieldName(this.buffer, start, stop);
  }

  private string(end: number): string {
    const length = this.buffer.readInt32LE(this.take(4, end));
    if (length < 1) throw new InvalidBson(`BSON string claims ${length} bytes`);
    const start = this.take(length, end);
    const stop = start + length - 1;
    if (this.buffer[stop] !== 0) throw new InvalidBson('BSON string does not end in zero');
    return (length <= SHORT_STRING_BYTES ? this.asciiString(start, stop) : undefined) ?? this.utf8String(start, stop);
  }

  private utf8String(start: number, stop: number): string {
    return this.buffer.toString('utf8', start, stop);
  }

  /** A short plain string costs less built here than by a call into native code. */
  private asciiString(start: number, stop: number): string | undefined {
    let text = '';
    for (let index = start; index < stop; index += 1) {
      const byte = this.buffer[index] ?? 0x80;
      if (byte >= 0x80) return undefined;
      text += String.fromCharCode(byte);
    }
    return text;
  }

  private boolean(end: number): boolean {
    const byte = this.buffer[this.take(1, end)];
    if (byte !== 0 && byte !== 1) throw new InvalidBson('BSON boolean is neither 0 nor 1');
    return byte === 1;
  }

  private binary(end: number): Binary {
    const length = this.buffer.readInt32LE(this.take(4, end));
    const subtype = this.buffer.readUInt8(this.take(1, end));
    return new Binary(subtype, this.bytes(length, end));
  }
}
