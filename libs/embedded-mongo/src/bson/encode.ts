import type { BsonDocument, BsonValue } from './values.js';
import { Double, Int32 } from './values.js';

/** A document that is already bytes, put into an answer as it is. */
export class RawDocument {
  constructor(readonly bytes: Buffer) {}
}

/** What an answer may be built of: BSON values, and plain objects and whole numbers for the engine's own fields. */
export type Answer = BsonValue | RawDocument | number | readonly Answer[] | { readonly [name: string]: Answer };
export type AnswerDocument = BsonDocument | { readonly [name: string]: Answer };

type Scalar = Exclude<BsonValue, BsonDocument | BsonValue[]>;

const INITIAL_BYTES = 64 * 1024;
/** A scratch buffer that grew past this is given back after use. */
const KEPT_BYTES = 4 * 1024 * 1024;
const INT32_MAX = 2_147_483_647;
const INT32_MIN = -2_147_483_648;

let scratch = Buffer.allocUnsafeSlow(INITIAL_BYTES);

/** Encodes a document; the buffer is the caller's own. `headroom` bytes are left free before it. */
export function encodeDocument(document: AnswerDocument, headroom = 0): Buffer {
  const writer = new Encoder();
  const length = writer.document(document, 0);
  const bytes = Buffer.allocUnsafe(headroom + length);
  scratch.copy(bytes, headroom, 0, length);
  if (scratch.length > KEPT_BYTES) scratch = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  return bytes;
}

function isPlainObject(value: Answer): value is { readonly [name: string]: Answer } {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

class Encoder {
  private position = 0;

  document(document: AnswerDocument, start: number): number {
    this.position = start;
    this.fields(document);
    return this.position;
  }

  private reserve(bytes: number): void {
    if (this.position + bytes <= scratch.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(scratch.length * 2, this.position + bytes));
    scratch.copy(larger, 0, 0, this.position);
    scratch = larger;
  }

  private fields(document: AnswerDocument): void {
    const start = this.open();
    if (document instanceof Map) {
      for (const [name, value] of document) this.element(name, value);
    } else {
      for (const name of Object.keys(document)) {
        const value = document[name];
        if (value !== undefined) this.element(name, value);
      }
    }
    this.close(start);
  }

  private array(values: readonly Answer[]): void {
    const start = this.open();
    for (const [index, value] of values.entries()) this.element(String(index), value);
    this.close(start);
  }

  private open(): number {
    this.reserve(5);
    const start = this.position;
    this.position += 4;
    return start;
  }

  private close(start: number): void {
    this.reserve(1);
    scratch[this.position] = 0;
    this.position += 1;
    scratch.writeInt32LE(this.position - start, start);
  }

  private element(name: string, value: Answer): void {
    this.reserve(name.length * 3 + 32);
    const typePosition = this.position;
    this.position += 1;
    this.cString(name);
    const type = this.value(value);
    scratch.writeInt8(type, typePosition);
  }

  private cString(text: string): void {
    this.reserve(text.length * 3 + 24);
    const length = text.length;
    let position = this.position;
    let index = 0;
    for (; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) break;
      scratch[position] = code;
      position += 1;
    }
    if (index < length) position = this.position + scratch.write(text, this.position, 'utf8');
    scratch[position] = 0;
    this.position = position + 1;
  }

  private value(value: Answer): number {
    if (value instanceof RawDocument) {
      this.bytes(value.bytes);
      return 3;
    }
    if (typeof value === 'number') return this.number(value);
    if (Array.isArray(value)) {
      this.array(value);
      return 4;
    }
    if (value instanceof Map || isPlainObject(value)) {
      this.fields(value);
      return 3;
    }
    return this.scalar(value as Scalar);
  }

  private number(value: number): number {
    const whole = Number.isInteger(value) && value <= INT32_MAX && value >= INT32_MIN;
    return this.scalar(whole ? new Int32(value) : new Double(value));
  }

  private scalar(value: Scalar): number {
    if (typeof value === 'string') {
      this.string(value);
      return 2;
    }
    if (typeof value === 'boolean') {
      scratch[this.position] = value ? 1 : 0;
      this.position += 1;
      return 8;
    }
    if (typeof value === 'bigint') {
      this.position = scratch.writeBigInt64LE(value, this.position);
      return 18;
    }
    if (value === null) return 10;
    switch (value.type) {
      case 1:
        this.position = scratch.writeDoubleLE(value.value, this.position);
        break;
      case 16:
        this.position = scratch.writeInt32LE(value.value, this.position);
        break;
      case 7:
      case 19:
        this.bytes(value.bytes);
        break;
      case 9:
        this.position = scratch.writeBigInt64LE(value.millis, this.position);
        break;
      case 17:
        this.position = scratch.writeBigUInt64LE(value.value, this.position);
        break;
      case 5:
        this.position = scratch.writeInt32LE(value.bytes.length, this.position);
        scratch[this.position] = value.subtype;
        this.position += 1;
        this.bytes(value.bytes);
        break;
      case 11:
        this.cString(value.pattern);
        this.cString(value.options);
        break;
      case 12:
        this.string(value.namespace);
        this.bytes(value.id);
        break;
      case 13:
        this.string(value.code);
        break;
      case 14:
        this.string(value.value);
        break;
      case 15: {
        const start = this.open();
        this.string(value.code);
        this.fields(value.scope);
        scratch.writeInt32LE(this.position - start, start);
        break;
      }
      default:
        break;
    }
    return value.type;
  }

  private string(text: string): void {
    this.reserve(text.length * 3 + 24);
    const lengthPosition = this.position;
    this.position += 4;
    const start = this.position;
    const length = text.length;
    let index = 0;
    if (length <= 32) {
      for (; index < length; index += 1) {
        const code = text.charCodeAt(index);
        if (code >= 0x80) break;
        scratch[start + index] = code;
      }
    }
    this.position = index === length ? start + length : start + scratch.write(text, start, 'utf8');
    scratch[this.position] = 0;
    this.position += 1;
    scratch.writeInt32LE(this.position - start, lengthPosition);
  }

  private bytes(bytes: Buffer): void {
    this.reserve(bytes.length + 24);
    bytes.copy(scratch, this.position);
    this.position += bytes.length;
  }
}
