import { describe, expect, it } from '@jest/globals';

import {
  bodyOf,
  clientActions,
  oneTimeSecretOf,
  registerClient,
  registerStaff,
  staffActions,
} from './access-actions.js';
import type { ClientItem, StaffItem } from './access-items.js';

const shared = {
  id: 'c/1',
  hallIds: ['h1'],
  networks: null,
  suspendedFor: null,
  contact: null,
  registeredAt: '2026-03-01T00:00:00.000Z',
} as const;
const client: ClientItem = {
  ...shared,
  roles: ['integrator'],
  name: 'CRM',
  status: 'active',
  secretRotatedAt: null,
  previousSecretValidUntil: null,
  routes: null,
};
const member: StaffItem = {
  ...shared,
  roles: ['cashier'],
  login: 'maria',
  name: 'Maria',
  status: 'active',
  mustChangePassword: false,
  lockedUntil: null,
};
const named = (actions: ReturnType<typeof clientActions>, name: string) => {
  const found = actions.find((each) => each.name === name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
};

describe('what can be done about access', () => {
  it('follows what is so', () => {
    const names = (actions: ReturnType<typeof clientActions>): string[] => actions.map(({ name }) => name);
    expect(names(clientActions(client))).toContain('Suspend');
    expect(names(clientActions(client))).not.toContain('Erase contact');
    expect(names(clientActions({ ...client, status: 'suspended', contact: { name: 'A' } }))).toEqual(
      expect.arrayContaining(['Reinstate', 'Erase contact']),
    );
    expect(names(clientActions({ ...client, roles: [] }))).not.toContain('Revoke a role');
    expect(
      names(staffActions({ ...member, roles: ['cashier', 'manager', 'regulator', 'administrator'] })),
    ).not.toContain('Grant a role');
    expect(staffActions({ ...member, status: 'erased' })).toEqual([]);
  });

  it('goes to the object’s own address', () => {
    expect(named(clientActions(client), 'New secret').path).toBe('/api/v1/clients/c%2F1/secret');
    expect(named(staffActions(member), 'Erase the person')).toMatchObject({
      path: '/api/v1/staff/c%2F1/erase',
      isGrave: true,
    });
  });

  it('offers the roles that are missing, and those that are there', () => {
    const [grant] = named(staffActions(member), 'Grant a role').fields;
    const [revoke] = named(staffActions(member), 'Revoke a role').fields;
    expect([grant?.choices, revoke?.choices]).toEqual([['manager', 'regulator', 'administrator'], ['cashier']]);
  });
});

describe('the body of a change', () => {
  it('has the form that the platform takes', () => {
    const networks = named(clientActions(client), 'Set networks');
    expect(bodyOf(networks, { networks: ' 10.0.0.0/8 \n\n::1/128', reason: ' moved ' })).toEqual({
      networks: ['10.0.0.0/8', '::1/128'],
      reason: 'moved',
    });
    expect(bodyOf(networks, { networks: ' \n', reason: 'moved' })).toEqual({ networks: null, reason: 'moved' });
    expect(bodyOf(named(clientActions(client), 'Set halls'), { hallIds: 'h1\n*', reason: 'r' })).toMatchObject({
      hallIds: '*',
    });
    expect(bodyOf(named(clientActions(client), 'New secret'), { reason: 'r' })).toEqual({
      overlapSeconds: 86_400,
      reason: 'r',
    });
  });

  it('of a registration says who, what and where', () => {
    expect(bodyOf(registerClient, { name: 'CRM', hallIds: 'h1', reason: 'new' })).toEqual({
      name: 'CRM',
      role: 'integrator',
      hallIds: ['h1'],
      reason: 'new',
    });
    expect(bodyOf(registerStaff, { login: 'maria', name: 'Maria' })).toMatchObject({ role: 'cashier', hallIds: [] });
  });
});

describe('a secret that is answered once', () => {
  const reset = named(staffActions(member), 'One-time password');
  it.each([
    [
      registerClient,
      { clientId: 'c1', clientSecret: 's', name: 'CRM' },
      { label: 'Client secret', secret: 's', of: 'CRM', clientId: 'c1' },
    ],
    [registerStaff, { oneTimePassword: 'p', login: 'ann' }, { label: 'One-time password', secret: 'p', of: 'ann' }],
    [reset, { staffId: 'x', oneTimePassword: 'p' }, { label: 'One-time password', secret: 'p', of: 'maria' }],
    [reset, { status: 'suspended' }, undefined],
  ])('is found with whose it is: %#', (action, answer, expected) => {
    expect(oneTimeSecretOf(action, answer)).toEqual(expected);
  });
});
