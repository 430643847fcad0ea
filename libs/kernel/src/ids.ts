import { hash } from 'node:crypto';

/** The namespace of every id that Tallyhall derives (RFC 9562, version 5). Never changes. */
const tallyhallNamespace = Buffer.from('6f0e3f9a1d0a4d0f9a436b1f0c2a7e51', 'hex');

/**
 * A name-based id: the same parts give the same id, for ever. Parts are joined with a separator that no part may hold.
 * @throws {RangeError} when a part contains U+001F
 */
export function derivedId(...parts: readonly string[]): string {
  if (parts.some((part) => part.includes('\u001f'))) throw new RangeError('an id part may not contain U+001F');
  const name = Buffer.from(parts.join('\u001f'), 'utf8');
  return uuidOf(hash('sha1', Buffer.concat([tallyhallNamespace, name]), 'hex'));
}

/** The first 122 bits of a SHA-1 as a UUID of version 5. The one-shot hash leaves nothing behind for the collector. */
function uuidOf(sha1: string): string {
  const variant = variants[Number.parseInt(sha1.charAt(16), 16) & 3] ?? '8';
  return `${sha1.slice(0, 8)}-${sha1.slice(8, 12)}-5${sha1.slice(13, 16)}-${variant}${sha1.slice(17, 20)}-${sha1.slice(20, 32)}`;
}

const variants = ['8', '9', 'a', 'b'];
