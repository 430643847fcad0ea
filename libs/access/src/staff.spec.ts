import { describe, expect, it } from '@jest/globals';

import { loginSchema, type StaffCommand, type StaffEvent, staffEvents, staffMember, type StaffState } from './staff.js';

const staffId = '7d444840-9dc0-41d1-b245-5ffdce74fad2';
const registration = {
  staffId,
  login: 'maria',
  sealedName: 'v1.a.b',
  role: 'cashier',
  hallIds: ['h1'],
  sealedPasswordHash: 'v1.c.d',
  oneTime: true,
} as const;
const registered: StaffEvent = { type: 'access.staff-registered.v1', data: registration };
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
    expect(given(registered).when({ type: 'RegisterStaff', data: registration })).toThrow('The login maria is taken.');
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
