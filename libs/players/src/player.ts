import { z } from 'zod';

import { type Command, conflict, type Decider, type EventOf, eventType } from '#kernel';

/** The name is encrypted under the player's own key: erasing the key erases the name, here and in every copy. */
export const playerRegistered = eventType(
  'player.registered.v1',
  z.strictObject({ playerId: z.uuid(), hallId: z.string().min(1), sealedName: z.string().min(1).max(2_000) }),
);
export const playerEvents = [playerRegistered] as const;

export type PlayerRegistered = EventOf<typeof playerRegistered>;
export type RegisterPlayer = Command<'RegisterPlayer', PlayerRegistered['data']>;

export type PlayerState = { readonly status: 'missing' } | { readonly status: 'registered'; readonly hallId: string };

export const player: Decider<PlayerState, RegisterPlayer, PlayerRegistered> = {
  initialState: () => ({ status: 'missing' }),
  decide: ({ data }, state) => {
    if (state.status !== 'missing') throw conflict('player_exists', 'This player is registered already.');
    return [{ type: 'player.registered.v1', data }];
  },
  evolve: (_, { data: { hallId } }) => ({ status: 'registered', hallId }),
};
