import type { Actor, Money, Projection } from '#kernel';

import type { WalletEvent } from './wallet.js';

/** One movement of a wallet: a line of the player's account. */
export interface WalletEntry {
  readonly playerId: string;
  readonly hallId: string | null;
  readonly kind: 'deposit' | 'withdrawal';
  readonly amount: Money;
  readonly balance: Money;
  readonly occurredAt: string;
  readonly gamingDate: string | null;
  readonly actor: Actor;
  readonly reason: string | null;
}

export const walletEntries: Projection<WalletEntry, WalletEvent> = {
  name: 'wallet-entries',
  version: 1,
  handles: ['wallet.funds-deposited.v1', 'wallet.funds-withdrawn.v1'],
  idOf: ({ id }) => id,
  evolve: (_, { type, data, metadata }) => ({
    playerId: data.playerId,
    hallId: metadata.hallId,
    kind: type === 'wallet.funds-deposited.v1' ? 'deposit' : 'withdrawal',
    amount: data.amount,
    balance: data.balance,
    occurredAt: metadata.occurredAt,
    gamingDate: metadata.gamingDate,
    actor: metadata.actor,
    reason: data.reason ?? null,
  }),
  indexes: [{ playerId: 1 }],
  insertsFirst: true,
  onFailure: 'stop',
};
