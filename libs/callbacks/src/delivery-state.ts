import type { KeyValueCollection, KeyValueEntry } from '#read-models';

/** How far the deliveries to one endpoint are. */
export interface EndpointRecord {
  readonly hallId: string;
  readonly url: string;
  readonly types: readonly string[];
  readonly status: 'active' | 'suspended';
  /** Every event up to this position is delivered, or is covered by a held stream. */
  readonly cursor: bigint;
  /** Since when nothing could be delivered; null when the last attempt succeeded. ISO 8601. */
  readonly failingSince: string | null;
}

/** A stream that waits for a failed delivery to be repeated. Everything of it before this event has been delivered. */
export interface HoldRecord {
  readonly callbackId: string;
  readonly stream: string;
  /** Revision of the stored event that is to be delivered next. */
  readonly revision: bigint;
  /** Id of the first public event of it that was not delivered; empty for all of them. */
  readonly nextId: string;
  /** Failed attempts at that event; 0 when it was not tried yet. */
  readonly attempts: number;
  /** ISO 8601. */
  readonly nextAttemptAt: string;
}

/** A held stream as this process wrote it last. */
export interface OwnedHold {
  readonly record: HoldRecord;
  /** Of the stored record; 0 when it is not stored yet. */
  readonly version: number;
}

/** Another process delivers to the endpoint now: this one, which has been away, must not undo what that one has done. */
export class HoldTakenOver extends Error {
  constructor({ callbackId, stream }: HoldRecord) {
    super(`Another process delivers ${stream} to callback ${callbackId} now.`);
    this.name = 'HoldTakenOver';
  }
}

export interface DeliveryCollections {
  readonly endpoints: KeyValueCollection<EndpointRecord>;
  readonly holds: KeyValueCollection<HoldRecord>;
  readonly control: KeyValueCollection<{ readonly position: bigint }>;
}

const pageSize = 1_000;
const maximumWrites = 32;
const controlId = 'callbacks';
const holdId = (callbackId: string, stream: string): string => `${callbackId}/${stream}`;

/**
 * What must outlive the process for nothing to be skipped. A write is durable when its promise resolves; a held stream is
 * written before the cursor passes it. Losing all of it repeats deliveries from the registrations on, and skips none.
 */
export class DeliveryState {
  constructor(private readonly collections: DeliveryCollections) {}

  async controlPosition(): Promise<bigint | undefined> {
    return (await this.collections.control.get(controlId))?.position;
  }

  async saveControlPosition(position: bigint): Promise<void> {
    await this.collections.control.put(controlId, { position });
  }

  endpoint(callbackId: string): Promise<EndpointRecord | undefined> {
    return this.collections.endpoints.get(callbackId);
  }

  endpoints(): Promise<KeyValueEntry<EndpointRecord>[]> {
    return allOf(this.collections.endpoints, '');
  }

  async addEndpoint(callbackId: string, record: EndpointRecord): Promise<void> {
    await this.collections.endpoints.insertIfAbsent(callbackId, record);
  }

  async saveEndpoint(callbackId: string, record: EndpointRecord): Promise<void> {
    await this.collections.endpoints.put(callbackId, record);
  }

  /**
   * Takes the held streams over: whoever had them before can neither change them nor let them go from now on.
   * @throws {HoldTakenOver} another process takes them at the same time
   */
  async takeHolds(callbackId: string): Promise<OwnedHold[]> {
    const found = await allOf(this.collections.holds, `${callbackId}/`);
    const taken: OwnedHold[] = [];
    for (let at = 0; at < found.length; at += maximumWrites) {
      const some = found.slice(at, at + maximumWrites).map(({ value, version }) => ({ record: value, version }));
      taken.push(...(await Promise.all(some.map((hold) => this.saveHold(hold)))));
    }
    return taken;
  }

  /**
   * @param version 0 for one that is new
   * @throws {HoldTakenOver} another process has it now, or let it go
   */
  async saveHold({ record, version }: OwnedHold): Promise<OwnedHold> {
    const id = holdId(record.callbackId, record.stream);
    if (!(await this.collections.holds.compareAndSet(id, version, record))) throw new HoldTakenOver(record);
    return { record, version: version + 1 };
  }

  /** @throws {HoldTakenOver} another process has it now, or let it go */
  async deleteHold({ record, version }: OwnedHold): Promise<void> {
    if (!(await this.collections.holds.delete(holdId(record.callbackId, record.stream), version)))
      throw new HoldTakenOver(record);
  }

  async deleteEndpoint(callbackId: string): Promise<void> {
    for (const { id } of await allOf(this.collections.holds, `${callbackId}/`)) await this.collections.holds.delete(id);
    await this.collections.endpoints.delete(callbackId);
  }
}

async function allOf<T>(collection: KeyValueCollection<T>, prefix: string): Promise<KeyValueEntry<T>[]> {
  const entries: KeyValueEntry<T>[] = [];
  for (;;) {
    const page = await collection.list({ prefix, limit: pageSize, after: entries.at(-1)?.id });
    entries.push(...page);
    if (page.length < pageSize) return entries;
  }
}
