import {
  appendCertainly,
  type Catalogue,
  type CommandExecutor,
  type EventStore,
  type HallDirectory,
  KeyedQueue,
  type NewEvent,
  RevisionConflict,
} from '#event-sourcing';
import type { BatchAnswer, Fact, FactBatch } from '#gateway-protocol';
import { type Clock, derivedId, type EventMetadata, gamingDateOf } from '#kernel';

import { feedEventOf, type FeedIdentity, type FeedState, feedStateOf, noTotals } from './feed.js';
import type { MachineFeedEvent } from './feed-events.js';
import {
  type FeedHead,
  feedStream,
  findFeedHead,
  firstJournalOf,
  lastSequenceOf,
  registrationDate,
} from './feed-head.js';
import { judge } from './judge-facts.js';
import type { MachineState } from './machine.js';
import { machines } from './machines.aggregate.js';

/** Events of one append: well under the store's limit of 1 MiB. */
const maximumEventsPerAppend = 200;
/** How often a batch is tried again because another process wrote to the same feed. */
const maximumAttempts = 4;
/** Feeds whose head is kept in memory. */
const maximumHeads = 10_000;
/** A fact may open a day that far ahead of this clock. One of a clock that is further wrong is booked in the open day. */
const maximumAheadMs = 24 * 60 * 60 * 1_000;

interface FedMachine {
  readonly machineId: string;
  readonly hallId: string;
}

type MachineAnswer = BatchAnswer['machines'][number];
type RegisteredMachine = Extract<MachineState, { status: 'registered' }>;

/** Where the feed stands after writing, and which fact could not be written. */
interface Written {
  readonly head: FeedHead;
  readonly refused?: Pick<MachineAnswer, 'next' | 'refused'>;
}

export interface FactIntakeOptions {
  readonly store: EventStore;
  readonly catalogue: Catalogue;
  readonly executor: CommandExecutor;
  readonly halls: HallDirectory;
  readonly clock: Clock;
  /** A gaming date at or before the machine's newest feed, where a read model knows one. */
  readonly feedHint: (machineId: string) => Promise<string | undefined>;
}

export interface BatchSource {
  readonly gatewayId: string;
  readonly correlationId: string;
}

/** Takes what gateways hand over, exactly once: each fact at its sequence, in its machine's feed. */
export class FactIntake {
  private readonly heads = new Map<string, FeedHead>();
  private readonly queue = new KeyedQueue();

  constructor(private readonly options: FactIntakeOptions) {}

  async take(source: BatchSource, batch: FactBatch): Promise<BatchAnswer> {
    const answers = batch.machines.map(({ machineId, facts }) =>
      this.queue.run(machineId, () => this.takeMachine(source, batch.journalId, machineId, facts)),
    );
    return { machines: await Promise.all(answers) };
  }

  private async takeMachine(
    source: BatchSource,
    journalId: string,
    machineId: string,
    facts: readonly Fact[],
  ): Promise<MachineAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.tryMachine(source, journalId, machineId, facts);
      } catch (error) {
        this.heads.delete(machineId);
        if (!(error instanceof RevisionConflict) || attempt === maximumAttempts) throw error;
      }
    }
  }

  private async tryMachine(
    source: BatchSource,
    journalId: string,
    machineId: string,
    facts: readonly Fact[],
  ): Promise<MachineAnswer> {
    const machine = await this.registered(machineId);
    if (machine?.gatewayId !== source.gatewayId) {
      const refused = {
        code: 'machine_unknown' as const,
        message: 'No machine of this id is registered for this gateway.',
      };
      return { machineId, next: facts[0]?.sequence ?? 1, refused };
    }
    const remembered = this.heads.get(machineId);
    const head = remembered ?? (await this.find(machineId));
    const state = await this.stateFor(journalId, machineId, machine, head);
    const verdict = judge(facts, journalId, state, machine.acceptedJournalId);
    if (remembered && verdict.fresh.length === 0) {
      // No append would notice that another process is ahead, or has accepted the journal: look again.
      this.heads.delete(machineId);
      this.options.executor.forget(machines, machineId);
      return this.tryMachine(source, journalId, machineId, facts);
    }
    if (verdict.refused) {
      this.options.executor.forget(machines, machineId);
      return { machineId, next: verdict.next, refused: verdict.refused };
    }
    const { head: written, refused } = await this.write(
      source,
      journalId,
      machineId,
      machine.hallId,
      head,
      verdict.fresh,
    );
    this.remember(machineId, written);
    return refused ? { machineId, ...refused } : { machineId, next: verdict.next };
  }

  /** A journal that is accepted again, after another fed the machine, goes on where it stood. */
  private async stateFor(
    journalId: string,
    machineId: string,
    { acceptedJournalId, earlierJournalIds }: RegisteredMachine,
    { state }: FeedHead,
  ): Promise<FeedState | null> {
    if (!state || state.journalId === journalId || acceptedJournalId !== journalId) return state;
    const { store, catalogue } = this.options;
    const firstDate = await registrationDate(store, machineId);
    const fedBefore =
      earlierJournalIds.includes(journalId) ||
      (await firstJournalOf(store, catalogue, machineId, firstDate)) === journalId;
    const sequence = fedBefore ? await lastSequenceOf(store, catalogue, machineId, firstDate, journalId) : 0;
    return { ...state, journalId, sequence };
  }

  private async registered(machineId: string): Promise<RegisteredMachine | undefined> {
    const { state } = await this.options.executor.load(machines, machineId);
    return state.status === 'registered' ? state : undefined;
  }

  private async find(machineId: string): Promise<FeedHead> {
    const { store, catalogue, feedHint } = this.options;
    const start = (await feedHint(machineId)) ?? (await registrationDate(store, machineId));
    return findFeedHead(store, catalogue, machineId, start);
  }

  /** Writes the facts day by day; a feed is closed before the next day's is begun, so that a stale writer is refused. */
  private async write(
    source: BatchSource,
    journalId: string,
    machineId: string,
    hallId: string,
    start: FeedHead,
    facts: readonly Fact[],
  ): Promise<Written> {
    const hall = await this.options.halls.hall(hallId);
    const identity = { machineId, journalId, currency: hall.currency };
    const latestDate = gamingDateOf(new Date(this.options.clock().getTime() + maximumAheadMs), hall.calendar);
    let head = start;
    let pending: NewEvent[] = [];
    const flush = async (): Promise<void> => {
      if (pending.length === 0) return;
      head = await this.append(machineId, head, pending);
      pending = [];
    };
    for (const fact of facts) {
      const gamingDate = gamingDateOf(new Date(fact.at), hall.calendar);
      if (gamingDate > head.gamingDate && gamingDate <= latestDate) {
        await flush();
        head = await this.close(source, journalId, { machineId, hallId }, head, gamingDate);
      }
      const made = this.factEvent(source, hallId, identity, head, fact, gamingDate);
      if (made instanceof Error) {
        await flush();
        return { head, refused: { next: fact.sequence, refused: { code: 'fact_invalid', message: made.message } } };
      }
      pending.push(made.event);
      head = { ...head, state: made.state };
      if (pending.length === maximumEventsPerAppend) await flush();
    }
    await flush();
    return { head };
  }

  /** The event of a fact and the state after it; or why there is none, such as figures beyond what is counted exactly. */
  private factEvent(
    source: BatchSource,
    hallId: string,
    identity: FeedIdentity,
    { state, gamingDate: openDate }: FeedHead,
    fact: Fact,
    gamingDate: string,
  ): { readonly event: NewEvent; readonly state: FeedState } | Error {
    const { machineId, journalId } = identity;
    const { sequence, body, at: occurredAt } = fact;
    // A loss may be declared again and reach further: that is another fact.
    const named = body.kind === 'facts-lost' ? [`${sequence}`, `lost to ${body.to}`] : [`${sequence}`];
    const id = derivedId('fact', journalId, machineId, ...named);
    const booked = gamingDate === openDate ? {} : { bookedGamingDate: openDate };
    try {
      const event = feedEventOf(fact, state?.totals ?? noTotals, identity);
      const metadata = { ...metadataOf(source, machineId, hallId, id), gamingDate, ...booked, occurredAt };
      return { event: this.newEvent(event, id, metadata), state: feedStateOf(event) };
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
      return new Error(`Fact ${sequence} of machine ${machineId} cannot be taken: ${error.message}`);
    }
  }

  /** Also a feed that was never written to is closed: whoever looks for the head starts there. */
  private async close(
    source: BatchSource,
    journalId: string,
    machine: FedMachine,
    head: FeedHead,
    next: string,
  ): Promise<FeedHead> {
    const { machineId, hallId } = machine;
    const state = head.state ?? { journalId, sequence: 0, totals: noTotals };
    const id = derivedId('feed-closed', machineId, head.gamingDate, next);
    const event: MachineFeedEvent = { type: 'machine.feed-closed.v1', data: { machineId, ...state, next } };
    const metadata = {
      ...metadataOf(source, machineId, hallId, id),
      gamingDate: head.gamingDate,
      occurredAt: this.options.clock().toISOString(),
    };
    await this.append(machineId, head, [this.newEvent(event, id, metadata)]);
    return { gamingDate: next, revision: undefined, state: head.state };
  }

  private newEvent(event: MachineFeedEvent, id: string, metadata: EventMetadata): NewEvent {
    this.options.catalogue.assertWritable(event);
    return { id, type: event.type, data: event.data, metadata };
  }

  private async append(machineId: string, head: FeedHead, events: readonly NewEvent[]): Promise<FeedHead> {
    const stream = feedStream(machineId, head.gamingDate);
    const { revision } = await appendCertainly(this.options.store, stream, events, head.revision ?? 'no-stream');
    return { ...head, revision };
  }

  private remember(machineId: string, head: FeedHead): void {
    this.heads.delete(machineId);
    this.heads.set(machineId, head);
    const [oldest] = this.heads.keys();
    if (this.heads.size > maximumHeads && oldest !== undefined) this.heads.delete(oldest);
  }
}

const metadataOf = ({ correlationId }: BatchSource, machineId: string, hallId: string, id: string) => ({
  $correlationId: correlationId,
  $causationId: correlationId,
  commandId: id,
  actor: { kind: 'machine' as const, id: machineId },
  hallId,
});
