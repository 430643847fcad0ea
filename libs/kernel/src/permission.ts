/** Who a caller can be. A caller has one or several, and loses and gains them. */
export const roles = ['integrator', 'gateway', 'cashier', 'manager', 'regulator', 'administrator'] as const;
export type Role = (typeof roles)[number];

/** What a route or a socket command asks for. */
export const permissions = [
  'halls:read',
  'halls:write',
  'machines:read',
  'machines:write',
  'machines:lock',
  'machines:command',
  'transfers:read',
  'transfers:write',
  'transfers:resolve',
  'bets:read',
  'players:read',
  'players:write',
  'players:erase',
  'wallets:read',
  'wallets:deposit',
  'wallets:withdraw',
  'callbacks:read',
  'callbacks:write',
  'audit:read',
  'gateways:feed',
  'access:read',
  'access:write',
  'live:subscribe',
] as const;
export type Permission = (typeof permissions)[number];
