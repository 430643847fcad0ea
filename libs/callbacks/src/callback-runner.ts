import type { FeedBatch, FeedEvent } from '#event-sourcing';

import { Attempts, type AttemptOptions } from './attempts.js';
import type { CallbackEvent, SuspensionReason } from './callback.js';
import { callbackIdOf } from './callbacks.aggregate.js';
import type { DeliveryLog } from './delivery-log.js';
import type { DeliveryState, EndpointRecord } from './delivery-state.js';
import { Endpoint } from './endpoint.js';
import { EndpointDelivery, type EndpointDeliveryOptions } from './endpoint-delivery.js';
import { HeldStreamDelivery, type HeldStreamDeliveryOptions } from './held-stream-delivery.js';
import { HeldStreams } from './held-streams.js';

/** Most events of the log in one batch. */
const maximumBatch = 512;
/** Events of the log after which the position is saved even when none of them was about a callback. */
const idleEventsPerSave = 10_000;
/** Pause before an endpoint's deliveries begin again after a fault on our side, in milliseconds. */
const restartMs = 1_000;

export interface CallbackRunnerOptions
  extends
    Pick<EndpointDeliveryOptions, 'feed' | 'catalogue' | 'time'>,
    Pick<HeldStreamDeliveryOptions, 'store' | 'parse'>,
    Pick<AttemptOptions, 'sender' | 'jitter'> {
  readonly state: DeliveryState;
  readonly log: DeliveryLog;
  readonly keyOf: (callbackId: string) => Buffer;
  readonly suspend: (callbackId: string, reason: SuspensionReason) => Promise<void>;
  readonly onFault: (callbackId: string, error: unknown) => void;
}

/** All deliveries of a deployment: learns from the log which callbacks there are, and runs one delivery for each. */
export class CallbackRunner {
  private readonly running = new Map<string, { stop: AbortController; ended: Promise<void> }>();
  private idleEvents = 0;

  constructor(private readonly options: CallbackRunnerOptions) {}

  /** Runs until the signal aborts, and resolves when every delivery has ended. */
  async run(signal: AbortSignal): Promise<void> {
    const { state, feed } = this.options;
    const after = await state.controlPosition();
    try {
      for (const { id, value } of await state.endpoints()) if (value.status === 'active') this.start(id);
      await feed.consume({
        name: 'callbacks',
        after,
        maximumBatch,
        handle: (batch) => this.handle(batch),
        signal,
      });
    } finally {
      await Promise.all([...this.running.keys()].map((callbackId) => this.stop(callbackId)));
    }
  }

  private async handle({ events, through }: FeedBatch): Promise<void> {
    const control = events.filter(({ type }) => type.startsWith('callback.'));
    for (const event of control) await this.apply(event);
    this.idleEvents += events.length;
    if (control.length === 0 && this.idleEvents < idleEventsPerSave) return;
    await this.options.state.saveControlPosition(through);
    this.idleEvents = 0;
  }

  /** Harmless when it is done again: after a crash, events since the saved position are applied once more, in order. */
  private async apply(recorded: FeedEvent): Promise<void> {
    if (recorded.unreadable) throw recorded.unreadable;
    const { state, log, time } = this.options;
    const event = { type: recorded.type, data: recorded.data } as CallbackEvent;
    const callbackId = callbackIdOf(recorded.stream);
    if (event.type !== 'callback.registered.v1') await this.stop(callbackId);
    switch (event.type) {
      case 'callback.registered.v1': {
        const { hallId, url, types, after } = event.data;
        const cursor = after === null ? recorded.position : BigInt(after);
        await state.addEndpoint(callbackId, { hallId, url, types, status: 'active', cursor, failingSince: null });
        return this.start(callbackId);
      }
      case 'callback.suspended.v1':
        return this.change(callbackId, { status: 'suspended' });
      case 'callback.resumed.v1':
        for (const { record, version } of await state.takeHolds(callbackId)) {
          const anew = { ...record, attempts: 0, nextAttemptAt: time.now().toISOString() };
          await state.saveHold({ record: anew, version });
        }
        await this.change(callbackId, { status: 'active', failingSince: null });
        return this.start(callbackId);
      case 'callback.removed.v1':
        await state.deleteEndpoint(callbackId);
        await log.trim(callbackId, 0);
    }
  }

  private async change(callbackId: string, changes: Partial<EndpointRecord>): Promise<void> {
    const { state } = this.options;
    const record = await state.endpoint(callbackId);
    if (record) await state.saveEndpoint(callbackId, { ...record, ...changes });
  }

  private start(callbackId: string): void {
    if (this.running.has(callbackId)) return;
    const stop = new AbortController();
    this.running.set(callbackId, { stop, ended: this.keepDelivering(callbackId, stop.signal) });
  }

  private async stop(callbackId: string): Promise<void> {
    const delivery = this.running.get(callbackId);
    if (!delivery) return;
    delivery.stop.abort();
    await delivery.ended;
    this.running.delete(callbackId);
  }

  /** After a fault on our side everything is taken up again from what is durable. */
  private async keepDelivering(callbackId: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        return await this.deliver(callbackId, signal);
      } catch (error) {
        this.options.onFault(callbackId, error);
        await this.options.time.wait(restartMs, signal);
      }
    }
  }

  private async deliver(callbackId: string, signal: AbortSignal): Promise<void> {
    const { state, suspend, keyOf, ...shared } = this.options;
    const record = await state.endpoint(callbackId);
    if (record?.status !== 'active') return;
    const endpoint = new Endpoint(callbackId, record, state);
    const holds = new HeldStreams(state);
    const attempts = new Attempts({ ...shared, endpoint, key: keyOf(callbackId) });
    const heldStreams = new HeldStreamDelivery({ ...shared, endpoint, holds, attempts });
    await new EndpointDelivery({
      ...shared,
      endpoint,
      holds,
      attempts,
      heldStreams,
      suspend: (reason) => suspend(callbackId, reason),
    }).run(signal);
  }
}
