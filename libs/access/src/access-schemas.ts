import { z } from 'zod';

import { reasonSchema } from '#kernel';

import { contactSchema } from './contact.js';
import { hallGrantSchema } from './hall-grant.js';
import { networksSchema } from './networks.js';
import { routeLimitSchema } from './route-limit.js';

/** What clients can be: programs. People are staff. */
export const clientRoles = ['integrator', 'gateway', 'regulator'] as const;
/** What people can be. */
export const staffRoles = ['cashier', 'manager', 'regulator', 'administrator'] as const;

const reason = reasonSchema;
/** Longest that the secret before a rotation is still taken, and how long it is where nobody says: a day. */
const longestOverlapSeconds = 7 * 24 * 60 * 60;
const usualOverlapSeconds = 24 * 60 * 60;

/** The bodies of what administrators change. Each says why; the reason stands in the history. */
export const bodies = {
  reason: z.strictObject({ reason }),
  rotation: z.strictObject({
    reason,
    /** How long the secret before is still taken, in seconds: 0 where it leaked. */
    overlapSeconds: z.int().min(0).max(longestOverlapSeconds).default(usualOverlapSeconds),
  }),
  clientRole: z.strictObject({ role: z.enum(clientRoles), reason }),
  staffRole: z.strictObject({ role: z.enum(staffRoles), reason }),
  halls: z.strictObject({ hallIds: hallGrantSchema, reason }),
  networks: z.strictObject({ networks: networksSchema, reason }),
  routes: z.strictObject({ routes: routeLimitSchema, reason }),
  contact: z.strictObject({ contact: contactSchema, reason }),
};

export const registerClientSchema = z.strictObject({
  name: z.string().trim().min(1).max(200).meta({ example: 'Loyalty system' }),
  role: z.enum(clientRoles),
  hallIds: hallGrantSchema,
  /** Why; stands in the history. */
  reason: reason.optional(),
});
