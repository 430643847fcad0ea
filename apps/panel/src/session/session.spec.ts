import { describe, expect, it } from '@jest/globals';

import { rolePermissions, roles as kernelRoles } from '#kernel';

import { mayLockPlay, roles } from './roles.js';
import { restoreSession, type Session, type SessionStore, startSession, storeSession } from './session.js';

const tokenWith = (claims: object): string =>
  ['header', Buffer.from(JSON.stringify(claims)).toString('base64url'), 'signature'].join('.');

function memoryStore(): SessionStore {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

const session: Session = { token: 't', expiresAtMs: 1_000, role: 'cashier', name: 'Мария' };

describe('a session', () => {
  it('takes role and name from the token when the answer has none', () => {
    const answer = { access_token: tokenWith({ role: 'manager', name: 'Мария' }), expires_in: 900 };
    expect(startSession(answer, 'maria', 5_000)).toMatchObject({
      role: 'manager',
      name: 'Мария',
      expiresAtMs: 905_000,
    });
  });

  it('bears a token that says nothing', () => {
    expect(startSession({ access_token: 'opaque', expires_in: 1 }, 'maria', 0)).toMatchObject({
      role: undefined,
      name: 'maria',
    });
  });

  it('is kept for the tab until it is over', () => {
    const store = memoryStore();
    storeSession(store, session);
    expect(restoreSession(store, 999)).toEqual(session);
    expect(restoreSession(store, 1_000)).toBeUndefined();
    expect(restoreSession(store, 0)).toBeUndefined();
  });

  it('is not restored from what is broken', () => {
    const store = memoryStore();
    store.setItem('tallyhall.session', '{"token":');
    expect(restoreSession(store, 0)).toBeUndefined();
  });
});

describe('roles', () => {
  it('are the kernel’s', () => {
    expect([...roles]).toEqual([...kernelRoles]);
  });

  it.each(kernelRoles)('%s is offered what the kernel permits', (role) => {
    expect(mayLockPlay(role)).toBe(rolePermissions[role].includes('machines:lock'));
  });
});
