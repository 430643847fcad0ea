import type { DeliveryState, HoldRecord, OwnedHold } from './delivery-state.js';

/** A held stream in memory. */
export interface Hold {
  record: HoldRecord;
  /** Of the record that is stored. */
  version: number;
  /** Events of the stream up to this position are to be delivered before it is let go. */
  through: bigint;
  /** Set while it is let go: who finds the next event of the stream waits for this first. */
  letGo: Promise<void> | undefined;
}

/** The streams of one endpoint that wait for a repeat. */
export class HeldStreams {
  private readonly holds = new Map<string, Hold>();

  constructor(private readonly state: DeliveryState) {}

  get size(): number {
    return this.holds.size;
  }

  /** Takes up what an earlier run has left. Events up to the endpoint's cursor were passed over for these streams. */
  async load(callbackId: string, cursor: bigint): Promise<void> {
    for (const hold of await this.state.takeHolds(callbackId)) this.keep(hold, cursor);
  }

  get(stream: string): Hold | undefined {
    return this.holds.get(stream);
  }

  /** Holds a stream back, durably. */
  async hold(record: HoldRecord, through: bigint): Promise<void> {
    this.keep(await this.state.saveHold({ record, version: 0 }), through);
  }

  async save(hold: Hold, changes: Partial<HoldRecord>): Promise<void> {
    hold.record = { ...hold.record, ...changes };
    hold.version = (await this.state.saveHold(hold)).version;
  }

  /** Lets a stream go whose events are all delivered. Until the record is gone, nothing else of it may be delivered. */
  async letGo(hold: Hold): Promise<void> {
    hold.letGo = this.state.deleteHold(hold).then(() => void this.holds.delete(hold.record.stream));
    await hold.letGo;
  }

  /** Streams whose next attempt is due, the longest overdue first, at most `limit`. */
  due(now: Date, limit: number): Hold[] {
    return [...this.holds.values()]
      .filter((hold) => dueAt(hold) <= now.getTime())
      .sort((a, b) => dueAt(a) - dueAt(b))
      .slice(0, limit);
  }

  /** When the next attempt of all is due, in milliseconds since 1970; undefined when none is held. */
  nextDue(): number | undefined {
    let next: number | undefined;
    for (const hold of this.holds.values()) next = Math.min(next ?? Infinity, dueAt(hold));
    return next;
  }

  private keep({ record, version }: OwnedHold, through: bigint): void {
    this.holds.set(record.stream, { record, version, through, letGo: undefined });
  }
}

const dueAt = ({ record }: Hold): number => Date.parse(record.nextAttemptAt);
