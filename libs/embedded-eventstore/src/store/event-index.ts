import { RecentIds } from '../index/recent-ids.js';
import { StreamIndex } from '../index/stream-index.js';
import { eventIdAt, isTombstone, positionAt, streamKeyAt } from '../storage/record.js';
import type { LogVisitor } from '../storage/recovery.js';

/** Everything in memory that is derived from the log: where streams' events and recent event ids lie. */
export class EventIndex implements LogVisitor {
  readonly streams = new StreamIndex();
  readonly recentIds = new RecentIds();

  /** Sealed segments are always scanned. */
  loadSealed(): boolean {
    return false;
  }

  scannedSealed(): void {
    // Nothing is kept beside a segment.
  }

  visit(buffer: Buffer, at: number): void {
    const stream = this.streams.findOrStart(streamKeyAt(buffer, at));
    this.add(stream, eventIdAt(buffer, at), positionAt(buffer, at), isTombstone(buffer, at));
  }

  /** Adds an event that was just written. */
  add(stream: number, id: Buffer, position: number, tombstone: boolean): void {
    if (tombstone) this.streams.addTombstone(stream, position);
    else this.streams.add(stream, position);
    this.recentIds.add(id, position);
  }
}
