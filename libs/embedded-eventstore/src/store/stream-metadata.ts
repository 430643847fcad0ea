/** What a stream's metadata says about which of its events readers see. */

/** The `$tb` of a soft-deleted stream, 2^63 − 1: as a number 2^63. */
export const softDeletedTruncation = 2 ** 63;
const softDeletedText = '9223372036854775807';

export interface StreamMetadata {
  /** Only so many of the newest events are seen. */
  readonly maxCount: number | null;
  /** Only events that are younger are seen, milliseconds. */
  readonly maxAgeMs: number | null;
  /** Only events from this revision on are seen; `softDeletedTruncation` for a soft-deleted stream. */
  readonly truncateBefore: number;
}

export const noMetadata: StreamMetadata = { maxCount: null, maxAgeMs: null, truncateBefore: 0 };
/** A metadata stream keeps its last event only. */
export const metadataOfMetadata: StreamMetadata = { ...noMetadata, maxCount: 1 };

export const metadataPrefix = '$$';
export const isMetadataStream = (streamKey: string): boolean => streamKey.startsWith(metadataPrefix);
export const metadataStreamOf = (streamKey: string): string => metadataPrefix + streamKey;
/** The stream whose metadata a metadata stream holds. */
export const describedStreamOf = (metadataStreamKey: string): string => metadataStreamKey.slice(metadataPrefix.length);

const limitIn = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null;

/** The object in a metadata event's data, or null for anything else. */
export const parsedMetadata = (data: Buffer): Readonly<Record<string, unknown>> | null => {
  try {
    const parsed: unknown = JSON.parse(data.toString());
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : null;
  } catch {
    return null;
  }
};

/** Reads a metadata event's data; limits that are no positive whole numbers are ignored. */
export const readMetadata = (data: Buffer): StreamMetadata => {
  const parsed = parsedMetadata(data);
  if (parsed === null) return noMetadata;
  const maxAge = limitIn(parsed['$maxAge']);
  return {
    maxCount: limitIn(parsed['$maxCount']),
    maxAgeMs: maxAge === null ? null : maxAge * 1000,
    truncateBefore: limitIn(parsed['$tb']) ?? 0,
  };
};

/** The data of the metadata event that soft-deletes a stream. */
export const softDeleteData = Buffer.from(`{"$tb":${softDeletedText}}`);

/** The data that brings a soft-deleted stream back: all events before `revision` stay hidden. */
export const revivedData = (revision: number, metadata: Readonly<Record<string, unknown>> = {}): Buffer =>
  Buffer.from(JSON.stringify({ ...metadata, $tb: revision }));

/** The first revision that count and truncation leave visible in a stream that ends at `last`. */
export const firstByCount = ({ maxCount, truncateBefore }: StreamMetadata, last: number): number =>
  Math.max(truncateBefore, maxCount === null ? 0 : last - maxCount + 1, 0);
