import type { AggregateDefinition } from '#event-sourcing';

import { wallet, type WalletCommand, type WalletEvent, walletEvents, type WalletState } from './wallet.js';

/** Stream `wallet-<playerId>`. A wallet lives long and moves often: its state is snapshot. */
export const wallets: AggregateDefinition<WalletState, WalletCommand, WalletEvent> = {
  name: 'wallet',
  decider: wallet,
  types: walletEvents,
  snapshot: { version: 1, everyEvents: 500 },
};
