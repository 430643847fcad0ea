import { type Command, conflict, type Decider, type EventOf, notFound, type Role } from '#kernel';

import { isSame, withoutRole, withRole } from './access-changes.js';
import type {
  ClientEvent,
  clientContactErased,
  clientContactSet,
  clientHallsSet,
  clientNetworksSet,
  clientRegistered,
  clientRoleGranted,
  clientRoutesLimited,
  clientSecretRotated,
} from './client-events.js';
import type { HallGrant } from './hall-grant.js';
import type { Networks } from './networks.js';
import type { RouteLimit } from './route-limit.js';

type AboutClient = { readonly clientId: string };
export type RegisterClient = Command<'RegisterClient', EventOf<typeof clientRegistered>['data']>;
export type RotateClientSecret = Command<'RotateClientSecret', EventOf<typeof clientSecretRotated>['data']>;
export type SuspendClient = Command<'SuspendClient', AboutClient>;
export type ReinstateClient = Command<'ReinstateClient', AboutClient>;
export type GrantClientRole = Command<'GrantClientRole', EventOf<typeof clientRoleGranted>['data']>;
export type RevokeClientRole = Command<'RevokeClientRole', EventOf<typeof clientRoleGranted>['data']>;
export type SetClientHalls = Command<'SetClientHalls', EventOf<typeof clientHallsSet>['data']>;
export type SetClientNetworks = Command<'SetClientNetworks', EventOf<typeof clientNetworksSet>['data']>;
export type LimitClientRoutes = Command<'LimitClientRoutes', EventOf<typeof clientRoutesLimited>['data']>;
export type SetClientContact = Command<'SetClientContact', EventOf<typeof clientContactSet>['data']>;
export type EraseClientContact = Command<'EraseClientContact', EventOf<typeof clientContactErased>['data']>;
export type ClientCommand =
  | RegisterClient
  | RotateClientSecret
  | SuspendClient
  | ReinstateClient
  | GrantClientRole
  | RevokeClientRole
  | SetClientHalls
  | SetClientNetworks
  | LimitClientRoutes
  | SetClientContact
  | EraseClientContact;

/** A secret's hash, and until when it is taken; null is without end. */
export interface ValidSecret {
  readonly hash: string;
  readonly validUntil: string | null;
}

export interface KnownClient {
  readonly status: 'active' | 'suspended';
  readonly name: string;
  readonly roles: readonly Role[];
  readonly hallIds: HallGrant;
  /** The newest first; two while a secret is being rotated. */
  readonly secrets: readonly ValidSecret[];
  readonly networks: Networks;
  readonly routes: RouteLimit;
  /** The person whose contact data is kept; null where there is none. */
  readonly contactId: string | null;
}

export type ClientState = { readonly status: 'missing' } | KnownClient;

export const client: Decider<ClientState, ClientCommand, ClientEvent> = {
  initialState: () => ({ status: 'missing' }),
  decide: (command, state) => {
    if (command.type === 'RegisterClient') return register(command, state);
    if (state.status === 'missing') throw notFound('client_unknown', 'There is no such client.');
    return change(command, state);
  },
  evolve: (state, event) => {
    if (event.type === 'access.client-registered.v1') return registered(event.data);
    return state.status === 'missing' ? state : changed(state, event);
  },
};

function register({ data }: RegisterClient, state: ClientState): ClientEvent[] {
  if (state.status !== 'missing') throw conflict('client_exists', 'This client is registered already.');
  return [{ type: 'access.client-registered.v1', data }];
}

function change(command: Exclude<ClientCommand, RegisterClient>, state: KnownClient): ClientEvent[] {
  switch (command.type) {
    case 'RotateClientSecret':
      return [{ type: 'access.client-secret-rotated.v1', data: command.data }];
    case 'SuspendClient':
      return state.status === 'suspended' ? [] : [{ type: 'access.client-suspended.v1', data: command.data }];
    case 'ReinstateClient':
      return state.status === 'active' ? [] : [{ type: 'access.client-reinstated.v1', data: command.data }];
    case 'GrantClientRole':
      if (state.roles.includes(command.data.role)) return [];
      return [{ type: 'access.client-role-granted.v1', data: command.data }];
    case 'RevokeClientRole':
      if (!state.roles.includes(command.data.role)) return [];
      return [{ type: 'access.client-role-revoked.v1', data: command.data }];
    case 'SetClientHalls':
      if (isSame(state.hallIds, command.data.hallIds)) return [];
      return [{ type: 'access.client-halls-set.v1', data: command.data }];
    case 'SetClientNetworks':
      if (isSame(state.networks, command.data.networks)) return [];
      return [{ type: 'access.client-networks-set.v1', data: command.data }];
    case 'LimitClientRoutes':
      if (isSame(state.routes, command.data.routes)) return [];
      return [{ type: 'access.client-routes-limited.v1', data: command.data }];
    case 'SetClientContact':
      return [{ type: 'access.client-contact-set.v1', data: command.data }];
    case 'EraseClientContact':
      if (state.contactId !== command.data.personId) return [];
      return [{ type: 'access.client-contact-erased.v1', data: command.data }];
  }
}

const registered = ({ name, role, hallIds, secretHash }: RegisterClient['data']): KnownClient => ({
  status: 'active',
  name,
  roles: [role],
  hallIds,
  secrets: [{ hash: secretHash, validUntil: null }],
  networks: null,
  routes: null,
  contactId: null,
});

function changed(
  state: KnownClient,
  event: Exclude<ClientEvent, { type: 'access.client-registered.v1' }>,
): KnownClient {
  switch (event.type) {
    case 'access.client-secret-rotated.v1':
      return { ...state, secrets: rotated(state.secrets, event.data) };
    case 'access.client-suspended.v1':
      return { ...state, status: 'suspended' };
    case 'access.client-reinstated.v1':
      return { ...state, status: 'active' };
    case 'access.client-role-granted.v1':
      return { ...state, roles: withRole(state.roles, event.data.role) };
    case 'access.client-role-revoked.v1':
      return { ...state, roles: withoutRole(state.roles, event.data.role) };
    case 'access.client-halls-set.v1':
      return { ...state, hallIds: event.data.hallIds };
    case 'access.client-networks-set.v1':
      return { ...state, networks: event.data.networks };
    case 'access.client-routes-limited.v1':
      return { ...state, routes: event.data.routes };
    case 'access.client-contact-set.v1':
      return { ...state, contactId: event.data.personId };
    case 'access.client-contact-erased.v1':
      return { ...state, contactId: null };
  }
}

/** The secret before stays valid for a while, so that the other side can change over; older ones end at once. */
const rotated = (
  [previous]: readonly ValidSecret[],
  { secretHash, previousValidUntil }: RotateClientSecret['data'],
): ValidSecret[] => [
  { hash: secretHash, validUntil: null },
  ...(previous ? [{ hash: previous.hash, validUntil: previousValidUntil }] : []),
];
