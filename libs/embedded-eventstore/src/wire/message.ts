/** Protobuf messages that are written now and then, field by field; the hot paths write in place instead. */
import { lengthDelimitedBytes, varintBytes, writeBytesField, writeVarintField } from './protobuf.js';

/** One field of a message, ready to be joined with others. */
export type Field = Buffer;

/** A field of bytes or text. */
export const bytesField = (field: number, content: Uint8Array | string): Field => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const target = Buffer.allocUnsafe(lengthDelimitedBytes(bytes.length));
  writeBytesField(target, 0, field, bytes);
  return target;
};

/** A field of a whole number from 0 to 2^53 − 1, or of true (1). */
export const numberField = (field: number, value: number): Field => {
  const target = Buffer.allocUnsafe(1 + varintBytes(value));
  writeVarintField(target, 0, field, value);
  return target;
};

/** A field of a number as 64 bits; negative ones in two's complement, as int64 has them. */
export const longField = (field: number, value: bigint): Field => {
  const bytes = [field << 3];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
};

/** A field of a message. */
export const messageField = (field: number, ...fields: readonly Field[]): Field =>
  bytesField(field, fields.length === 1 && fields[0] !== undefined ? fields[0] : Buffer.concat(fields));

/** A message of these fields. */
export const message = (...fields: readonly Field[]): Buffer => Buffer.concat(fields);
