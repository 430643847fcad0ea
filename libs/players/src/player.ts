import { z } from 'zod';

import { type Command, conflict, type Decider, type EventOf, eventType, notFound } from '#kernel';

/** The name is encrypted under the player's own key: erasing the key erases the name, here and in every copy. */
export const playerRegistered = eventType(
  'player.registered.v1',
  z.strictObject({ playerId: z.uuid(), hallId: z.string().min(1), sealedName: z.string().min(1).max(2_000) }),
);
/** The player's key was erased, and with it what identified them, here and in every copy. What they did stays. */
export const playerErased = eventType('player.erased.v1', z.strictObject({ playerId: z.uuid() }));
export const playerEvents = [playerRegistered, playerErased] as const;

export type PlayerEvent = EventOf<(typeof playerEvents)[number]>;
export type RegisterPlayer = Command<'RegisterPlayer', EventOf<typeof playerRegistered>['data']>;
export type ErasePlayer = Command<'ErasePlayer', EventOf<typeof playerErased>['data']>;

export type PlayerState =
  { readonly status: 'missing' } | { readonly status: 'registered' | 'erased'; readonly hallId: string };

export const player: Decider<PlayerState, RegisterPlayer | ErasePlayer, PlayerEvent> = {
  initialState: () => ({ status: 'missing' }),
  decide: (command, state) => {
    if (command.type === 'RegisterPlayer') {
      if (state.status !== 'missing') throw conflict('player_exists', 'This player is registered already.');
      return [{ type: 'player.registered.v1', data: command.data }];
    }
    if (state.status === 'missing') throw playerUnknown();
    return state.status === 'erased' ? [] : [{ type: 'player.erased.v1', data: command.data }];
  },
  evolve: (state, event) => {
    if (event.type === 'player.registered.v1') return { status: 'registered', hallId: event.data.hallId };
    return state.status === 'missing' ? state : { ...state, status: 'erased' };
  },
};

export const playerUnknown = (): Error => notFound('player_unknown', 'There is no such player.');
