import { describe, expect, it } from '@jest/globals';

import { rolePermissions, roles } from '#kernel';

import { memoryStore } from '../testing/memory-store.js';
import { mayLockPlay, mayManageAccess, mayReadAudit } from './roles.js';
import {
  keepRefreshToken,
  restoreSession,
  type Session,
  startSession,
  storeSession,
  takeRefreshToken,
} from './session.js';

const session: Session = { token: 't', expiresAtMs: 1_000, renewAtMs: 500, roles: ['cashier'], login: 'maria' };

describe('a session', () => {
  it.each([
    [900, 845_000],
    [60, 35_000],
  ])('of %i s starts with the answer to a sign-in, and is renewed before it ends', (expires_in, renewAtMs) => {
    const staff = { login: 'maria', roles: ['manager'] } as const;
    const answer = { access_token: 't', refresh_token: 'r', expires_in, staff };
    expect(startSession(answer, 5_000)).toEqual({
      token: 't',
      expiresAtMs: 5_000 + expires_in * 1_000,
      renewAtMs,
      roles: ['manager'],
      login: 'maria',
    });
  });

  it('is kept for the tab until it is over, or as long as it can be renewed', () => {
    const store = memoryStore();
    storeSession(store, session);
    expect(restoreSession(store, 999, false)).toEqual(session);
    expect(restoreSession(store, 1_000, true)).toEqual(session);
    expect(restoreSession(store, 1_000, false)).toBeUndefined();
    expect(restoreSession(store, 0, true)).toBeUndefined();
  });

  it('hands its refresh token over once', () => {
    const store = memoryStore();
    keepRefreshToken(store, 'r');
    expect([takeRefreshToken(store), takeRefreshToken(store)]).toEqual(['r', undefined]);
  });

  it.each(['{"token":', 'null', '7', '{"token":"t","expiresAtMs":9}'])('is not restored from %p', (stored) => {
    const store = memoryStore();
    store.setItem('tallyhall.session', stored);
    expect(restoreSession(store, 0, true)).toBeUndefined();
  });
});

describe('roles', () => {
  it.each(roles)('%s is offered what the kernel permits', (role) => {
    expect(mayLockPlay([role])).toBe(rolePermissions[role].includes('machines:lock'));
    expect(mayManageAccess([role])).toBe(rolePermissions[role].includes('access:write'));
    expect(mayReadAudit([role])).toBe(rolePermissions[role].includes('audit:read'));
  });
});
