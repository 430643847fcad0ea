import { accessEvents, accessUpcasters } from '#access';
import { apiCallsRecorded, logEvents } from '#audit';
import { callbackEvents } from '#callbacks';
import { type Catalogue, catalogueOf, storeIdentified } from '#event-sourcing';
import { hallEvents } from '#halls';
import { feedEvents, machineEvents, transferEvents } from '#machines';
import { playerEvents } from '#players';
import { walletEvents } from '#wallets';

/** What people, clients and policies cause. */
export const decidedEvents = [
  ...accessEvents,
  ...callbackEvents,
  ...hallEvents,
  ...machineEvents,
  ...transferEvents,
  ...playerEvents,
  ...walletEvents,
];

/** Every event type that Tallyhall stores. An older version of one gets an upcaster here, and a golden example in the tests. */
export const storedEvents: Catalogue = catalogueOf(
  [storeIdentified, ...decidedEvents, ...feedEvents, ...logEvents, apiCallsRecorded],
  [...accessUpcasters],
);
