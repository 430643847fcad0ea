import type { Money, Projection } from '#kernel';

import type { WalletEvent } from './wallet.js';

/** What a player has, per player. */
export interface Balance {
  readonly playerId: string;
  readonly hallId: string | null;
  readonly balance: Money;
  readonly changedAt: string;
}

export const balances: Projection<Balance, WalletEvent> = {
  name: 'balances',
  version: 1,
  handles: ['wallet.funds-deposited.v1', 'wallet.funds-withdrawn.v1'],
  idOf: ({ data }) => data.playerId,
  evolve: (_, { data, metadata }) => ({
    playerId: data.playerId,
    hallId: metadata.hallId,
    balance: data.balance,
    changedAt: metadata.occurredAt,
  }),
  indexes: [{}, { hallId: 1 }],
  onFailure: 'stop',
};
