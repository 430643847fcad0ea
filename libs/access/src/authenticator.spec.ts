import { describe, expect, it } from '@jest/globals';

import { ActorNames } from './actor-names.js';
import { fakePersonalData } from './access.test-support.js';
import { Authenticator } from './authenticator.js';
import type { CallerDirectory } from './caller-directory.js';
import type { KnownClient } from './client.js';
import { LiveCallers } from './live-callers.js';

const id = '7d444840-9dc0-41d1-b245-5ffdce74fad2';
const active: KnownClient = {
  status: 'active',
  name: 'CRM',
  roles: ['integrator'],
  hallIds: '*',
  secrets: [],
  networks: null,
  routes: null,
  contactId: null,
};

function harness() {
  const state = { now: 1_000, client: active, reads: 0, verifications: 0, down: false };
  const directory: CallerDirectory = {
    client: () => {
      state.reads += 1;
      return state.down ? Promise.reject(new Error('down')) : Promise.resolve(state.client);
    },
    staff: () => Promise.resolve({ status: 'missing' }),
    session: () => Promise.resolve(undefined),
  };
  const tokens = {
    verify: () => {
      state.verifications += 1;
      return Promise.resolve({ kind: 'client' as const, id, expiresAt: 900_000 });
    },
  };
  const now = (): number => state.now;
  const sut = new Authenticator(tokens, new LiveCallers(directory, now), now);
  return { state, directory, sut };
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the authenticator', () => {
  it('verifies a token once and looks its caller up once', async () => {
    const { sut, state } = harness();
    expect(sut.known('t')).toBeUndefined();
    const expected = { kind: 'client', id, roles: ['integrator'], hallIds: '*', name: 'CRM' };
    expect((await sut.authenticate('t')).caller).toEqual(expected);
    expect(sut.known('t')?.caller).toEqual(expected);
    expect((await sut.authenticate('t')).caller).toEqual(expected);
    expect(state).toMatchObject({ verifications: 1, reads: 1 });
  });

  it('asks once for many requests at the same time', async () => {
    const { sut, state } = harness();
    await sut.authenticate('t');
    state.now += 1_000;
    expect(sut.known('t')).toBeUndefined();
    await Promise.all(Array.from({ length: 20 }, () => sut.authenticate('t')));
    expect(state).toMatchObject({ verifications: 1, reads: 2 });
  });

  it('looks an active caller up again before anybody has to wait', async () => {
    const { sut, state } = harness();
    await sut.authenticate('t');
    state.now += 500;
    expect(sut.known('t')).toBeDefined();
    await settle();
    expect(state.reads).toBe(2);
    state.now += 900;
    expect(sut.known('t')).toBeDefined();
  });

  it('feels a suspension within a second', async () => {
    const { sut, state } = harness();
    await sut.authenticate('t');
    state.client = { ...active, status: 'suspended' };
    state.now += 1_000;
    await expect(sut.authenticate('t')).rejects.toMatchObject({ refusal: { status: 401, code: 'caller_suspended' } });
    expect(sut.known('t')).toBeUndefined();
    state.client = active;
    expect(await sut.authenticate('t')).toBeDefined();
  });

  it('feels another role and other halls as soon', async () => {
    const { sut, state } = harness();
    await sut.authenticate('t');
    state.client = { ...active, roles: ['gateway'], hallIds: ['h1'] };
    state.now += 1_000;
    expect((await sut.authenticate('t')).caller).toMatchObject({ roles: ['gateway'], hallIds: ['h1'] });
  });

  it('answers the same object as long as nothing about the caller changes, and another when something does', async () => {
    const { sut, state } = harness();
    const first = await sut.authenticate('t');
    state.now += 1_000;
    expect(await sut.authenticate('t')).toBe(first);
    state.client = { ...active, networks: ['192.0.2.0/24'] };
    state.now += 1_000;
    const second = await sut.authenticate('t');
    expect(second).not.toBe(first);
    expect([first.mayComeFrom('10.0.0.1'), second.mayComeFrom('10.0.0.1')]).toEqual([true, false]);
  });

  it('trusts nobody whom it cannot look up', async () => {
    const { sut, state } = harness();
    await sut.authenticate('t');
    state.down = true;
    state.now += 600;
    expect(sut.known('t')).toBeDefined();
    await settle();
    state.now += 400;
    await expect(sut.authenticate('t')).rejects.toThrow('down');
  });

  it('forgets a token that ends', async () => {
    const { sut, state } = harness();
    await sut.authenticate('t');
    state.now = 900_000;
    expect(sut.known('t')).toBeUndefined();
    await sut.authenticate('t');
    expect(state.verifications).toBe(2);
  });

  it('keeps a limited number of tokens', async () => {
    const { sut, state } = harness();
    for (let token = 0; token <= 10_000; token += 1) await sut.authenticate(`t${token}`);
    expect(sut.known('t0')).toBeUndefined();
    expect(sut.known('t1')).toBeDefined();
    expect(state.reads).toBe(1);
  });
});

describe('the names of actors', () => {
  const staffId = 'a3bb189e-8bf9-4888-9912-ace4e6543002';
  const sealedNames = (asked: string): Promise<string | undefined> =>
    Promise.resolve(asked === staffId ? `${staffId}/name:nnA` : undefined);

  it('are read and opened, and remembered for a minute', async () => {
    const { state, directory } = harness();
    const sut = new ActorNames(directory, sealedNames, fakePersonalData, () => state.now);
    expect(await sut.nameOf({ kind: 'staff', id: staffId })).toBe('Ann');
    expect(await sut.nameOf({ kind: 'staff', id })).toBeNull();
    expect(await sut.nameOf({ kind: 'gateway', id })).toBe('CRM');
    expect(await sut.nameOf({ kind: 'gateway', id })).toBe('CRM');
    expect(state.reads).toBe(1);
    state.now += 60_000;
    await sut.nameOf({ kind: 'gateway', id });
    expect(state.reads).toBe(2);
    expect(await sut.nameOf({ kind: 'system', id: 'platform' })).toBe('platform');
  });

  it('are null once the person is erased', async () => {
    const { directory } = harness();
    const erased = { decrypt: () => Promise.resolve(null) };
    const sut = new ActorNames(directory, sealedNames, erased, () => 0);
    expect(await sut.nameOf({ kind: 'staff', id: staffId })).toBeNull();
  });
});
