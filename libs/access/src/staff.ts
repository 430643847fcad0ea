import { z } from 'zod';

import { type Command, conflict, type Decider, type EventOf, eventType, notFound, type Role, roles } from '#kernel';

import { type HallGrant, hallGrantSchema } from './hall-grant.js';

const staffId = z.uuid();
/** The password's scrypt hash, itself sealed under the master key: the history alone is nothing to guess against. */
const sealedPasswordHash = z.string().min(1).max(500);

/** What people type to sign in. Capitals make no difference. */
export const loginSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._@-]{1,63}$/, 'must be 2 to 64 letters, digits, dots, dashes, underscores or @')
  .meta({ example: 'maria' });

export const staffRegistered = eventType(
  'access.staff-registered.v1',
  z.strictObject({
    staffId,
    login: loginSchema,
    /** The name, encrypted under the person's own key. */
    sealedName: z.string().min(1).max(2_000),
    role: z.enum(roles),
    hallIds: hallGrantSchema,
    sealedPasswordHash,
    /** Whether the password must be changed at the first sign-in. */
    oneTime: z.boolean(),
  }),
);
export const staffPasswordChanged = eventType(
  'access.staff-password-changed.v1',
  z.strictObject({ staffId, sealedPasswordHash }),
);
export const staffSuspended = eventType('access.staff-suspended.v1', z.strictObject({ staffId }));
export const staffReinstated = eventType('access.staff-reinstated.v1', z.strictObject({ staffId }));
export const staffEvents = [staffRegistered, staffPasswordChanged, staffSuspended, staffReinstated] as const;
export type StaffEvent = EventOf<(typeof staffEvents)[number]>;

export type RegisterStaff = Command<'RegisterStaff', EventOf<typeof staffRegistered>['data']>;
export type ChangeStaffPassword = Command<'ChangeStaffPassword', EventOf<typeof staffPasswordChanged>['data']>;
export type SuspendStaff = Command<'SuspendStaff', { readonly staffId: string }>;
export type ReinstateStaff = Command<'ReinstateStaff', { readonly staffId: string }>;
export type StaffCommand = RegisterStaff | ChangeStaffPassword | SuspendStaff | ReinstateStaff;

export interface KnownStaff {
  readonly status: 'active' | 'suspended';
  readonly login: string;
  readonly role: Role;
  readonly hallIds: HallGrant;
  readonly sealedPasswordHash: string;
  readonly mustChangePassword: boolean;
}

export type StaffState = { readonly status: 'missing' } | KnownStaff;

export const staffMember: Decider<StaffState, StaffCommand, StaffEvent> = {
  initialState: () => ({ status: 'missing' }),
  decide: (command, state) => {
    if (command.type === 'RegisterStaff') return register(command, state);
    if (state.status === 'missing') throw notFound('staff_unknown', 'There is no such member of staff.');
    switch (command.type) {
      case 'ChangeStaffPassword':
        return [{ type: 'access.staff-password-changed.v1', data: command.data }];
      case 'SuspendStaff':
        return state.status === 'suspended' ? [] : [{ type: 'access.staff-suspended.v1', data: command.data }];
      case 'ReinstateStaff':
        return state.status === 'active' ? [] : [{ type: 'access.staff-reinstated.v1', data: command.data }];
    }
  },
  evolve: (state, event) => {
    if (event.type === 'access.staff-registered.v1') return registered(event.data);
    if (state.status === 'missing') return state;
    switch (event.type) {
      case 'access.staff-password-changed.v1':
        return { ...state, sealedPasswordHash: event.data.sealedPasswordHash, mustChangePassword: false };
      case 'access.staff-suspended.v1':
        return { ...state, status: 'suspended' };
      case 'access.staff-reinstated.v1':
        return { ...state, status: 'active' };
    }
  },
};

/** The id derives from the login, so that a login is one stream and can be taken only once. */
function register({ data }: RegisterStaff, state: StaffState): StaffEvent[] {
  if (state.status !== 'missing') throw conflict('login_taken', `The login ${data.login} is taken.`);
  return [{ type: 'access.staff-registered.v1', data }];
}

const registered = ({ login, role, hallIds, sealedPasswordHash, oneTime }: RegisterStaff['data']): KnownStaff => ({
  status: 'active',
  login,
  role,
  hallIds,
  sealedPasswordHash,
  mustChangePassword: oneTime,
});
