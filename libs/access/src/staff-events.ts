import { z } from 'zod';

import type { Upcaster } from '#event-sourcing';
import { type EventOf, eventType, roles } from '#kernel';

import { hallGrantSchema } from './hall-grant.js';
import { networksSchema } from './networks.js';
import { storedLoginSchema } from './stored-login.js';

const staffId = z.uuid();
/** The password's scrypt hash, itself sealed under the master key: the history alone is nothing to guess against. */
const sealedPasswordHash = z.string().min(1).max(500);
const aboutStaff = z.strictObject({ staffId });

export const staffRegistered = eventType(
  'access.staff-registered.v2',
  z.strictObject({
    staffId,
    login: storedLoginSchema,
    /** The name, encrypted under the person's own key. */
    sealedName: z.string().min(1).max(2_000),
    role: z.enum(roles),
    hallIds: hallGrantSchema,
    sealedPasswordHash,
    /** Whether the password must be changed at the first sign-in. */
    oneTime: z.boolean(),
  }),
);
/** By the person, who proved to know the one before. */
export const staffPasswordChanged = eventType(
  'access.staff-password-changed.v1',
  z.strictObject({ staffId, sealedPasswordHash }),
);
/** By an administrator: a one-time password, to be changed at the next sign-in. */
export const staffPasswordReset = eventType(
  'access.staff-password-reset.v1',
  z.strictObject({ staffId, sealedPasswordHash }),
);
export const staffSuspended = eventType('access.staff-suspended.v1', aboutStaff);
export const staffReinstated = eventType('access.staff-reinstated.v1', aboutStaff);
/** Too many failed sign-ins: nobody signs in by this login until then, not even with the password. */
export const staffLocked = eventType('access.staff-locked.v1', z.strictObject({ staffId, until: z.iso.datetime() }));
/** A refresh token was used twice, so one of its users is not the person: the session, with all its tokens, has ended. */
export const staffSessionRevoked = eventType(
  'access.staff-session-revoked.v1',
  z.strictObject({ staffId, sessionId: z.uuid() }),
);
const aboutRole = z.strictObject({ staffId, role: z.enum(roles) });
export const staffRoleGranted = eventType('access.staff-role-granted.v1', aboutRole);
export const staffRoleRevoked = eventType('access.staff-role-revoked.v1', aboutRole);
export const staffHallsSet = eventType(
  'access.staff-halls-set.v1',
  z.strictObject({ staffId, hallIds: hallGrantSchema }),
);
export const staffNetworksSet = eventType(
  'access.staff-networks-set.v1',
  z.strictObject({ staffId, networks: networksSchema }),
);
export const staffContactSet = eventType(
  'access.staff-contact-set.v1',
  z.strictObject({ staffId, sealedContact: z.string().min(1).max(4_000) }),
);
/** The person's key was erased, and with it name and contact, here and in every copy. Access has ended for good. */
export const staffErased = eventType('access.staff-erased.v1', aboutStaff);

export const staffEvents = [
  staffRegistered,
  staffPasswordChanged,
  staffPasswordReset,
  staffSuspended,
  staffReinstated,
  staffLocked,
  staffSessionRevoked,
  staffRoleGranted,
  staffRoleRevoked,
  staffHallsSet,
  staffNetworksSet,
  staffContactSet,
  staffErased,
] as const;
export type StaffEvent = EventOf<(typeof staffEvents)[number]>;

/** Older versions of the events, to the newest. */
export const staffUpcasters: readonly Upcaster[] = [
  {
    from: 'access.staff-registered.v1',
    to: staffRegistered.type,
    upcast: (data) => {
      const { login, ...rest } = registeredInTheClear.parse(data);
      return { ...rest, login: { clear: login } };
    },
  },
];
const registeredInTheClear = z.looseObject({ login: z.string() });
