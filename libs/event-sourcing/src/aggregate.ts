import type { Command, Decider, Event, EventType } from '#kernel';

/** An aggregate as a value: the decider, the events it may store, and how often its state is snapshot. */
export interface AggregateDefinition<State, C extends Command, E extends Event> {
  /** Singular; the stream of one is `<name>-<id>`. */
  readonly name: string;
  readonly decider: Decider<State, C, E>;
  readonly types: readonly EventType[];
  /** Raise the version when the state's shape changes: older snapshots are then ignored. The state must be plain JSON data. */
  readonly snapshot?: { readonly version: number; readonly everyEvents: number };
}

export const streamOf = (aggregate: { readonly name: string }, id: string): string => `${aggregate.name}-${id}`;

/** Any aggregate, where its types do not matter. Method syntax, so that every definition is one. */
export interface AnyAggregate {
  readonly name: string;
  readonly decider: {
    initialState(): unknown;
    evolve(state: unknown, event: Event): unknown;
  };
  readonly types: readonly EventType[];
  readonly snapshot?: { readonly version: number; readonly everyEvents: number };
}
