const MAX_CACHED_BYTES = 24;
const CACHE_SLOTS = 4_096;

interface CachedName {
  readonly bytes: Uint8Array;
  readonly name: string;
}

const cache: (CachedName | undefined)[] = new Array<CachedName | undefined>(CACHE_SLOTS).fill(undefined);

function sameBytes(cached: Uint8Array, buffer: Buffer, start: number): boolean {
  for (let index = 0; index < cached.length; index += 1) {
    if (cached[index] !== buffer[start + index]) return false;
  }
  return true;
}

/** The field name in `buffer[start, end)`. Names repeat in every document, so short ones are decoded once and shared. */
export function readFieldName(buffer: Buffer, start: number, end: number): string {
  const length = end - start;
  if (length > MAX_CACHED_BYTES) return buffer.toString('utf8', start, end);
  let hash = length;
  for (let index = start; index < end; index += 1) hash = (hash * 31 + (buffer[index] ?? 0)) | 0;
  const slot = (hash ^ (hash >>> 12)) & (CACHE_SLOTS - 1);
  const cached = cache[slot];
  if (cached !== undefined && cached.bytes.length === length && sameBytes(cached.bytes, buffer, start)) {
    return cached.name;
  }
  const name = buffer.toString('utf8', start, end);
  cache[slot] = { bytes: Uint8Array.prototype.slice.call(buffer, start, end), name };
  return name;
}
