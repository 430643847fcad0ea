import type { KeyValueCollection } from '#read-models';

/** One attempt at a delivery, as the owner of the callback sees it. */
export interface DeliveryRecord {
  /** The public event's id: the `webhook-id`. */
  readonly eventId: string;
  readonly type: string;
  readonly stream: string;
  readonly position: string;
  /** 1 is the first. */
  readonly attempt: number;
  /** ISO 8601. */
  readonly attemptedAt: string;
  readonly delivered: boolean;
  /** The receiver's status; null when it did not answer. */
  readonly status: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  /** When it is tried again; null when it was delivered. ISO 8601. */
  readonly nextAttemptAt: string | null;
}

export interface DeliveryPage {
  readonly items: readonly DeliveryRecord[];
  readonly next: string | null;
}

/** Attempts that are kept for each callback; older ones are dropped every thousand attempts. */
export const keptDeliveries = 10_000;
const trimEvery = 1_000;
const pageSize = 1_000;
/** Milliseconds since 1970 stay below this for 31 000 years: ids count down, so that the newest sorts first. */
const endOfTimeMs = 10 ** 15 - 1;
const endOfSequence = 10 ** 9 - 1;

/** The latest attempts of every callback, newest first. */
export class DeliveryLog {
  private sequence = 0;
  private readonly untilTrim = new Map<string, number>();

  constructor(
    private readonly records: KeyValueCollection<DeliveryRecord>,
    private readonly kept = keptDeliveries,
  ) {}

  async add(callbackId: string, record: DeliveryRecord): Promise<void> {
    this.sequence += 1;
    const newestFirst = (endOfTimeMs - Date.parse(record.attemptedAt)).toString().padStart(15, '0');
    const sequence = (endOfSequence - (this.sequence % endOfSequence)).toString().padStart(9, '0');
    await this.records.put(`${callbackId}/${newestFirst}-${sequence}`, record);
    await this.trimSometimes(callbackId);
  }

  /** @param cursor `next` of the page before; what is none of ours is the first page */
  async page(callbackId: string, limit: number, cursor: string | undefined): Promise<DeliveryPage> {
    const prefix = `${callbackId}/`;
    const after = cursor === undefined ? undefined : `${prefix}${cursor}`;
    const found = await this.records.list({ prefix, limit: limit + 1, after });
    const items = found.slice(0, limit);
    const next = found.length > limit ? (items.at(-1)?.id.slice(prefix.length) ?? null) : null;
    return { items: items.map(({ value }) => value), next };
  }

  /** Drops all but the latest `kept` records; all of them for 0. */
  async trim(callbackId: string, kept = this.kept): Promise<void> {
    const prefix = `${callbackId}/`;
    let after: string | undefined;
    for (let seen = 0; ;) {
      const page = await this.records.list({ prefix, limit: pageSize, after });
      for (const { id } of page.slice(Math.max(0, kept - seen))) await this.records.delete(id);
      if (page.length < pageSize) return;
      seen += page.length;
      after = page.at(-1)?.id;
    }
  }

  private async trimSometimes(callbackId: string): Promise<void> {
    const left = (this.untilTrim.get(callbackId) ?? 0) - 1;
    this.untilTrim.set(callbackId, left < 0 ? trimEvery : left);
    if (left < 0) await this.trim(callbackId);
  }
}
