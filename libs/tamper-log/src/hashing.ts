import { hash } from 'node:crypto';

/** Bytes of a SHA-256. */
export const hashBytes = 32;

const leafPrefix = Buffer.from([0x00]);
const nodePrefix = Buffer.from([0x01]);

/** The root of a tree without leaves: the hash of nothing (RFC 6962, 2.1). */
export const emptyRoot: Buffer = sha256(Buffer.alloc(0));

/** The hash of a leaf's content (RFC 6962, 2.1): the prefix keeps a leaf from passing for an inner node. */
export const hashLeaf = (entry: Buffer): Buffer => sha256(Buffer.concat([leafPrefix, entry]));

/** The hash of an inner node over its two children. */
export const hashChildren = (left: Buffer, right: Buffer): Buffer => sha256(Buffer.concat([nodePrefix, left, right]));

/** One-shot: an object of node:crypto a leaf would cost more than the hash itself. */
export function sha256(bytes: Buffer): Buffer {
  return hash('sha256', bytes, 'buffer');
}

/** SHA-256 of a text's UTF-8, as 64 hexadecimal digits. */
export const sha256Hex = (text: string): string => hash('sha256', text, 'hex');
