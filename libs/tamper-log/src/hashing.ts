import { hash } from 'node:crypto';

/** Bytes of a SHA-256. */
export const hashBytes = 32;

/** Both children behind their prefix: what is hashed is laid out here, not in a buffer of its own. */
const children = Buffer.alloc(1 + 2 * hashBytes, 0x01);

/** The root of a tree without leaves: the hash of nothing (RFC 6962, 2.1). */
export const emptyRoot: Buffer = sha256(Buffer.alloc(0));

/** The hash of a leaf's content (RFC 6962, 2.1): the prefix 0x00 keeps a leaf from passing for an inner node. */
export const hashLeaf = (entry: Buffer): Buffer => sha256(Buffer.concat([Buffer.of(0x00), entry]));

/** The same of an entry's text, without making its bytes first: U+0000 is the byte 0x00 in UTF-8. */
export const hashEntry = (text: string): Buffer => pooled(hash('sha256', `\u0000${text}`, 'binary'));

/** The hash of an inner node over its two children, behind the prefix 0x01. */
export function hashChildren(left: Buffer, right: Buffer): Buffer {
  left.copy(children, 1);
  right.copy(children, 1 + hashBytes);
  return sha256(children);
}

/** One-shot: an object of node:crypto a leaf would cost more than the hash itself. */
export function sha256(bytes: Buffer): Buffer {
  return pooled(hash('sha256', bytes, 'binary'));
}

/** SHA-256 of a text's UTF-8, as 64 hexadecimal digits. */
export const sha256Hex = (text: string): string => hash('sha256', text, 'hex');

/** A hash, a byte a character, in Node's pool: memory of its own for each of a million would keep the collector busy. */
function pooled(digest: string): Buffer {
  const bytes = Buffer.allocUnsafe(hashBytes);
  bytes.write(digest, 'latin1');
  return bytes;
}
