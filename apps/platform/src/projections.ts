import { clientsProjection, staffProjection } from '#access';
import { callStreams } from '#audit';
import { callbacksProjection } from '#callbacks';
import { commandsProjection } from '#event-sourcing';
import { hallsProjection } from '#halls';
import {
  bets,
  houseAccounts,
  machineGames,
  machineRecords,
  machineRequests,
  machinesProjection,
  meterSnapshots,
  transfersProjection,
} from '#machines';
import { playersProjection } from '#players';
import { balances, walletEntries } from '#wallets';

import { decidedEvents } from './stored-events.js';

/** Where each command is found again; what gateways feed is found by its sequence. */
export const commands = commandsProjection(decidedEvents.map(({ type }) => type));

/** Every read model of the platform. */
export const projections = [
  commands,
  hallsProjection,
  machinesProjection,
  machineRequests,
  machineRecords,
  machineGames,
  meterSnapshots,
  transfersProjection,
  houseAccounts,
  bets,
  playersProjection,
  balances,
  walletEntries,
  callbacksProjection,
  clientsProjection,
  staffProjection,
  callStreams,
];
