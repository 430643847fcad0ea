import { crc32 } from 'node:zlib';

/** Length and checksum, each a 32-bit little-endian number. */
const headerBytes = 8;
/** Most that one frame carries, in bytes: one group commit. */
export const maximumFrameBytes = 4 * 1024 * 1024;

export type FrameReading =
  | { readonly kind: 'frame'; readonly payload: Buffer; readonly end: number }
  /** The bytes end before the frame does. */
  | { readonly kind: 'short' }
  | { readonly kind: 'damaged' };

const checksum = (length: Buffer, payload: Buffer): number => crc32(payload, crc32(length));

/**
 * One group commit as it lies on disk: length, CRC-32 over length and payload, payload.
 * @throws {RangeError} when the payload is empty or longer than {@link maximumFrameBytes}
 */
export function encodeFrame(payload: Buffer): Buffer {
  if (payload.length === 0 || payload.length > maximumFrameBytes) {
    throw new RangeError(`a journal frame of ${payload.length} bytes`);
  }
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(payload.length, 0);
  header.writeUInt32LE(checksum(header.subarray(0, 4), payload), 4);
  return Buffer.concat([header, payload]);
}

/** Reads the frame that begins at `offset`. Never throws on what lies on disk. */
export function readFrame(bytes: Buffer, offset: number): FrameReading {
  if (bytes.length - offset < headerBytes) return { kind: 'short' };
  const length = bytes.readUInt32LE(offset);
  if (length === 0 || length > maximumFrameBytes) return { kind: 'damaged' };
  const start = offset + headerBytes;
  const end = start + length;
  if (end > bytes.length) return { kind: 'short' };
  const payload = bytes.subarray(start, end);
  const expected = bytes.readUInt32LE(offset + 4);
  return checksum(bytes.subarray(offset, offset + 4), payload) === expected
    ? { kind: 'frame', payload, end }
    : { kind: 'damaged' };
}

/**
 * Whether an intact frame stands anywhere behind a bad one. One sync is in flight at a time, so only the last frame can
 * be torn: what has an intact frame behind it was on disk whole, and is damage.
 */
export function intactFrameAfter(bytes: Buffer, offset: number): boolean {
  for (let at = offset + 1; at + headerBytes < bytes.length; at += 1) {
    if (readFrame(bytes, at).kind === 'frame') return true;
  }
  return false;
}
