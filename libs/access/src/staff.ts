import { type Command, conflict, type Decider, type EventOf, notFound, type Role } from '#kernel';

import { isSame, withoutRole, withRole } from './access-changes.js';
import type { HallGrant } from './hall-grant.js';
import type { Networks } from './networks.js';
import type {
  StaffEvent,
  staffContactSet,
  staffHallsSet,
  staffLocked,
  staffNetworksSet,
  staffPasswordChanged,
  staffRegistered,
  staffRoleGranted,
  staffSessionRevoked,
} from './staff-events.js';
import type { StoredLogin } from './stored-login.js';

type AboutStaff = { readonly staffId: string };
export type RegisterStaff = Command<'RegisterStaff', EventOf<typeof staffRegistered>['data']>;
export type ChangeStaffPassword = Command<'ChangeStaffPassword', EventOf<typeof staffPasswordChanged>['data']>;
export type ResetStaffPassword = Command<'ResetStaffPassword', EventOf<typeof staffPasswordChanged>['data']>;
export type SuspendStaff = Command<'SuspendStaff', AboutStaff>;
export type ReinstateStaff = Command<'ReinstateStaff', AboutStaff>;
export type LockStaff = Command<'LockStaff', EventOf<typeof staffLocked>['data']>;
export type RevokeStaffSession = Command<'RevokeStaffSession', EventOf<typeof staffSessionRevoked>['data']>;
export type GrantStaffRole = Command<'GrantStaffRole', EventOf<typeof staffRoleGranted>['data']>;
export type RevokeStaffRole = Command<'RevokeStaffRole', EventOf<typeof staffRoleGranted>['data']>;
export type SetStaffHalls = Command<'SetStaffHalls', EventOf<typeof staffHallsSet>['data']>;
export type SetStaffNetworks = Command<'SetStaffNetworks', EventOf<typeof staffNetworksSet>['data']>;
export type SetStaffContact = Command<'SetStaffContact', EventOf<typeof staffContactSet>['data']>;
export type EraseStaff = Command<'EraseStaff', AboutStaff>;
export type StaffCommand =
  | RegisterStaff
  | ChangeStaffPassword
  | ResetStaffPassword
  | SuspendStaff
  | ReinstateStaff
  | LockStaff
  | RevokeStaffSession
  | GrantStaffRole
  | RevokeStaffRole
  | SetStaffHalls
  | SetStaffNetworks
  | SetStaffContact
  | EraseStaff;

export interface KnownStaff {
  /** `erased` is for good. */
  readonly status: 'active' | 'suspended' | 'erased';
  readonly login: StoredLogin;
  readonly roles: readonly Role[];
  readonly hallIds: HallGrant;
  readonly sealedPasswordHash: string;
  readonly mustChangePassword: boolean;
  /** How often the password was changed or reset: sessions that began with another one have ended. */
  readonly passwordVersion: number;
  /** No sign-in before this time; null: not locked. */
  readonly lockedUntil: string | null;
  readonly networks: Networks;
}

export type StaffState = { readonly status: 'missing' } | KnownStaff;

export const staffMember: Decider<StaffState, StaffCommand, StaffEvent> = {
  initialState: () => ({ status: 'missing' }),
  decide: (command, state) => {
    if (command.type === 'RegisterStaff') return register(command, state);
    if (state.status === 'missing') throw notFound('staff_unknown', 'There is no such member of staff.');
    if (state.status === 'erased' && command.type !== 'EraseStaff')
      throw conflict('staff_erased', 'This person was erased: nothing about them can be changed.');
    return change(command, state);
  },
  evolve: (state, event) => {
    if (event.type === 'access.staff-registered.v2') return registered(event.data);
    return state.status === 'missing' ? state : changed(state, event);
  },
};

/** The id derives from the login, so that a login is one stream and can be taken only once. */
function register({ data }: RegisterStaff, state: StaffState): StaffEvent[] {
  if (state.status !== 'missing') throw conflict('login_taken', 'This login is taken.');
  return [{ type: 'access.staff-registered.v2', data }];
}

function change(command: Exclude<StaffCommand, RegisterStaff>, state: KnownStaff): StaffEvent[] {
  switch (command.type) {
    case 'ChangeStaffPassword':
      return [{ type: 'access.staff-password-changed.v1', data: command.data }];
    case 'ResetStaffPassword':
      return [{ type: 'access.staff-password-reset.v1', data: command.data }];
    case 'SuspendStaff':
      return state.status === 'suspended' ? [] : [{ type: 'access.staff-suspended.v1', data: command.data }];
    case 'ReinstateStaff':
      return state.status === 'active' ? [] : [{ type: 'access.staff-reinstated.v1', data: command.data }];
    case 'LockStaff':
      return [{ type: 'access.staff-locked.v1', data: command.data }];
    case 'RevokeStaffSession':
      return [{ type: 'access.staff-session-revoked.v1', data: command.data }];
    case 'GrantStaffRole':
      if (state.roles.includes(command.data.role)) return [];
      return [{ type: 'access.staff-role-granted.v1', data: command.data }];
    case 'RevokeStaffRole':
      if (!state.roles.includes(command.data.role)) return [];
      return [{ type: 'access.staff-role-revoked.v1', data: command.data }];
    case 'SetStaffHalls':
      if (isSame(state.hallIds, command.data.hallIds)) return [];
      return [{ type: 'access.staff-halls-set.v1', data: command.data }];
    case 'SetStaffNetworks':
      if (isSame(state.networks, command.data.networks)) return [];
      return [{ type: 'access.staff-networks-set.v1', data: command.data }];
    case 'SetStaffContact':
      return [{ type: 'access.staff-contact-set.v1', data: command.data }];
    case 'EraseStaff':
      return state.status === 'erased' ? [] : [{ type: 'access.staff-erased.v1', data: command.data }];
  }
}

const registered = ({ login, role, hallIds, sealedPasswordHash, oneTime }: RegisterStaff['data']): KnownStaff => ({
  status: 'active',
  login,
  roles: [role],
  hallIds,
  sealedPasswordHash,
  mustChangePassword: oneTime,
  passwordVersion: 0,
  lockedUntil: null,
  networks: null,
});

function changed(state: KnownStaff, event: Exclude<StaffEvent, { type: 'access.staff-registered.v2' }>): KnownStaff {
  switch (event.type) {
    case 'access.staff-password-changed.v1':
      return { ...state, ...newPassword(state, event.data), mustChangePassword: false };
    case 'access.staff-password-reset.v1':
      return { ...state, ...newPassword(state, event.data), mustChangePassword: true, lockedUntil: null };
    case 'access.staff-session-revoked.v1':
      return state;
    case 'access.staff-suspended.v1':
      return { ...state, status: 'suspended' };
    case 'access.staff-reinstated.v1':
      return { ...state, status: 'active', lockedUntil: null };
    case 'access.staff-locked.v1':
      return { ...state, lockedUntil: event.data.until };
    case 'access.staff-role-granted.v1':
      return { ...state, roles: withRole(state.roles, event.data.role) };
    case 'access.staff-role-revoked.v1':
      return { ...state, roles: withoutRole(state.roles, event.data.role) };
    case 'access.staff-halls-set.v1':
      return { ...state, hallIds: event.data.hallIds };
    case 'access.staff-networks-set.v1':
      return { ...state, networks: event.data.networks };
    case 'access.staff-contact-set.v1':
      return state;
    case 'access.staff-erased.v1':
      return { ...state, status: 'erased', roles: [] };
  }
}

const newPassword = (
  { passwordVersion }: KnownStaff,
  { sealedPasswordHash }: ChangeStaffPassword['data'],
): Pick<KnownStaff, 'sealedPasswordHash' | 'passwordVersion'> => ({
  sealedPasswordHash,
  passwordVersion: passwordVersion + 1,
});
