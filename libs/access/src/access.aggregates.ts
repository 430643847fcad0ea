import type { AggregateDefinition } from '#event-sourcing';

import { client, type ClientCommand, type ClientState } from './client.js';
import { type ClientEvent, clientEvents } from './client-events.js';
import { signingKeyAdded } from './signing-key.js';
import { type StaffCommand, staffMember, type StaffState } from './staff.js';
import { type StaffEvent, staffEvents, staffUpcasters } from './staff-events.js';

/** Stream `client-<clientId>`. */
export const clients: AggregateDefinition<ClientState, ClientCommand, ClientEvent> = {
  name: 'client',
  decider: client,
  types: clientEvents,
};

/** Stream `staff-<staffId>`. */
export const staff: AggregateDefinition<StaffState, StaffCommand, StaffEvent> = {
  name: 'staff',
  decider: staffMember,
  types: staffEvents,
};

/** Every event type that access stores, for the catalogue; with {@link accessUpcasters}. */
export const accessEvents = [...clientEvents, ...staffEvents, signingKeyAdded];
export const accessUpcasters = staffUpcasters;
