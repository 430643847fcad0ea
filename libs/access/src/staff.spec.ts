import { describe, expect, it } from '@jest/globals';

import { type StaffCommand, staffMember, type StaffState } from './staff.js';
import { type StaffEvent, staffEvents } from './staff-events.js';
import { loginSchema } from './stored-login.js';

const staffId = '7d444840-9dc0-41d1-b245-5ffdce74fad2';
const registration = {
  staffId,
  login: { sealed: 'v1.l.m' },
  sealedName: 'v1.a.b',
  role: 'cashier',
  hallIds: ['h1'],
  sealedPasswordHash: 'v1.c.d',
  oneTime: true,
} as const;
const registered: StaffEvent = { type: 'access.staff-registered.v2', data: registration };
const suspended: StaffEvent = { type: 'access.staff-suspended.v1', data: { staffId } };
const changed: StaffEvent = {
  type: 'access.staff-password-changed.v1',
  data: { staffId, sealedPasswordHash: 'v1.e.f' },
};

const after = (...events: StaffEvent[]): StaffState => events.reduce(staffMember.evolve, staffMember.initialState());
const given = (...events: StaffEvent[]) => ({
  when: (command: StaffCommand) => () => staffMember.decide(command, after(...events)),
});
const suspend: StaffCommand = { type: 'SuspendStaff', data: { staffId } };
const reinstate: StaffCommand = { type: 'ReinstateStaff', data: { staffId } };
const changePassword: StaffCommand = { type: 'ChangeStaffPassword', data: changed.data };

describe('a member of staff', () => {
  it('is registered with a password to change', () => {
    expect(given().when({ type: 'RegisterStaff', data: registration })()).toEqual([registered]);
    expect(after(registered)).toMatchObject({ status: 'active', mustChangePassword: true });
  });

  it('has a login that nobody else has', () => {
    expect(given(registered).when({ type: 'RegisterStaff', data: registration })).toThrow('This login is taken.');
  });

  it.each([suspend, reinstate, changePassword])('must be there for %p', (command) => {
    expect(given().when(command)).toThrow('There is no such member of staff.');
  });

  it('changes the password', () => {
    expect(given(registered).when(changePassword)()).toEqual([changed]);
    expect(after(registered, changed)).toMatchObject({ mustChangePassword: false, sealedPasswordHash: 'v1.e.f' });
  });

  it('is suspended once and reinstated once', () => {
    expect(given(registered).when(suspend)()).toEqual([suspended]);
    expect(given(registered, suspended).when(suspend)()).toEqual([]);
    expect(given(registered, suspended).when(reinstate)()).toMatchObject([{ type: 'access.staff-reinstated.v1' }]);
    expect(given(registered).when(reinstate)()).toEqual([]);
  });

  it('stays suspended when the password changes', () => {
    expect(after(registered, suspended, changed)).toMatchObject({ status: 'suspended' });
  });
});

describe('what a member of staff may do', () => {
  const until = '2026-03-02T00:05:00.000Z';
  const changes: [StaffCommand, StaffEvent, object][] = [
    [
      { type: 'GrantStaffRole', data: { staffId, role: 'manager' } },
      { type: 'access.staff-role-granted.v1', data: { staffId, role: 'manager' } },
      { roles: ['cashier', 'manager'] },
    ],
    [
      { type: 'RevokeStaffRole', data: { staffId, role: 'cashier' } },
      { type: 'access.staff-role-revoked.v1', data: { staffId, role: 'cashier' } },
      { roles: [] },
    ],
    [
      { type: 'SetStaffHalls', data: { staffId, hallIds: ['h2'] } },
      { type: 'access.staff-halls-set.v1', data: { staffId, hallIds: ['h2'] } },
      { hallIds: ['h2'] },
    ],
    [
      { type: 'SetStaffNetworks', data: { staffId, networks: ['2001:db8::/32'] } },
      { type: 'access.staff-networks-set.v1', data: { staffId, networks: ['2001:db8::/32'] } },
      { networks: ['2001:db8::/32'] },
    ],
    [
      { type: 'EraseStaff', data: { staffId } },
      { type: 'access.staff-erased.v1', data: { staffId } },
      { status: 'erased', roles: [] },
    ],
  ];

  it.each(changes)('is changed by %p, once', (command, event, state) => {
    expect(given(registered).when(command)()).toEqual([event]);
    expect(after(registered, event)).toMatchObject(state);
    expect(given(registered, event).when(command)()).toEqual([]);
  });

  it('ends for good with the person: nothing but the erasure itself is taken any more', () => {
    const erased: StaffEvent = { type: 'access.staff-erased.v1', data: { staffId } };
    for (const command of [suspend, reinstate, changePassword])
      expect(given(registered, erased).when(command)).toThrow('This person was erased');
  });

  it('is locked until a time, or until somebody reinstates them or gives another password', () => {
    const lock: StaffCommand = { type: 'LockStaff', data: { staffId, until } };
    const locked: StaffEvent = { type: 'access.staff-locked.v1', data: { staffId, until } };
    const reset: StaffEvent = { type: 'access.staff-password-reset.v1', data: changed.data };
    expect(given(registered).when(lock)()).toEqual([locked]);
    expect(after(registered, locked)).toMatchObject({ status: 'active', lockedUntil: until });
    expect(given(registered, changed).when({ type: 'ResetStaffPassword', data: changed.data })()).toEqual([reset]);
    expect(after(registered, changed, locked, reset)).toMatchObject({ lockedUntil: null, mustChangePassword: true });
  });
});

describe('a login', () => {
  it('is the same in capitals', () => {
    expect(loginSchema.parse(' Maria ')).toBe('maria');
  });

  it.each(['', 'm', '-maria', 'maria ivanova', 'мария', 'x'.repeat(65)])('is not %p', (login) => {
    expect(loginSchema.safeParse(login).success).toBe(false);
  });
});

describe('stored events of staff', () => {
  it.each([registered, changed, suspended, { type: 'access.staff-reinstated.v1', data: { staffId } }])(
    'are read as they were written: %p',
    ({ type, data }) => {
      expect(staffEvents.find((known) => known.type === type)?.schema.parse(data)).toEqual(data);
    },
  );
});
