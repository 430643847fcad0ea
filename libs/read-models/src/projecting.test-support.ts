import type { Feed, FeedConsumer, FeedEvent } from '#event-sourcing';
import { type Event, type Projection } from '#kernel';

import type { DocumentChange, DocumentState } from './document-state.js';
import type { CheckpointStore, DocumentStore, ParkedDocument, ParkedStore } from './projection-stores.js';

/** A tally of drinks per table: small enough to see through, with a deletion and an event that cannot be folded. */
export type TableEvent =
  | Event<'table.drink-served.v1', { table: string; price: number }>
  | Event<'table.cleared.v1', { table: string }>
  | Event<'table.broken.v1', { table: string }>;

export interface Tab {
  readonly drinks: number;
  readonly owed: number;
}

export const tabs: Projection<Tab, TableEvent> = {
  name: 'tabs',
  version: 1,
  handles: ['table.drink-served.v1', 'table.cleared.v1', 'table.broken.v1'],
  idOf: ({ data }) => data.table,
  evolve: (tab, event) => {
    if (event.type === 'table.cleared.v1') return null;
    if (event.type === 'table.broken.v1') throw new Error('a broken table');
    const { price } = event.data as { price: number };
    return { drinks: (tab?.drinks ?? 0) + 1, owed: (tab?.owed ?? 0) + price };
  },
};

/** Every drink by itself: amounts beyond 32 bits, a bigint and a list must come back as they were. */
export interface Drink {
  readonly table: string;
  readonly price: number;
  readonly served: { readonly position: bigint; readonly tags: readonly string[] };
}

export const drinks: Projection<Drink, TableEvent> = {
  name: 'drinks',
  version: 1,
  handles: ['table.drink-served.v1'],
  idOf: ({ id }) => id,
  evolve: (_, { data, position }) => {
    const { table, price } = data as { table: string; price: number };
    return { table, price, served: { position, tags: ['cold'] } };
  },
  indexes: [{}, { table: 1 }],
};

export const served = (position: number, table: string, price = 1): FeedEvent =>
  feedEvent(position, 'table.drink-served.v1', { table, price });
export const cleared = (position: number, table: string): FeedEvent =>
  feedEvent(position, 'table.cleared.v1', { table });
export const broken = (position: number, table: string): FeedEvent => feedEvent(position, 'table.broken.v1', { table });
/** An event that the projection does not handle. */
export const other = (position: number): FeedEvent => feedEvent(position, 'street.car-passed.v1', {});

export const feedEvent = (position: number, type: string, data: object): FeedEvent => ({
  id: `event-${position}`,
  type,
  data,
  metadata: {
    $correlationId: 'spec',
    $causationId: 'spec',
    commandId: '00000000-0000-5000-8000-000000000000',
    actor: { kind: 'system', id: 'spec' },
    hallId: null,
    gamingDate: null,
    occurredAt: '2026-01-01T00:00:00.000Z',
  },
  stream: 'table-1',
  revision: BigInt(position),
  position: BigInt(position),
  recordedAt: new Date('2026-01-01T00:00:00.000Z'),
});

/** A log in memory. */
export class FakeFeed implements Feed {
  private readonly events: FeedEvent[];
  private waiting: (() => void)[] = [];
  readonly consumers: FeedConsumer[] = [];

  constructor(events: readonly FeedEvent[] = []) {
    this.events = [...events];
  }

  get head(): bigint | undefined {
    return this.events.at(-1)?.position;
  }

  append(...events: readonly FeedEvent[]): void {
    this.events.push(...events);
    for (const wake of this.waiting.splice(0)) wake();
  }

  async consume(consumer: FeedConsumer): Promise<void> {
    this.consumers.push(consumer);
    let { after } = consumer;
    while (!consumer.signal.aborted) {
      const from = this.events.findIndex(({ position }) => after === undefined || position > after);
      const events = from < 0 ? [] : this.events.slice(from, from + consumer.maximumBatch);
      after = events.at(-1)?.position ?? after;
      if (events.length === 0) await this.more(consumer.signal);
      else await consumer.handle({ events, through: after ?? 0n });
    }
  }

  private more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

/** The stores of one projection in memory. Before each step, `fail` may throw. */
export class MemoryStores {
  readonly states = new Map<string, DocumentState>();
  readonly parkedDocuments: ParkedDocument[] = [];
  position: bigint | undefined;
  loads = 0;
  writes = 0;
  fail: (step: string) => void = () => undefined;

  readonly documents: DocumentStore = {
    prepare: async () => this.fail('prepare'),
    load: async (ids) => {
      this.fail('load documents');
      this.loads += 1;
      return new Map(ids.flatMap((id) => this.entry(id)));
    },
    write: async (changes) => {
      this.fail('write documents');
      const conflicts = changes.filter((change) => !this.apply(change));
      this.fail('after writing documents');
      return conflicts.map(({ after }) => after.id);
    },
  };

  readonly checkpoint: CheckpointStore = {
    load: async () => {
      this.fail('load checkpoint');
      return this.position;
    },
    save: async (position) => {
      this.fail('save checkpoint');
      if (this.position === undefined || position > this.position) this.position = position;
      this.fail('after saving checkpoint');
    },
  };

  readonly parked: ParkedStore = {
    load: async (maximum) => new Set(this.parkedDocuments.slice(0, maximum).map(({ id }) => id)),
    park: async (document) => {
      this.fail('park');
      this.parkedDocuments.push(document);
    },
  };

  /** What readers would see. */
  get docs(): Record<string, object> {
    const present = [...this.states.values()].filter(({ doc }) => doc !== null);
    return Object.fromEntries(present.map(({ id, doc }) => [id, doc ?? {}]));
  }

  private entry(id: string): [string, DocumentState][] {
    const state = this.states.get(id);
    return state ? [[id, state]] : [];
  }

  private apply({ after, expected }: DocumentChange): boolean {
    this.fail(`write document ${after.id}`);
    if (this.states.get(after.id)?.position !== expected) return false;
    this.states.set(after.id, after);
    this.writes += 1;
    return true;
  }
}

/** A condition that is not met by then never will be. */
const longestWaitMs = 10_000;

/** Resolves once the condition holds; looks again after a turn of the event loop. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + longestWaitMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`never met: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
