import type { Projection, RecordedEvent, Role } from '#kernel';

import type { HallGrant } from './hall-grant.js';
import type { StaffEvent } from './staff.js';

export interface StaffDocument {
  readonly login: string;
  readonly sealedName: string;
  readonly role: Role;
  readonly hallIds: HallGrant;
  readonly status: 'active' | 'suspended';
  readonly mustChangePassword: boolean;
  readonly registeredAt: string;
  /** Why; null while not suspended. */
  readonly suspendedFor: string | null;
}

export const staffProjection: Projection<StaffDocument, StaffEvent> = {
  name: 'staff',
  version: 1,
  handles: [
    'access.staff-registered.v1',
    'access.staff-password-changed.v1',
    'access.staff-suspended.v1',
    'access.staff-reinstated.v1',
  ],
  idOf: ({ data }) => data.staffId,
  evolve: (doc, event) =>
    event.type === 'access.staff-registered.v1' ? registered(event) : doc && changed(doc, event),
};

function registered({ data, metadata }: RecordedEvent<StaffEvent>): StaffDocument | null {
  if (!('login' in data)) return null;
  const { login, sealedName, role, hallIds, oneTime } = data;
  return {
    login,
    sealedName,
    role,
    hallIds,
    status: 'active',
    mustChangePassword: oneTime,
    registeredAt: metadata.occurredAt,
    suspendedFor: null,
  };
}

function changed(doc: StaffDocument, { type, metadata }: RecordedEvent<StaffEvent>): StaffDocument {
  switch (type) {
    case 'access.staff-password-changed.v1':
      return { ...doc, mustChangePassword: false };
    case 'access.staff-suspended.v1':
      return { ...doc, status: 'suspended', suspendedFor: metadata.reason ?? null };
    case 'access.staff-reinstated.v1':
      return { ...doc, status: 'active', suspendedFor: null };
    case 'access.staff-registered.v1':
      return doc;
  }
}
