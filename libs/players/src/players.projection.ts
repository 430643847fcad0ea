import type { Projection, RecordedEvent } from '#kernel';

import type { PlayerEvent } from './player.js';

/** A player as stored: the name stays sealed, and is opened for those who may read it. */
export interface PlayerDocument {
  readonly hallId: string;
  /** Null once the player was erased. */
  readonly sealedName: string | null;
  readonly registeredAt: string;
}

export const playersProjection: Projection<PlayerDocument, PlayerEvent> = {
  name: 'players',
  version: 2,
  handles: ['player.registered.v1', 'player.erased.v1'],
  idOf: ({ data }) => data.playerId,
  evolve: (doc, event) => ('sealedName' in event.data ? registered(event) : doc && { ...doc, sealedName: null }),
  indexes: [{}, { hallId: 1 }],
};

function registered({ data, metadata }: RecordedEvent<PlayerEvent>): PlayerDocument | null {
  if (!('sealedName' in data)) return null;
  return { hallId: data.hallId, sealedName: data.sealedName, registeredAt: metadata.occurredAt };
}
