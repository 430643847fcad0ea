import type { Role } from '#kernel';

/** The roles with one more. */
export const withRole = (roles: readonly Role[], role: Role): readonly Role[] =>
  roles.includes(role) ? roles : [...roles, role];

/** The roles without one of them. Nobody needs one: without any, nothing is allowed. */
export const withoutRole = (roles: readonly Role[], role: Role): readonly Role[] =>
  roles.filter((each) => each !== role);

/** Whether two lists, or their absence, are the same: a change to what is there already is no event. */
export const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
