import type { Role } from '#kernel';

export type { Role };

/** The kernel's roles, repeated as values so that the browser does not load the kernel; a spec holds the two together. */
export const roles = [
  'integrator',
  'gateway',
  'cashier',
  'manager',
  'regulator',
  'administrator',
] as const satisfies readonly Role[];

const mayLock: readonly Role[] = ['integrator', 'manager', 'administrator'];

/** Whether to offer locking: an unknown role is offered it, and the platform decides. */
export const mayLockPlay = (role: Role | undefined): boolean => role === undefined || mayLock.includes(role);
