import type { Command, Event } from './message.js';

/**
 * The whole of an aggregate's behaviour, as three pure functions.
 *
 * `decide` answers the events that a command causes in a state (none, when there is nothing to do) or throws a
 * `DomainError`; `evolve` applies one event. Neither reads a clock, draws a random number or does I/O: such inputs
 * arrive in the command.
 */
export interface Decider<State, C extends Command, E extends Event> {
  readonly initialState: () => State;
  readonly decide: (command: C, state: State) => readonly E[];
  readonly evolve: (state: State, event: E) => State;
}
