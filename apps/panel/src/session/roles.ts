import type { Role } from '#kernel';

export type { Role };

/** The kernel's permission `machines:lock`, repeated so that the browser does not load the kernel; a spec holds them together. */
const mayLock: readonly Role[] = ['integrator', 'manager', 'administrator'];

/** Whether to offer locking. What is done, the platform decides. */
export const mayLockPlay = (roles: readonly Role[] = []): boolean => roles.some((role) => mayLock.includes(role));
