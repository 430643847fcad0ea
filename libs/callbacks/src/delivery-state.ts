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

export interface DeliveryCollections {
  readonly endpoints: KeyValueCollection<EndpointRecord>;
  readonly holds: KeyValueCollection<HoldRecord>;
  readonly control: KeyValueCollection<{ readonly position: bigint }>;
}

const pageSize = 1_000;
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

  async holds(callbackId: string): Promise<HoldRecord[]> {
    return (await allOf(this.collections.holds, `${callbackId}/`)).map(({ value }) => value);
  }

  async saveHold(hold: HoldRecord): Promise<void> {
    await this.collections.holds.put(holdId(hold.callbackId, hold.stream), hold);
  }

  async deleteHold({ callbackId, stream }: HoldRecord): Promise<void> {
    await this.collections.holds.delete(holdId(callbackId, stream));
  }

  async deleteEndpoint(callbackId: string): Promise<void> {
    for (const hold of await this.holds(callbackId)) await this.deleteHold(hold);
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
