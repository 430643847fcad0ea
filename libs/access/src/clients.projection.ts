import type { Projection, RecordedEvent, Role } from '#kernel';

import { withoutRole, withRole } from './access-changes.js';
import { type ClientEvent, clientEvents } from './client-events.js';
import type { HallGrant } from './hall-grant.js';
import type { Networks } from './networks.js';
import type { RouteLimit } from './route-limit.js';

export interface ClientDocument {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly hallIds: HallGrant;
  readonly status: 'active' | 'suspended';
  readonly registeredAt: string;
  readonly secretRotatedAt: string | null;
  /** Until when the secret before the last rotation is taken; null without a rotation. */
  readonly previousSecretValidUntil: string | null;
  /** Why it is suspended; null while it is not. */
  readonly suspendedFor: string | null;
  readonly networks: Networks;
  readonly routes: RouteLimit;
  readonly contact: { readonly personId: string; readonly sealedContact: string } | null;
}

export const clientsProjection: Projection<ClientDocument, ClientEvent> = {
  name: 'clients',
  version: 2,
  handles: clientEvents.map(({ type }) => type),
  idOf: ({ data }) => data.clientId,
  evolve: (doc, event) => {
    if (event.type === 'access.client-registered.v1') return registered(event);
    return doc && { ...doc, ...changes(doc, event) };
  },
};

function registered({ data, metadata }: RecordedEvent<ClientEvent>): ClientDocument | null {
  if (!('secretHash' in data) || !('name' in data)) return null;
  const { name, role, hallIds } = data;
  return {
    name,
    roles: [role],
    hallIds,
    status: 'active',
    registeredAt: metadata.occurredAt,
    secretRotatedAt: null,
    previousSecretValidUntil: null,
    suspendedFor: null,
    networks: null,
    routes: null,
    contact: null,
  };
}

function changes(doc: ClientDocument, recorded: RecordedEvent<ClientEvent>): Partial<ClientDocument> {
  const { metadata } = recorded;
  const event = recorded as ClientEvent;
  switch (event.type) {
    case 'access.client-registered.v1':
      return {};
    case 'access.client-secret-rotated.v1':
      return { secretRotatedAt: metadata.occurredAt, previousSecretValidUntil: event.data.previousValidUntil };
    case 'access.client-suspended.v1':
      return { status: 'suspended', suspendedFor: metadata.reason ?? null };
    case 'access.client-reinstated.v1':
      return { status: 'active', suspendedFor: null };
    case 'access.client-role-granted.v1':
      return { roles: withRole(doc.roles, event.data.role) };
    case 'access.client-role-revoked.v1':
      return { roles: withoutRole(doc.roles, event.data.role) };
    case 'access.client-halls-set.v1':
      return { hallIds: event.data.hallIds };
    case 'access.client-networks-set.v1':
      return { networks: event.data.networks };
    case 'access.client-routes-limited.v1':
      return { routes: event.data.routes };
    case 'access.client-contact-set.v1':
      return { contact: { personId: event.data.personId, sealedContact: event.data.sealedContact } };
    case 'access.client-contact-erased.v1':
      return { contact: null };
  }
}
