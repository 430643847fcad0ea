/** The events that the store itself writes. */
import { randomBytes } from 'node:crypto';
import type { EventToStore } from '../storage/event-message.js';
import { metadataStreamOf } from './stream-metadata.js';

/** An event of the store's own. */
export const systemEvent = (streamKey: string, type: string, data: Buffer, isJson: boolean): EventToStore => {
  return {
    id: randomBytes(16),
    streamName: Buffer.from(streamKey, 'latin1'),
    type: Buffer.from(type),
    isJson,
    metadata: Buffer.alloc(0),
    data,
  };
};

/** A new version of a stream's metadata. */
export const metadataEvent = (streamKey: string, data: Buffer): EventToStore =>
  systemEvent(metadataStreamOf(streamKey), '$metadata', data, true);

/** The end of a stream. */
export const tombstoneEvent = (streamKey: string): EventToStore =>
  systemEvent(streamKey, '$streamDeleted', Buffer.alloc(0), false);
