import { hash } from 'node:crypto';

/** A key prepared for many short texts: its two padded blocks (RFC 2104). */
export interface HmacKey {
  readonly inner: Buffer;
  readonly outer: Buffer;
}

/** SHA-256's block, and the longest key that is used as it is. */
const blockBytes = 64;

/** @throws {RangeError} the key is longer than 64 bytes */
export function hmacKey(key: Buffer): HmacKey {
  if (key.length > blockBytes) throw new RangeError(`an HMAC key of ${key.length} bytes is longer than ${blockBytes}`);
  return { inner: padded(key, 0x36), outer: padded(key, 0x5c) };
}

/**
 * HMAC-SHA256 as hex, by one-shot hashes: an Hmac object of node:crypto is a native handle, and a handle a request costs
 * the collector more than the hash itself.
 */
export function hmacSha256({ inner, outer }: HmacKey, text: string): string {
  const digest = hash('sha256', Buffer.concat([inner, Buffer.from(text, 'utf8')]), 'buffer');
  return hash('sha256', Buffer.concat([outer, digest]), 'hex');
}

function padded(key: Buffer, pad: number): Buffer {
  const block = Buffer.alloc(blockBytes, pad);
  key.forEach((byte, index) => {
    block[index] = byte ^ pad;
  });
  return block;
}
