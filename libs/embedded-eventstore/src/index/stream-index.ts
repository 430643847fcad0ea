import { PositionLists } from './position-lists.js';

/**
 * Which streams there are and where each of their events lies in the log. Keys are streams' names with one character
 * a byte. It holds nothing that the log does not say and is built again from it.
 */
export class StreamIndex {
  private readonly numbers = new Map<string, number>();
  private readonly positions = new PositionLists();
  private readonly tombstones = new Map<number, number>();

  /** The stream's number, or null when it has no event. */
  find(streamKey: string): number | null {
    return this.numbers.get(streamKey) ?? null;
  }

  /** The stream's number; a stream is started when there is none. */
  findOrStart(streamKey: string): number {
    const known = this.numbers.get(streamKey);
    if (known !== undefined) return known;
    const started = this.positions.create();
    this.numbers.set(streamKey, started);
    return started;
  }

  /** Adds the stream's next event. */
  add(stream: number, position: number): void {
    this.positions.append(stream, position);
  }

  /** The revision of the stream's last event; -1 when there is none. A tombstone does not count. */
  lastRevision(stream: number): number {
    return this.positions.count(stream) - 1;
  }

  /** Position of the event at `revision`; -1 when there is none. */
  position(stream: number, revision: number): number {
    return this.positions.at(stream, revision);
  }

  /** The stream ends here for good. */
  addTombstone(stream: number, position: number): void {
    this.tombstones.set(stream, position);
  }

  /** Position of the stream's tombstone, or null. */
  tombstone(stream: number): number | null {
    return this.tombstones.get(stream) ?? null;
  }
}
