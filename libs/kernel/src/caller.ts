import { notFound } from './domain-error.js';
import type { Actor } from './metadata.js';
import type { Permission, Role } from './permission.js';

/** Who sends a request, as the token says: an integration, a gateway, or a member of staff. */
export interface Caller {
  readonly kind: 'client' | 'staff';
  readonly id: string;
  /** What the caller is; together they are what the caller may do. */
  readonly roles: readonly Role[];
  /** The halls whose objects this caller may see and change; `*` is all of them. */
  readonly hallIds: readonly string[] | '*';
  readonly name: string;
}

const readFloor = ['halls:read', 'machines:read', 'bets:read', 'live:subscribe'] as const;

/** What each role may do. Deny by default: what is not listed is refused. */
export const rolePermissions: Readonly<Record<Role, readonly Permission[]>> = {
  integrator: [
    ...readFloor,
    'players:read',
    'players:write',
    'wallets:read',
    'wallets:deposit',
    'wallets:withdraw',
    'callbacks:read',
    'callbacks:write',
    'machines:lock',
    'transfers:read',
    'transfers:write',
  ],
  gateway: ['gateways:feed'],
  cashier: [
    ...readFloor,
    'transfers:read',
    'transfers:write',
    'players:read',
    'players:write',
    'wallets:read',
    'wallets:deposit',
    'wallets:withdraw',
  ],
  manager: [
    ...readFloor,
    'machines:write',
    'machines:lock',
    'machines:command',
    'transfers:read',
    'transfers:write',
    'transfers:resolve',
    'players:read',
    'players:write',
    'wallets:read',
    'wallets:deposit',
    'wallets:withdraw',
    'callbacks:read',
  ],
  regulator: [...readFloor, 'transfers:read', 'audit:read'],
  administrator: [
    ...readFloor,
    'halls:write',
    'machines:write',
    'machines:lock',
    'machines:command',
    'transfers:read',
    'players:read',
    'players:erase',
    'callbacks:read',
    'callbacks:write',
    'access:read',
    'access:write',
  ],
};

export const mayDo = ({ roles }: Pick<Caller, 'roles'>, permission: Permission): boolean =>
  roles.some((role) => rolePermissions[role].includes(permission));

export const mayUseHall = (caller: Caller, hallId: string): boolean =>
  caller.hallIds === '*' || caller.hallIds.includes(hallId);

/** The caller as the actor of an event. */
export const callerActor = ({ kind, roles, id }: Caller): Actor => ({
  kind: roles.includes('gateway') ? 'gateway' : kind,
  id,
});

/**
 * The condition that keeps a list to the halls that a caller may see.
 * @throws {DomainError} `hall_unknown` when the caller asks for another hall
 */
export function hallFilter(caller: Caller, hallId: string | undefined): Record<string, string | { $in: string[] }> {
  if (hallId !== undefined) {
    if (!mayUseHall(caller, hallId)) throw notFound('hall_unknown', 'There is no such hall.');
    return { hallId };
  }
  return caller.hallIds === '*' ? {} : { hallId: { $in: [...caller.hallIds] } };
}
