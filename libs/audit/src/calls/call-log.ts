import { appendCertainly, type EventStore, type NewEvent, RevisionConflict } from '#event-sourcing';
import type { CallRecorder, SeenCall } from '#http';
import { type Clock, derivedId } from '#kernel';

import { logMetadata } from '../log/log-events.js';
import { type OpenCount, CallCounts } from './call-counts.js';
import {
  type ApiCallsRecorded,
  apiCallsRecorded,
  type CallCount,
  callStream,
  type RecordedCall,
} from './call-events.js';
import { RefusalFlood } from './refusal-flood.js';
import type { SealedAddresses } from './sealed-addresses.js';

export interface CallLogOptions {
  readonly store: EventStore;
  readonly addresses: SealedAddresses;
  readonly clock: Clock;
  /** Names this process's streams: another one for each start, so that each stream has one writer. */
  readonly newNode: () => string;
  readonly onFailure: (error: unknown) => void;
}

/** Calls of one event. */
const maximumBatch = 500;
/** Calls that may wait for a store that is away; beyond that they are counted as lost. */
const maximumPending = 20_000;
/** How long an answer may wait for company, and a call that nobody waits for; milliseconds. */
const gatherMs = 5;
const gatherIdleMs = 80;
/** Calls that are company enough: more would not make an append much cheaper for each. */
const company = 8;
/** How long an answer waits for its record before it is refused, in milliseconds. */
const patienceMs = 5_000;
const firstRetryMs = 100;
const lastRetryMs = 2_000;
const tickMs = 1_000;

/** The call could not be put on record in time. It may be, later. */
export class CallUnrecorded extends Error {
  constructor() {
    super('The call could not be put on record.');
    this.name = 'CallUnrecorded';
  }
}

interface Pending {
  readonly call: SeenCall;
  readonly since: number;
  readonly settle: ((error?: Error) => void) | undefined;
}

/** Writes calls to the store, many at once: while one append is under way, the next is collected. */
export class CallLog implements CallRecorder {
  private pending: Pending[] = [];
  private readonly counts = new CallCounts();
  private readonly flood = new RefusalFlood();
  private node: string;
  private date = '';
  private revision: bigint | undefined;
  private timer: NodeJS.Timeout | undefined;
  private timerIsSoon = false;
  private writing: Promise<void> | undefined;
  private lastWriteMs = -Infinity;
  private readonly ticking: NodeJS.Timeout;

  constructor(private readonly options: CallLogOptions) {
    this.node = options.newNode();
    this.ticking = setInterval(() => this.tick(), tickMs).unref();
  }

  record(call: SeenCall): Promise<void> | undefined {
    const why = this.whyCounted(call);
    if (why) {
      this.counts.add(why, call);
      return undefined;
    }
    const mustWait = call.changes || call.status >= 400;
    if (this.pending.length >= maximumPending) {
      this.counts.add('lost', call);
      return mustWait ? Promise.reject(new CallUnrecorded()) : undefined;
    }
    if (!mustWait) {
      this.pending.push({ call, since: performance.now(), settle: undefined });
      this.writeSoon(false);
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const settle = (error?: Error): void => (error ? reject(error) : resolve());
      this.pending.push({ call, since: performance.now(), settle });
      this.writeSoon(true);
    });
  }

  /** Writes what is there, and what had only been counted. */
  async stop(): Promise<void> {
    clearInterval(this.ticking);
    clearTimeout(this.timer);
    await this.writing;
    const counts = this.counts.take(this.now(), true);
    if (this.pending.length > 0 || counts.length > 0) await this.write(counts).catch(this.options.onFailure);
  }

  private whyCounted(call: SeenCall): CallCount['why'] | undefined {
    const { route, status, method, actor, address } = call;
    if (route?.startsWith('/health') === true || route === '/metrics') return 'health';
    if (route !== null && isStatic(route) && method === 'GET' && status < 400) return 'static';
    if (call.channel === 'internal' && method === 'GET' && call.isEmpty) return 'empty-poll';
    return status >= 400 && this.flood.isFlood(actor?.id ?? address, call.arrivedAt) ? 'flood' : undefined;
  }

  /** At once where there is company, and where the store rests: a single call need not wait for company then. */
  private writeSoon(isWaitedFor: boolean): void {
    if (this.writing) return;
    if (isWaitedFor && this.pending.length >= company) return this.startWriting();
    if (this.timer && (this.timerIsSoon || !isWaitedFor)) return;
    clearTimeout(this.timer);
    const rested = performance.now() - this.lastWriteMs > 2 * gatherMs;
    const delayMs = !isWaitedFor ? gatherIdleMs : rested ? 0 : gatherMs;
    this.timerIsSoon = isWaitedFor;
    this.timer = setTimeout(() => this.startWriting(), delayMs);
  }

  private startWriting(counts: OpenCount[] = []): void {
    if (this.writing) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.write(counts).finally(() => {
      this.writing = undefined;
      this.lastWriteMs = performance.now();
      if (this.pending.length > 0) this.writeSoon(this.pending.some(({ settle }) => settle !== undefined));
    });
  }

  /** Until it is written: what the store has not said to have taken is sent again, the same. */
  private async write(counts: OpenCount[]): Promise<void> {
    const batch = this.pending.splice(0, maximumBatch);
    for (let pauseMs = firstRetryMs; ; pauseMs = Math.min(pauseMs * 2, lastRetryMs)) {
      try {
        await this.append(batch, counts);
        for (const { settle } of batch) settle?.();
        return;
      } catch (error) {
        this.options.onFailure(error);
        if (error instanceof RevisionConflict) this.beginStream(this.options.newNode());
        this.giveUpWaiting(batch);
        await new Promise((resolve) => setTimeout(resolve, pauseMs).unref());
      }
    }
  }

  private async append(batch: readonly Pending[], counts: readonly OpenCount[]): Promise<void> {
    const now = this.options.clock();
    const date = now.toISOString().slice(0, 10);
    if (date !== this.date) this.beginStream(this.node, date);
    const stream = callStream(this.node, this.date);
    const revision = this.revision;
    const name = ['calls', stream, ((revision ?? -1n) + 1n).toString()];
    const data: ApiCallsRecorded['data'] = {
      node: this.node,
      calls: await Promise.all(batch.map(({ call }) => this.recorded(call))),
      counts: await Promise.all(counts.map((count) => this.counted(count))),
    };
    const event: NewEvent = {
      id: derivedId('audit-log', ...name),
      type: apiCallsRecorded.type,
      data,
      metadata: { ...logMetadata(now, ...name), actor: { kind: 'system', id: 'call-log' } },
    };
    this.revision = (await appendCertainly(this.options.store, stream, [event], revision ?? 'no-stream')).revision;
  }

  private beginStream(node: string, date = this.date): void {
    this.node = node;
    this.date = date;
    this.revision = undefined;
  }

  private async recorded(call: SeenCall): Promise<RecordedCall> {
    const at = new Date(call.arrivedAt).toISOString();
    const { from, sealedFor } = await this.options.addresses.seal(call.actor, call.address, at.slice(0, 10));
    const { channel, method, route, parameters, status, code, durationMs, correlationId, commandId, position } = call;
    return {
      at,
      channel,
      actor: call.actor ?? null,
      hallIds: call.hallIds === undefined ? null : call.hallIds === '*' ? '*' : [...call.hallIds],
      from,
      sealedFor,
      method,
      route,
      parameters,
      status,
      code,
      durationMs,
      correlationId,
      commandId,
      position,
    };
  }

  private async counted({ minute, why, route, status, actor, address, count }: OpenCount): Promise<CallCount> {
    const at = new Date(minute * 60_000).toISOString();
    const nowhere = { from: null, sealedFor: null };
    const sealed = address === null ? nowhere : await this.options.addresses.seal(actor, address, at.slice(0, 10));
    return { minute: at, why, route, status, actor: actor ?? null, ...sealed, count };
  }

  /** Every second: minutes that are over are written, and whoever waits too long is told. */
  private tick(): void {
    this.giveUpWaiting(this.pending);
    if (this.writing) return;
    const counts = this.counts.take(this.now());
    if (counts.length > 0) this.startWriting(counts);
  }

  private giveUpWaiting(waiting: readonly Pending[]): void {
    const before = performance.now() - patienceMs;
    for (const { since, settle } of waiting) if (since < before) settle?.(new CallUnrecorded());
  }

  private readonly now = (): number => this.options.clock().getTime();
}

/** The panel's files and pages, and the documentation. */
const isStatic = (route: string): boolean => !/^\/(api|internal|auth|audit|\.well-known)\b/.test(route);
