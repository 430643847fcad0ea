import { z } from 'zod';

import { moneySchema, positiveMoneySchema, publicEventType, type RecordedEvent } from '#kernel';

import { fundsDeposited, fundsWithdrawn, type WalletEvent } from './wallet.js';

const movementSchema = z.strictObject({ playerId: z.uuid(), amount: positiveMoneySchema, balance: moneySchema });

const movement = ({ data: { playerId, amount, balance } }: RecordedEvent<WalletEvent>) => ({
  playerId,
  amount,
  balance,
});

export const walletPublicEvents = [
  publicEventType({
    type: 'wallet.deposit',
    version: 1,
    topics: ['wallets'],
    from: fundsDeposited,
    schema: movementSchema,
    description: 'Money was put into a player’s wallet.',
    data: movement,
  }),
  publicEventType({
    type: 'wallet.withdrawal',
    version: 1,
    topics: ['wallets'],
    from: fundsWithdrawn,
    schema: movementSchema,
    description: 'Money was paid out of a player’s wallet.',
    data: movement,
  }),
];
