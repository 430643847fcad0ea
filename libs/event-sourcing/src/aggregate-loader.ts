import type { Event, RecordedEvent } from '#kernel';

import type { LoadedAggregate } from './aggregate-cache.js';
import type { AnyAggregate } from './aggregate.js';
import type { Catalogue } from './catalogue.js';
import type { EventStore } from './event-store.js';
import type { SnapshotStore } from './ports.js';
import { RecentCommands } from './recent-commands.js';

/** Events of one read of a stream; a longer stream is read in several. */
const pageOfEvents = 500;

/** Rebuilds an aggregate from its snapshot, where there is one of the right version, and the events since. */
export class AggregateLoader {
  constructor(
    private readonly store: EventStore,
    private readonly catalogue: Catalogue,
    private readonly snapshots: SnapshotStore | undefined,
  ) {}

  async load(aggregate: AnyAggregate, stream: string): Promise<LoadedAggregate> {
    const loaded = (await this.fromSnapshot(aggregate, stream)) ?? nothingOf(aggregate);
    await this.catchUp(aggregate, stream, loaded);
    return loaded;
  }

  /** Applies what was written since. @returns whether there was anything */
  async catchUp(aggregate: AnyAggregate, stream: string, loaded: LoadedAggregate): Promise<boolean> {
    const { revision } = loaded;
    for await (const event of this.eventsAfter(stream, revision)) apply(aggregate, loaded, event);
    return loaded.revision !== revision;
  }

  /** Saves a snapshot when enough events came since the last. A failure to save costs time at the next load, nothing else. */
  async snapshot(aggregate: AnyAggregate, stream: string, loaded: LoadedAggregate): Promise<void> {
    const { snapshot } = aggregate;
    const { revision } = loaded;
    if (!this.snapshots || !snapshot || revision === undefined) return;
    if (revision - loaded.snapshotRevision < BigInt(snapshot.everyEvents)) return;
    loaded.snapshotRevision = revision;
    const recentCommands = loaded.recent.toJSON();
    await this.snapshots.save({ stream, version: snapshot.version, revision, state: loaded.state, recentCommands });
  }

  /** A snapshot of events that the store does not have is of a longer history, of which an older copy was put back: it is passed over. */
  private async fromSnapshot(aggregate: AnyAggregate, stream: string): Promise<LoadedAggregate | undefined> {
    const snapshot = aggregate.snapshot && (await this.snapshots?.load(stream));
    if (!snapshot || snapshot.version !== aggregate.snapshot?.version) return undefined;
    const { state, revision } = snapshot;
    const recent = RecentCommands.fromJSON(snapshot.recentCommands);
    for await (const { position } of this.store.readStream(stream, { from: revision, maxCount: 1 }))
      if (position === recent.newest?.position) return { state, revision, snapshotRevision: revision, recent };
    return undefined;
  }

  private async *eventsAfter(stream: string, revision: bigint | undefined): AsyncIterable<RecordedEvent> {
    let from = revision === undefined ? 0n : revision + 1n;
    for (let read = pageOfEvents; read === pageOfEvents;) {
      read = 0;
      for await (const stored of this.store.readStream(stream, { from, maxCount: pageOfEvents })) {
        read += 1;
        from = stored.revision + 1n;
        yield this.catalogue.parse(stored);
      }
    }
  }
}

/** The state after one more event of the stream. */
export function apply(aggregate: AnyAggregate, loaded: LoadedAggregate, event: RecordedEvent): void {
  const domainEvent: Event = { type: event.type, data: event.data };
  loaded.state = aggregate.decider.evolve(loaded.state, domainEvent);
  loaded.revision = event.revision;
  loaded.recent.note(event.metadata.commandId, event.metadata.commandHash ?? '', event.revision, event.position);
}

const nothingOf = ({ decider }: AnyAggregate): LoadedAggregate => ({
  state: decider.initialState(),
  revision: undefined,
  snapshotRevision: -1n,
  recent: new RecentCommands(),
});
