import { hash } from 'node:crypto';

export const streamHashBytes = 16;

/** What an entry of an index is about: the events of a stream, or the tombstone that ends it. */
export type HashedPart = 'events' | 'tombstone';
const marks: Readonly<Record<HashedPart, string>> = { events: 's', tombstone: 't' };

/**
 * The hash by which indexes on disk know a stream: 128 bits of SHA-256, so that no two names are ever taken for one
 * another, chosen on purpose or not. `streamKey` has one character a byte.
 */
export const streamHash = (streamKey: string, part: HashedPart): Buffer =>
  hash('sha256', Buffer.from(marks[part] + streamKey, 'latin1'), 'buffer').subarray(0, streamHashBytes);
