import { z } from 'zod';

import { type EventOf, eventType, roles } from '#kernel';

import { hallGrantSchema } from './hall-grant.js';
import { networksSchema } from './networks.js';
import { routeLimitSchema } from './route-limit.js';

const clientId = z.uuid();
const secretHash = z.string().regex(/^[0-9a-f]{64}$/);
const aboutClient = z.strictObject({ clientId });

export const clientRegistered = eventType(
  'access.client-registered.v1',
  z.strictObject({
    clientId,
    name: z.string().min(1).max(200),
    role: z.enum(roles),
    hallIds: hallGrantSchema,
    /** SHA-256, hex, of 256 random bits. */
    secretHash,
  }),
);
export const clientSecretRotated = eventType(
  'access.client-secret-rotated.v1',
  z.strictObject({ clientId, secretHash, previousValidUntil: z.iso.datetime() }),
);
export const clientSuspended = eventType('access.client-suspended.v1', aboutClient);
export const clientReinstated = eventType('access.client-reinstated.v1', aboutClient);
const aboutRole = z.strictObject({ clientId, role: z.enum(roles) });
export const clientRoleGranted = eventType('access.client-role-granted.v1', aboutRole);
export const clientRoleRevoked = eventType('access.client-role-revoked.v1', aboutRole);
export const clientHallsSet = eventType(
  'access.client-halls-set.v1',
  z.strictObject({ clientId, hallIds: hallGrantSchema }),
);
export const clientNetworksSet = eventType(
  'access.client-networks-set.v1',
  z.strictObject({ clientId, networks: networksSchema }),
);
export const clientRoutesLimited = eventType(
  'access.client-routes-limited.v1',
  z.strictObject({ clientId, routes: routeLimitSchema }),
);
/** Each contact is a person of their own, with a key of their own: `personId`. */
export const clientContactSet = eventType(
  'access.client-contact-set.v1',
  z.strictObject({ clientId, personId: z.uuid(), sealedContact: z.string().min(1).max(4_000) }),
);
export const clientContactErased = eventType(
  'access.client-contact-erased.v1',
  z.strictObject({ clientId, personId: z.uuid() }),
);

export const clientEvents = [
  clientRegistered,
  clientSecretRotated,
  clientSuspended,
  clientReinstated,
  clientRoleGranted,
  clientRoleRevoked,
  clientHallsSet,
  clientNetworksSet,
  clientRoutesLimited,
  clientContactSet,
  clientContactErased,
] as const;
export type ClientEvent = EventOf<(typeof clientEvents)[number]>;
