import type { Role } from '#kernel';

export type { Role };

/** The kernel's permission `machines:lock`, repeated so that the browser does not load the kernel; a spec holds them together. */
const mayLock: readonly Role[] = ['integrator', 'manager', 'administrator'];

/** Whether to offer locking. What is done, the platform decides. */
export const mayLockPlay = (roles: readonly Role[] = []): boolean => roles.some((role) => mayLock.includes(role));

/** The same for `access:write`. */
const mayManage: readonly Role[] = ['administrator'];

/** Whether to offer the pages of access. What is done, the platform decides. */
export const mayManageAccess = (roles: readonly Role[] = []): boolean => roles.some((role) => mayManage.includes(role));

/** The same for `audit:read`. */
const mayAudit: readonly Role[] = ['regulator'];

/** Whether to offer the pages of the audit. What is done, the platform decides. */
export const mayReadAudit = (roles: readonly Role[] = []): boolean => roles.some((role) => mayAudit.includes(role));
