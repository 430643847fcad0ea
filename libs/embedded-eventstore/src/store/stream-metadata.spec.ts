import { describe, expect, it } from '@jest/globals';
import {
  describedStreamOf,
  firstByCount,
  isMetadataStream,
  metadataStreamOf,
  noMetadata,
  parsedMetadata,
  readMetadata,
  revivedData,
  softDeleteData,
  softDeletedTruncation,
} from './stream-metadata.js';

describe('stream metadata', () => {
  it.each<[string, object]>([
    ['{"$maxCount":3}', { ...noMetadata, maxCount: 3 }],
    ['{"$maxAge":60}', { ...noMetadata, maxAgeMs: 60_000 }],
    ['{"$tb":5,"other":1}', { ...noMetadata, truncateBefore: 5 }],
    ['{"$maxCount":0,"$maxAge":-1,"$tb":"7"}', noMetadata],
    ['{"$maxCount":1.5}', noMetadata],
    ['not json', noMetadata],
    ['[1]', noMetadata],
    ['null', noMetadata],
    ['', noMetadata],
  ])('of %p is read', (data, metadata) => {
    expect(readMetadata(Buffer.from(data))).toEqual(metadata);
  });

  it('marks a soft-deleted stream', () => {
    expect(readMetadata(softDeleteData).truncateBefore).toBe(softDeletedTruncation);
    expect(softDeleteData.toString()).toBe('{"$tb":9223372036854775807}');
  });

  it('brings a stream back behind what it held', () => {
    expect(parsedMetadata(revivedData(7, { $tb: 1, owner: 'me' }))).toEqual({ $tb: 7, owner: 'me' });
  });

  it.each([
    [{ ...noMetadata }, 9, 0],
    [{ ...noMetadata, maxCount: 3 }, 9, 7],
    [{ ...noMetadata, maxCount: 30 }, 9, 0],
    [{ ...noMetadata, truncateBefore: 4, maxCount: 8 }, 9, 4],
    [{ ...noMetadata, truncateBefore: 12 }, 9, 12],
  ])('%p leaves a stream that ends at %d visible from %d', (metadata, last, first) => {
    expect(firstByCount(metadata, last)).toBe(first);
  });

  it('lives in a stream named after its stream', () => {
    expect(describedStreamOf(metadataStreamOf('wallet-1'))).toBe('wallet-1');
    expect(isMetadataStream('$$wallet-1')).toBe(true);
    expect(isMetadataStream('$system')).toBe(false);
  });
});
