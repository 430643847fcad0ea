/**
 * The few protobuf primitives the hot paths need: reading and writing fields in place, without message objects.
 * Source of the format: https://protobuf.dev/programming-guides/encoding/
 */

const twoTo28 = 2 ** 28;
const twoTo32 = 2 ** 32;

/** Bytes a varint of `value` takes; `value` is a whole number from 0 to 2^53 − 1. */
export const varintBytes = (value: number): number => {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes;
};

/** Writes a varint at `at`; answers the offset after it. `value` is a whole number from 0 to 2^53 − 1. */
export const writeVarint = (target: Buffer, at: number, value: number): number => {
  let rest = value;
  let next = at;
  for (; rest >= twoTo28; rest = Math.floor(rest / 128)) target[next++] = (rest % 128) | 0x80;
  for (; rest >= 128; rest >>>= 7) target[next++] = (rest & 0x7f) | 0x80;
  target[next++] = rest;
  return next;
};

/** Bytes a length-delimited field with a one-byte tag takes. */
export const lengthDelimitedBytes = (length: number): number => 1 + varintBytes(length) + length;

/** Writes tag and length of a length-delimited field; answers the offset of its content. */
export const writeFieldHeader = (target: Buffer, at: number, field: number, length: number): number => {
  target[at] = (field << 3) | 2;
  return writeVarint(target, at + 1, length);
};

/** Writes a whole length-delimited field; answers the offset after it. */
export const writeBytesField = (target: Buffer, at: number, field: number, content: Uint8Array): number => {
  const start = writeFieldHeader(target, at, field, content.length);
  target.set(content, start);
  return start + content.length;
};

/** Writes a varint field with a one-byte tag; answers the offset after it. */
export const writeVarintField = (target: Buffer, at: number, field: number, value: number): number => {
  target[at] = field << 3;
  return writeVarint(target, at + 1, value);
};

/** A field that ends beyond its message, an unknown wire type, or a varint of more than 64 bits. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

/** A byte from here on is followed by others of its varint. */
const longVarint = 0x80;

/** Walks the fields of one message inside a buffer. `value` is a number, `start` and `end` delimit bytes. */
export class FieldReader {
  field = 0;
  wireType = 0;
  start = 0;
  end = 0;
  private readonly first: number;
  private lowBits = 0;
  private highBits = 0;

  constructor(
    readonly buffer: Buffer,
    private at: number,
    private readonly limit: number,
  ) {
    this.first = at;
  }

  /** Moves to the next field; false at the end of the message. */
  next(): boolean {
    if (this.at >= this.limit) return false;
    this.readVarint();
    this.field = this.lowBits >>> 3;
    this.wireType = this.lowBits & 7;
    if (this.wireType === 0) return this.readVarint();
    if (this.wireType === 2) this.readVarint();
    this.start = this.at;
    this.end = this.at + this.contentBytes();
    if (this.end > this.limit) throw new MalformedMessage('a field ends beyond its message');
    this.at = this.end;
    return true;
  }

  /** The varint's value; beyond 2^53 it is rounded, see `bigintValue`. */
  get value(): number {
    return this.highBits * twoTo32 + this.lowBits;
  }

  /** The varint's 64 bits, unsigned. */
  get bigintValue(): bigint {
    return (BigInt(this.highBits) << 32n) | BigInt(this.lowBits);
  }

  /** A view on the field's bytes. */
  get bytes(): Buffer {
    return this.buffer.subarray(this.start, this.end);
  }

  /** Whether the field's bytes are these. */
  holds(expected: Buffer): boolean {
    if (this.end - this.start !== expected.length) return false;
    return this.buffer.compare(expected, 0, expected.length, this.start, this.end) === 0;
  }

  /** A reader over the field's bytes as a message of its own. */
  nested(): FieldReader {
    return new FieldReader(this.buffer, this.start, this.end);
  }

  /** A reader over the same message from its start. */
  rewound(): FieldReader {
    return new FieldReader(this.buffer, this.first, this.limit);
  }

  private contentBytes(): number {
    if (this.wireType === 2) return this.value;
    if (this.wireType === 1) return 8;
    if (this.wireType === 5) return 4;
    throw new MalformedMessage(`wire type ${this.wireType} is not known`);
  }

  private readVarint(): boolean {
    const first = this.at < this.limit ? (this.buffer[this.at] ?? longVarint) : longVarint;
    if (first >= longVarint) return this.readLongVarint();
    this.at += 1;
    this.lowBits = first;
    this.highBits = 0;
    return true;
  }

  private readLongVarint(): boolean {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= this.limit) throw new MalformedMessage('a varint ends beyond its message');
      const byte = this.buffer.readUInt8(this.at++);
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else high |= (bits & 1) << 31;
      if (byte < 128) {
        this.lowBits = low >>> 0;
        this.highBits = high >>> 0;
        return true;
      }
    }
    throw new MalformedMessage('a varint has more than 64 bits');
  }
}
