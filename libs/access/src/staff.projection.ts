import type { Projection, RecordedEvent, Role } from '#kernel';

import { withoutRole, withRole } from './access-changes.js';
import type { HallGrant } from './hall-grant.js';
import type { Networks } from './networks.js';
import { type StaffEvent, staffEvents } from './staff-events.js';
import type { StoredLogin } from './stored-login.js';

export interface StaffDocument {
  /** Null once the person was erased. */
  readonly login: StoredLogin | null;
  /** As the login. */
  readonly sealedName: string | null;
  readonly sealedContact: string | null;
  readonly roles: readonly Role[];
  readonly hallIds: HallGrant;
  readonly status: 'active' | 'suspended' | 'erased';
  readonly mustChangePassword: boolean;
  readonly registeredAt: string;
  readonly lockedUntil: string | null;
  readonly networks: Networks;
  /** Why; null while not suspended. */
  readonly suspendedFor: string | null;
}

export const staffProjection: Projection<StaffDocument, StaffEvent> = {
  name: 'staff',
  version: 3,
  handles: staffEvents.map(({ type }) => type),
  idOf: ({ data }) => data.staffId,
  evolve: (doc, event) => {
    if (event.type === 'access.staff-registered.v2') return registered(event);
    return doc && { ...doc, ...changes(doc, event) };
  },
};

function registered({ data, metadata }: RecordedEvent<StaffEvent>): StaffDocument | null {
  if (!('login' in data)) return null;
  const { login, sealedName, role, hallIds, oneTime } = data;
  return {
    login,
    sealedName,
    sealedContact: null,
    roles: [role],
    hallIds,
    status: 'active',
    mustChangePassword: oneTime,
    registeredAt: metadata.occurredAt,
    lockedUntil: null,
    networks: null,
    suspendedFor: null,
  };
}

function changes(doc: StaffDocument, recorded: RecordedEvent<StaffEvent>): Partial<StaffDocument> {
  const event = recorded as StaffEvent;
  switch (event.type) {
    case 'access.staff-registered.v2':
    case 'access.staff-session-revoked.v1':
      return {};
    case 'access.staff-password-changed.v1':
      return { mustChangePassword: false };
    case 'access.staff-password-reset.v1':
      return { mustChangePassword: true, lockedUntil: null };
    case 'access.staff-suspended.v1':
      return { status: 'suspended', suspendedFor: recorded.metadata.reason ?? null };
    case 'access.staff-reinstated.v1':
      return { status: 'active', suspendedFor: null, lockedUntil: null };
    case 'access.staff-locked.v1':
      return { lockedUntil: event.data.until };
    case 'access.staff-role-granted.v1':
      return { roles: withRole(doc.roles, event.data.role) };
    case 'access.staff-role-revoked.v1':
      return { roles: withoutRole(doc.roles, event.data.role) };
    case 'access.staff-halls-set.v1':
      return { hallIds: event.data.hallIds };
    case 'access.staff-networks-set.v1':
      return { networks: event.data.networks };
    case 'access.staff-contact-set.v1':
      return { sealedContact: event.data.sealedContact };
    case 'access.staff-erased.v1':
      return { status: 'erased', roles: [], login: null, sealedName: null, sealedContact: null, suspendedFor: null };
  }
}
