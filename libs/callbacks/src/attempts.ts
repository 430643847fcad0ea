import type { SuspensionReason } from './callback.js';
import { callbackMessage } from './callback-message.js';
import type { Deliverable } from './deliverable.js';
import type { DeliveryLog } from './delivery-log.js';
import type { Endpoint } from './endpoint.js';
import { nextAttemptAt, suspendedAfterMs } from './retry-schedule.js';
import { isDelivered, isGone, type Outcome, type Sender } from './sender.js';
import type { Time } from './time.js';

export interface AttemptOptions {
  readonly endpoint: Endpoint;
  /** The signing key, 32 bytes. */
  readonly key: Buffer;
  readonly sender: Sender;
  readonly log: Pick<DeliveryLog, 'add'>;
  readonly time: Time;
  /** Between 0 and 1. */
  readonly jitter: () => number;
}

export type AttemptResult =
  | { readonly delivered: true }
  | {
      readonly delivered: false;
      /** Failed attempts so far, this one included. */
      readonly attempts: number;
      readonly nextAttemptAt: string;
      /** The endpoint is to be suspended, once the stream is held. */
      readonly suspension?: SuspensionReason;
    };

/** Single attempts at deliveries to one endpoint, and how the endpoint does. */
export class Attempts {
  constructor(private readonly options: AttemptOptions) {}

  /**
   * @param failed how many attempts at it have failed before
   * @throws the signal aborted: then nothing is known of this attempt
   */
  async attempt(deliverable: Deliverable, failed: number, signal: AbortSignal): Promise<AttemptResult> {
    const { time, jitter } = this.options;
    const startedAt = time.now();
    const outcome = await this.outcomeOf(deliverable, startedAt, signal);
    signal.throwIfAborted();
    const endedAt = time.now();
    const result: AttemptResult = isDelivered(outcome)
      ? { delivered: true }
      : {
          delivered: false,
          attempts: failed + 1,
          nextAttemptAt: nextAttemptAt(failed + 1, endedAt, jitter()).toISOString(),
        };
    await this.record(deliverable, failed + 1, outcome, startedAt, endedAt, result);
    return 'unreadable' in deliverable ? result : this.judge(result, outcome, endedAt);
  }

  private outcomeOf(deliverable: Deliverable, startedAt: Date, signal: AbortSignal): Promise<Outcome> {
    const { sender, key, endpoint } = this.options;
    if ('unreadable' in deliverable) return Promise.resolve({ error: deliverable.unreadable.message });
    return sender.send(endpoint.record.url, callbackMessage(deliverable.event, key, startedAt), signal);
  }

  private async judge(result: AttemptResult, outcome: Outcome, now: Date): Promise<AttemptResult> {
    const { endpoint } = this.options;
    const { failingSince } = endpoint.record;
    if (result.delivered) {
      if (failingSince !== null) await endpoint.change({ failingSince: null });
      return result;
    }
    if (failingSince === null) await endpoint.change({ failingSince: now.toISOString() });
    if (isGone(outcome)) return { ...result, suspension: 'gone' };
    const failingForMs = failingSince === null ? 0 : now.getTime() - Date.parse(failingSince);
    return failingForMs >= suspendedAfterMs ? { ...result, suspension: 'failing' } : result;
  }

  private async record(
    { id, stored, ...deliverable }: Deliverable,
    attempt: number,
    outcome: Outcome,
    startedAt: Date,
    endedAt: Date,
    result: AttemptResult,
  ): Promise<void> {
    await this.options.log.add(this.options.endpoint.id, {
      eventId: id,
      type: 'event' in deliverable ? deliverable.event.type : stored.type,
      stream: stored.stream,
      position: stored.position.toString(),
      attempt,
      attemptedAt: startedAt.toISOString(),
      delivered: result.delivered,
      status: 'status' in outcome ? outcome.status : null,
      error: 'error' in outcome ? outcome.error : null,
      durationMs: endedAt.getTime() - startedAt.getTime(),
      nextAttemptAt: result.delivered ? null : result.nextAttemptAt,
    });
  }
}
