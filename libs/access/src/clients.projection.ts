import type { Projection, RecordedEvent, Role } from '#kernel';

import type { ClientEvent } from './client.js';
import type { HallGrant } from './hall-grant.js';

export interface ClientDocument {
  readonly name: string;
  readonly role: Role;
  readonly hallIds: HallGrant;
  readonly status: 'active' | 'suspended';
  readonly registeredAt: string;
  readonly secretRotatedAt: string | null;
  /** Why it is suspended; null while it is not. */
  readonly suspendedFor: string | null;
}

export const clientsProjection: Projection<ClientDocument, ClientEvent> = {
  name: 'clients',
  version: 1,
  handles: [
    'access.client-registered.v1',
    'access.client-secret-rotated.v1',
    'access.client-suspended.v1',
    'access.client-reinstated.v1',
  ],
  idOf: ({ data }) => data.clientId,
  evolve: (doc, event) =>
    event.type === 'access.client-registered.v1' ? registered(event) : doc && changed(doc, event),
};

function registered({ data, metadata }: RecordedEvent<ClientEvent>): ClientDocument | null {
  if (!('role' in data)) return null;
  const { name, role, hallIds } = data;
  const registeredAt = metadata.occurredAt;
  return { name, role, hallIds, status: 'active', registeredAt, secretRotatedAt: null, suspendedFor: null };
}

function changed(doc: ClientDocument, { type, metadata }: RecordedEvent<ClientEvent>): ClientDocument {
  switch (type) {
    case 'access.client-secret-rotated.v1':
      return { ...doc, secretRotatedAt: metadata.occurredAt };
    case 'access.client-suspended.v1':
      return { ...doc, status: 'suspended', suspendedFor: metadata.reason ?? null };
    case 'access.client-reinstated.v1':
      return { ...doc, status: 'active', suspendedFor: null };
    case 'access.client-registered.v1':
      return doc;
  }
}
