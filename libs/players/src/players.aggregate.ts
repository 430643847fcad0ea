import type { AggregateDefinition } from '#event-sourcing';

import {
  type ErasePlayer,
  player,
  type PlayerEvent,
  playerEvents,
  type PlayerState,
  type RegisterPlayer,
} from './player.js';

/** Stream `player-<id>`. */
export const players: AggregateDefinition<PlayerState, RegisterPlayer | ErasePlayer, PlayerEvent> = {
  name: 'player',
  decider: player,
  types: playerEvents,
};
