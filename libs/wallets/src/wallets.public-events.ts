import { z } from 'zod';

import { moneySchema, positiveMoneySchema, publicEventType, type RecordedEvent } from '#kernel';

import type { WalletEvent } from './wallet.js';

const movementSchema = z.strictObject({ playerId: z.uuid(), amount: positiveMoneySchema, balance: moneySchema });

const movement = ({ data: { playerId, amount, balance } }: RecordedEvent<WalletEvent>) => ({
  playerId,
  amount,
  balance,
});

export const walletPublicEvents = [
  publicEventType<WalletEvent, typeof movementSchema>({
    type: 'wallet.deposit',
    version: 1,
    topics: ['wallets'],
    from: 'wallet.funds-deposited.v1',
    schema: movementSchema,
    description: 'Money was put into a player’s wallet.',
    data: movement,
  }),
  publicEventType<WalletEvent, typeof movementSchema>({
    type: 'wallet.withdrawal',
    version: 1,
    topics: ['wallets'],
    from: 'wallet.funds-withdrawn.v1',
    schema: movementSchema,
    description: 'Money was paid out of a player’s wallet.',
    data: movement,
  }),
];
