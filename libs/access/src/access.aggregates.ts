import type { AggregateDefinition } from '#event-sourcing';

import { client, type ClientCommand, type ClientEvent, clientEvents, type ClientState } from './client.js';
import { type StaffCommand, type StaffEvent, staffEvents, staffMember, type StaffState } from './staff.js';

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

/** Every event type that access stores, for the catalogue. */
export const accessEvents = [...clientEvents, ...staffEvents];
