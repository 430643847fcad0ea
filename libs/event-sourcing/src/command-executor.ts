import {
  type Clock,
  type Command,
  conflict,
  derivedId,
  DomainError,
  type Event,
  type EventMetadata,
  gamingDateOf,
  type RecordedEvent,
} from '#kernel';

import { AggregateCache, type LoadedAggregate } from './aggregate-cache.js';
import { AggregateLoader, apply } from './aggregate-loader.js';
import { type AggregateDefinition, streamOf } from './aggregate.js';
import type { Catalogue } from './catalogue.js';
import type { CommandEnvelope, CommandResult } from './command.js';
import { appendCertainly } from './append-certainly.js';
import { type EventStore, type NewEvent, RevisionConflict } from './event-store.js';
import type { CommandLog, HallContext, SnapshotStore } from './ports.js';
import type { CommandTrace } from './recent-commands.js';
import { KeyedQueue } from './stream-queue.js';

/** How often a command is decided anew because another process wrote to the stream. */
const maximumDecisions = 12;
/** Longest pause before that, at random, so that two processes do not stay in step. */
const longestPauseMs = 25;

export interface CommandExecutorOptions {
  readonly store: EventStore;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly snapshots?: SnapshotStore;
  readonly commandLog?: CommandLog;
  readonly onSnapshotFailure?: (stream: string, error: unknown) => void;
}

export interface Execution<State, C extends Command, E extends Event> {
  readonly aggregate: AggregateDefinition<State, C, E>;
  readonly id: string;
  readonly command: C;
  readonly envelope: CommandEnvelope;
  /** The hall that the events belong to; null for facts of the whole platform. */
  readonly hall: HallContext | null;
}

/**
 * From a command to durable events: one decision, one append, at the revision that the decision was made at. The same
 * command id is decided once; a repeat is answered with the events of the first time.
 */
export class CommandExecutor {
  private readonly cache = new AggregateCache();
  private readonly queue = new KeyedQueue();
  private readonly loader: AggregateLoader;

  constructor(private readonly options: CommandExecutorOptions) {
    this.loader = new AggregateLoader(options.store, options.catalogue, options.snapshots);
  }

  /**
   * @throws {DomainError} the domain refuses, or the command id was used with other content
   * @throws {StoreUnavailable | OutcomeUnknown} the store did not take it, or did not say so
   */
  async execute<State, C extends Command, E extends Event>(
    execution: Execution<State, C, E>,
  ): Promise<CommandResult<E>> {
    const stream = streamOf(execution.aggregate, execution.id);
    return this.queue.run(stream, async () => {
      for (let attempt = 1; ; attempt += 1) {
        const remembered = this.cache.get(stream);
        try {
          const result = await this.decideAndAppend(stream, execution);
          if (result.events.length > 0 || !(await this.wasBehind(stream, execution, remembered))) return result;
        } catch (error) {
          if (error instanceof DomainError) {
            if (!(await this.wasBehind(stream, execution, remembered))) throw error;
          } else {
            this.cache.drop(stream);
            if (!(error instanceof RevisionConflict)) throw error;
          }
        }
        if (attempt === maximumDecisions) {
          throw conflict('concurrent_change', 'Others are changing this at the same time. Try again.');
        }
        await randomPause();
      }
    });
  }

  /** The state of an aggregate as this process knows it: from memory where it is hot, so another process may be a moment ahead. */
  async load<State, C extends Command, E extends Event>(
    aggregate: AggregateDefinition<State, C, E>,
    id: string,
  ): Promise<{ state: State; revision: bigint | undefined }> {
    const { state, revision } = await this.loaded(aggregate, streamOf(aggregate, id));
    return { state, revision };
  }

  /** Forgets what is in memory of an aggregate: the next load reads the store. */
  forget(aggregate: { readonly name: string }, id: string): void {
    this.cache.drop(streamOf(aggregate, id));
  }

  private async decideAndAppend<State, C extends Command, E extends Event>(
    stream: string,
    execution: Execution<State, C, E>,
  ): Promise<CommandResult<E>> {
    const { aggregate, command, envelope } = execution;
    const loaded = await this.loaded(aggregate, stream);
    const earlier = await this.earlier(stream, loaded, envelope.commandId);
    if (earlier) return this.repeat<E>(stream, earlier, envelope);

    assertAsSeen(envelope.ifRevision, loaded.revision);
    const decided = aggregate.decider.decide(command, loaded.state);
    const revision = loaded.revision ?? -1n;
    if (decided.length === 0)
      return { commandId: envelope.commandId, events: [], position: undefined, revision, repeated: false };

    const events = decided.map((event, index) => this.newEvent(event, index, execution));
    const appended = await appendCertainly(this.options.store, stream, events, loaded.revision ?? 'no-stream');
    const recorded = this.recorded<E>(stream, events, revision + 1n, appended.position);
    for (const event of recorded) apply(aggregate, loaded, event);
    this.cache.put(stream, loaded);
    void this.snapshot(aggregate, stream, loaded);
    return {
      commandId: envelope.commandId,
      events: recorded,
      position: appended.position,
      revision: appended.revision,
      repeated: false,
    };
  }

  /**
   * Whether another process has written to the stream since it was loaded; then it is up to date now. An append checks what
   * was remembered by its expected revision, but a refusal, and the finding that there is nothing to do, append nothing.
   */
  private async wasBehind<State, C extends Command, E extends Event>(
    stream: string,
    { aggregate }: Execution<State, C, E>,
    remembered: LoadedAggregate | undefined,
  ): Promise<boolean> {
    if (!remembered || !(await this.loader.catchUp(aggregate, stream, remembered))) return false;
    this.cache.put(stream, remembered);
    return true;
  }

  private async loaded<State, C extends Command, E extends Event>(
    aggregate: AggregateDefinition<State, C, E>,
    stream: string,
  ): Promise<LoadedAggregate & { state: State }> {
    const known = this.cache.get(stream);
    const hot = known ?? (await this.loader.load(aggregate, stream));
    // What is missing is looked for again: another process may have made it meanwhile.
    if (!known && hot.revision !== undefined) this.cache.put(stream, hot);
    return hot as LoadedAggregate & { state: State };
  }

  private async earlier(stream: string, loaded: LoadedAggregate, commandId: string): Promise<CommandTrace | undefined> {
    const { recent } = loaded;
    const known = recent.find(commandId);
    if (known || recent.forgottenThrough === undefined) return known;
    return this.options.commandLog?.find(stream, commandId, recent.forgottenThrough);
  }

  private async repeat<E extends Event>(
    stream: string,
    trace: CommandTrace,
    envelope: CommandEnvelope,
  ): Promise<CommandResult<E>> {
    if (trace.hash !== envelope.commandHash) {
      throw new DomainError('idempotency_key_reused', 'This Idempotency-Key was used before with other content.');
    }
    const events: RecordedEvent<E>[] = [];
    const maxCount = Number(trace.last - trace.first) + 1;
    for await (const stored of this.options.store.readStream(stream, { from: trace.first, maxCount })) {
      events.push(this.options.catalogue.parse(stored) as RecordedEvent<E>);
    }
    const last = events.at(-1);
    return { commandId: envelope.commandId, events, position: last?.position, revision: trace.last, repeated: true };
  }

  private newEvent<State, C extends Command, E extends Event>(
    event: E,
    index: number,
    { envelope, hall }: Execution<State, C, E>,
  ): NewEvent {
    this.options.catalogue.assertWritable(event);
    const now = this.options.clock();
    const metadata: EventMetadata = {
      $correlationId: envelope.correlationId,
      $causationId: envelope.causationId,
      commandId: envelope.commandId,
      commandHash: envelope.commandHash,
      actor: envelope.actor,
      hallId: hall?.hallId ?? null,
      gamingDate: hall ? gamingDateOf(now, hall.calendar) : null,
      occurredAt: now.toISOString(),
      ...(envelope.reason === undefined ? {} : { reason: envelope.reason }),
    };
    return {
      // Over all that is stored: the store takes the same id for a repeat, whatever the event holds, and a process that
      // decided the same command elsewhere, at another moment, must be told that it came second.
      id: derivedId('event', envelope.commandId, index.toString(), JSON.stringify([event, metadata])),
      type: event.type,
      data: event.data as Record<string, unknown>,
      metadata,
    };
  }

  /** The events as stored. All carry the position of the last: it is the one that a caller waits for. */
  private recorded<E extends Event>(
    stream: string,
    events: readonly NewEvent[],
    first: bigint,
    position: bigint,
  ): RecordedEvent<E>[] {
    const recordedAt = this.options.clock();
    return events.map(({ id, type, data, metadata }, index) => ({
      id,
      type,
      data,
      metadata,
      stream,
      revision: first + BigInt(index),
      position,
      recordedAt,
    }));
  }

  private async snapshot<State, C extends Command, E extends Event>(
    aggregate: AggregateDefinition<State, C, E>,
    stream: string,
    loaded: LoadedAggregate,
  ): Promise<void> {
    try {
      await this.loader.snapshot(aggregate, stream, loaded);
    } catch (error) {
      this.options.onSnapshotFailure?.(stream, error);
    }
  }
}

const randomPause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.random() * longestPauseMs));

/** A repeat of a command was answered before this: it saw what was there when it was first sent. */
function assertAsSeen(seen: bigint | undefined, revision: bigint | undefined): void {
  if (seen === undefined || seen === revision) return;
  throw new DomainError('precondition_failed', 'It was changed since you read it. Read it again.', {
    kind: 'outdated',
  });
}
