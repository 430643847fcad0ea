import type { Projection } from '#kernel';

import type { PlayerRegistered } from './player.js';

/** A player as stored: the name stays sealed, and is opened for those who may read it. */
export interface PlayerDocument {
  readonly hallId: string;
  readonly sealedName: string;
  readonly registeredAt: string;
}

export const playersProjection: Projection<PlayerDocument, PlayerRegistered> = {
  name: 'players',
  version: 1,
  handles: ['player.registered.v1'],
  idOf: ({ data }) => data.playerId,
  evolve: (_, { data: { hallId, sealedName }, metadata }) => ({
    hallId,
    sealedName,
    registeredAt: metadata.occurredAt,
  }),
  indexes: [{ hallId: 1 }],
};
