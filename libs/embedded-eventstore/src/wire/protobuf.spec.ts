import { describe, expect, it } from '@jest/globals';
import protobuf from 'google-protobuf';
import {
  FieldReader,
  MalformedMessage,
  varintBytes,
  writeBytesField,
  writeVarint,
  writeVarintField,
} from './protobuf.js';

const interesting = [
  0,
  1,
  127,
  128,
  16_383,
  16_384,
  2 ** 28 - 1,
  2 ** 28,
  2 ** 31,
  2 ** 32,
  2 ** 35 + 7,
  2 ** 49,
  Number.MAX_SAFE_INTEGER,
];

describe('a varint', () => {
  it.each(interesting)('of %d is what the protobuf library writes', (value) => {
    const writer = new protobuf.BinaryWriter();
    writer.writeUint64String(1, String(value));
    const target = Buffer.alloc(16);
    const end = writeVarint(target, 0, value);
    expect(target.subarray(0, end)).toEqual(Buffer.from(writer.getResultBuffer()).subarray(1));
    expect(varintBytes(value)).toBe(end);
  });

  it.each(interesting)('of %d is read back', (value) => {
    const target = Buffer.alloc(16);
    const reader = new FieldReader(target, 0, writeVarintField(target, 0, 3, value));
    expect(reader.next()).toBe(true);
    expect([reader.field, reader.value, reader.bigintValue]).toEqual([3, value, BigInt(value)]);
    expect(reader.next()).toBe(false);
  });

  it('keeps all 64 bits of a negative number', () => {
    const writer = new protobuf.BinaryWriter();
    writer.writeInt64String(1, '-2');
    const bytes = Buffer.from(writer.getResultBuffer());
    const reader = new FieldReader(bytes, 0, bytes.length);
    reader.next();
    expect(BigInt.asIntN(64, reader.bigintValue)).toBe(-2n);
  });
});

describe('a field reader', () => {
  it('walks nested messages and skips what it does not know', () => {
    const writer = new protobuf.BinaryWriter();
    writer.writeFixed64(1, 5);
    writer.writeFloat(2, 1.5);
    writer.writeString(3, 'héllo');
    const bytes = Buffer.from(writer.getResultBuffer());
    const reader = new FieldReader(bytes, 0, bytes.length);
    const seen: [number, number][] = [];
    while (reader.next()) seen.push([reader.field, reader.end - reader.start]);
    expect(seen).toEqual([
      [1, 8],
      [2, 4],
      [3, 6],
    ]);
  });

  it('starts again when rewound, inside a message too', () => {
    const target = Buffer.alloc(64);
    const inner = writeVarintField(target, 0, 1, 9);
    const outer = Buffer.alloc(64);
    const end = writeBytesField(outer, 0, 2, target.subarray(0, inner));
    const reader = new FieldReader(outer, 0, end);
    reader.next();
    const nested = reader.nested();
    nested.next();
    const again = nested.rewound();
    expect(again.next()).toBe(true);
    expect(again.value).toBe(9);
  });

  it('refuses every message that is cut off', () => {
    const target = Buffer.alloc(512);
    const end = writeBytesField(target, 0, 1, Buffer.alloc(300, 1));
    for (let length = 1; length < end; length += 1) {
      expect(() => new FieldReader(target, 0, length).next()).toThrow(MalformedMessage);
    }
  });

  it.each([
    ['an endless varint', Buffer.alloc(12, 0xff)],
    ['an unknown wire type', Buffer.from([(1 << 3) | 3, 0])],
  ])('refuses %s', (_, bytes) => {
    expect(() => new FieldReader(bytes, 0, bytes.length).next()).toThrow(MalformedMessage);
  });
});
