import type { LiveCommand } from '#live';
import { playCommandSchema } from '#machines';
import { movementCommandSchema } from '#wallets';

/** What a socket may send; each goes the same way as over REST. */
export const liveCommands: readonly LiveCommand[] = [
  { name: 'deposit', type: 'DepositFunds', permission: 'wallets:deposit', schema: movementCommandSchema },
  { name: 'withdraw', type: 'WithdrawFunds', permission: 'wallets:withdraw', schema: movementCommandSchema },
  { name: 'lock', type: 'LockPlay', permission: 'machines:lock', schema: playCommandSchema },
  { name: 'unlock', type: 'UnlockPlay', permission: 'machines:lock', schema: playCommandSchema },
];
