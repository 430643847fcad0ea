import { describe, expect, it } from '@jest/globals';

import { rolePermissions, roles } from '#kernel';

import { mayLockPlay, mayManageAccess, mayReadAudit } from './roles.js';
import { restoreSession, type Session, type SessionStore, startSession, storeSession } from './session.js';

function memoryStore(): SessionStore {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

const session: Session = { token: 't', expiresAtMs: 1_000, roles: ['cashier'], login: 'maria' };

describe('a session', () => {
  it('starts with the answer to a sign-in, and ends with its token', () => {
    const staff = { login: 'maria', roles: ['manager'] } as const;
    expect(startSession({ access_token: 't', expires_in: 900, staff }, 5_000)).toEqual({
      token: 't',
      expiresAtMs: 905_000,
      roles: ['manager'],
      login: 'maria',
    });
  });

  it('is kept for the tab until it is over', () => {
    const store = memoryStore();
    storeSession(store, session);
    expect(restoreSession(store, 999)).toEqual(session);
    expect(restoreSession(store, 1_000)).toBeUndefined();
    expect(restoreSession(store, 0)).toBeUndefined();
  });

  it.each(['{"token":', 'null', '7', '{"token":"t","expiresAtMs":9}'])('is not restored from %p', (stored) => {
    const store = memoryStore();
    store.setItem('tallyhall.session', stored);
    expect(restoreSession(store, 0)).toBeUndefined();
  });
});

describe('roles', () => {
  it.each(roles)('%s is offered what the kernel permits', (role) => {
    expect(mayLockPlay([role])).toBe(rolePermissions[role].includes('machines:lock'));
    expect(mayManageAccess([role])).toBe(rolePermissions[role].includes('access:write'));
    expect(mayReadAudit([role])).toBe(rolePermissions[role].includes('audit:read'));
  });
});
