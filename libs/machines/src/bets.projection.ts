import type { Money, Projection } from '#kernel';

import type { FeedEventOf } from './feed-events.js';

type GameEvent = FeedEventOf<'machine.game-played.v1' | 'machine.game-interrupted.v1'>;

/** One game. An interrupted one has a wager and no end. */
export interface Bet {
  readonly machineId: string;
  readonly hallId: string | null;
  readonly gamingDate: string | null;
  readonly wager: Money;
  readonly win: Money;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly outcome: 'played' | 'interrupted';
}

export const bets: Projection<Bet, GameEvent> = {
  name: 'bets',
  version: 1,
  handles: ['machine.game-played.v1', 'machine.game-interrupted.v1'],
  idOf: ({ id }) => id,
  evolve: (_, { data, metadata: { hallId, gamingDate } }) => {
    const { machineId, wager, startedAt } = data;
    const common = { machineId, hallId, gamingDate, wager, startedAt };
    return 'endedAt' in data
      ? { ...common, win: data.win, endedAt: data.endedAt, outcome: 'played' }
      : { ...common, win: { value: 0, currency: wager.currency }, endedAt: null, outcome: 'interrupted' };
  },
  indexes: [{}, { hallId: 1 }, { machineId: 1 }],
  insertsFirst: true,
  onFailure: 'stop',
};
