import { connectRoute, type LiveCommand, topics } from '#live';
import { playCommandSchema } from '#machines';
import { movementCommandSchema } from '#wallets';

/** What a socket may send; each goes the same way as over REST. */
export const liveCommands: readonly LiveCommand[] = [
  {
    name: 'deposit',
    type: 'DepositFunds',
    permission: 'wallets:deposit',
    schema: movementCommandSchema,
    target: 'playerId',
  },
  {
    name: 'withdraw',
    type: 'WithdrawFunds',
    permission: 'wallets:withdraw',
    schema: movementCommandSchema,
    target: 'playerId',
  },
  { name: 'lock', type: 'LockPlay', permission: 'machines:lock', schema: playCommandSchema, target: 'machineId' },
  { name: 'unlock', type: 'UnlockPlay', permission: 'machines:lock', schema: playCommandSchema, target: 'machineId' },
];

/** What a client can be limited to on sockets, named as the decision names it. */
export const liveRoutes: readonly string[] = [
  connectRoute,
  ...topics.map((topic) => `LIVE subscribe ${topic}`),
  ...liveCommands.map(({ name }) => `LIVE ${name}`),
];
