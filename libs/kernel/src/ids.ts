import { v5 } from 'uuid';
import { z } from 'zod';

/** The namespace of every id that Tallyhall derives (RFC 9562, version 5). Never changes. */
const tallyhallNamespace = '6f0e3f9a-1d0a-4d0f-9a43-6b1f0c2a7e51';

export const uuidSchema = z.uuid();

/**
 * A name-based id: the same parts give the same id, for ever. Parts are joined with a separator that no part may hold.
 * @throws {RangeError} when a part contains U+001F
 */
export function derivedId(...parts: readonly string[]): string {
  if (parts.some((part) => part.includes('\u001f'))) throw new RangeError('an id part may not contain U+001F');
  return v5(parts.join('\u001f'), tallyhallNamespace);
}
