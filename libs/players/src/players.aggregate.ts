import type { AggregateDefinition } from '#event-sourcing';

import { player, playerEvents, type PlayerRegistered, type PlayerState, type RegisterPlayer } from './player.js';

/** Stream `player-<id>`. */
export const players: AggregateDefinition<PlayerState, RegisterPlayer, PlayerRegistered> = {
  name: 'player',
  decider: player,
  types: playerEvents,
};
