import type { PublicEvent } from '#kernel';

import type { LiveFilter } from './protocol.js';

/** Most events that are kept for a subscription while it replays; older ones are read from the log again. */
const maximumBufferedEvents = 1_000;

interface Buffered {
  readonly event: PublicEvent;
  readonly position: bigint;
}

/**
 * One subscription's hand-over from the log to live, without loss or duplicate: while it replays, what happens is kept
 * here; the replay goes on until it meets the start of what is kept.
 */
export class Subscription {
  private buffer: Buffered[] = [];

  /**
   * @param delivered position up to which the client has everything
   * @param bufferStartsAfter every event after this position is going to be offered
   * @param replaying whether what followed `delivered` is read from the log first
   */
  constructor(
    readonly clientId: string,
    readonly filter: LiveFilter,
    private delivered: bigint,
    public bufferStartsAfter: bigint,
    private replaying: boolean,
  ) {}

  get isLive(): boolean {
    return !this.replaying;
  }

  /** Takes an event as it happens; true when it is to be pushed to the client now. */
  offer(event: PublicEvent, position: bigint): boolean {
    if (position <= this.delivered) return false;
    if (!this.replaying) return true;
    this.buffer.push({ event, position });
    if (this.buffer.length > maximumBufferedEvents) this.forgetOldest();
    return false;
  }

  /** The replay has delivered everything up to `through`, and that meets the buffer: what is left of it, in order. */
  goLive(through: bigint): PublicEvent[] {
    this.delivered = through;
    this.replaying = false;
    const rest = this.buffer.filter(({ position }) => position > through);
    this.buffer = [];
    return rest.map(({ event }) => event);
  }

  private forgetOldest(): void {
    const forgotten = this.buffer.splice(0, maximumBufferedEvents / 2);
    this.bufferStartsAfter = forgotten.at(-1)?.position ?? this.bufferStartsAfter;
  }
}

/** Two subscriptions with the same key take the same events. */
export const filterKey = ({ topic, hallId, machineId }: LiveFilter): string =>
  JSON.stringify([topic, hallId, machineId]);
