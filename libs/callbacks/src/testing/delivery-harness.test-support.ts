import { z } from 'zod';

import { eventType, publicEventType } from '#kernel';
import { PublicCatalogue } from '#public-events';

import { CallbackRunner } from '../callback-runner.js';
import { DeliveryLog, type DeliveryRecord } from '../delivery-log.js';
import { DeliveryState, type EndpointRecord, type HoldRecord } from '../delivery-state.js';
import type { Outcome } from '../sender.js';
import { MemoryCollection } from './memory-collection.test-support.js';
import { MemoryLog } from './memory-log.test-support.js';
import { VirtualTime } from './virtual-time.test-support.js';

const amount = z.strictObject({ amount: z.int() });
export const deposited = eventType('wallet.funds-deposited.v1', amount);

export const catalogue = new PublicCatalogue(
  (['wallet.deposit', 'wallet.movement'] as const).map((type) =>
    publicEventType({
      type,
      version: 1,
      topics: ['wallets'],
      from: deposited,
      schema: amount,
      description: 'Money was put into a wallet.',
      data: ({ data }) => data,
    }),
  ),
);

/** One message that reached the receiver. */
export interface Received {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  /** Milliseconds since the start. */
  readonly at: number;
}

/** Everything of the deliveries but the network: a log, durable state, a clock and a receiver, all in memory. */
export class DeliveryHarness {
  readonly log = new MemoryLog();
  readonly time = new VirtualTime();
  readonly received: Received[] = [];
  readonly faults: unknown[] = [];
  readonly suspensions: string[] = [];
  /** What the receiver answers. */
  answer: (message: Received) => Outcome | Promise<Outcome> = () => ({ status: 204 });
  /** Called before each durable write. */
  beforeWrite: () => void = () => undefined;
  endpoints = this.collection<EndpointRecord>();
  holds = this.collection<HoldRecord>();
  readonly deliveries = new MemoryCollection<DeliveryRecord>();
  private control = this.collection<{ position: bigint }>();
  private stopping = new AbortController();
  private ended: Promise<void> = Promise.resolve();
  private readonly startedAt = this.time.now().getTime();

  register(callbackId: string, types: readonly string[] = ['wallet.deposit'], after: string | null = null): void {
    const data = { hallId: 'h1', url: `https://${callbackId}.example.org/`, types, after };
    this.log.write(`callback-${callbackId}`, 'callback.registered.v1', data);
  }

  decide(callbackId: string, fact: 'resumed' | 'removed'): void {
    this.log.write(`callback-${callbackId}`, `callback.${fact}.v1`, {});
  }

  deposit(wallet: string, hallId = 'h1'): void {
    this.log.write(`wallet-${wallet}`, deposited.type, { amount: 5 }, hallId);
  }

  start(): void {
    this.stopping = new AbortController();
    const { log, time, endpoints, holds, control } = this;
    const runner = new CallbackRunner({
      feed: log,
      store: log,
      parse: (event) => event,
      catalogue,
      time,
      jitter: () => 0,
      state: new DeliveryState({ endpoints, holds, control }),
      log: new DeliveryLog(this.deliveries),
      keyOf: () => Buffer.alloc(32),
      sender: { send: (_url, { body }) => this.receive(body) },
      suspend: (callbackId, reason) => {
        this.suspensions.push(reason);
        this.log.write(`callback-${callbackId}`, 'callback.suspended.v1', { reason });
        return Promise.resolve();
      },
      onFault: (_callbackId, error) => this.faults.push(error),
    });
    this.ended = runner.run(this.stopping.signal);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.ended;
  }

  /** As `kill -9`: what was not durable is gone, and the old run changes nothing any more. */
  crash(): void {
    for (const collection of [this.endpoints, this.holds, this.control]) collection.crash();
    this.stopping.abort();
    this.endpoints = this.collection(this.endpoints.entries);
    this.holds = this.collection(this.holds.entries);
    this.control = this.collection(this.control.entries);
  }

  private collection<T>(entries?: MemoryCollection<T>['entries']): MemoryCollection<T> {
    return new MemoryCollection<T>(entries, () => this.beforeWrite());
  }

  private async receive(body: string): Promise<Outcome> {
    const { signal } = this.stopping;
    const { id, type, stream, revision } = JSON.parse(body) as Omit<Received, 'at' | 'revision'> & { revision: string };
    const at = this.time.now().getTime() - this.startedAt;
    const message = { id, type, stream, revision: Number(revision), at };
    if (!signal.aborted) this.received.push(message);
    return this.answer(message);
  }
}
