import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type Office, type Reply, startOffice } from './office.test-support.js';

let sut: Office;
beforeAll(async () => {
  sut = await startOffice();
});
afterAll(() => sut.close());

describe('staff', () => {
  it('get a one-time password that they must change', async () => {
    const wanted = { login: 'Maria', name: 'Maria Ivanova', role: 'cashier', hallIds: ['h1'] };
    const { body } = await sut.post('/api/v1/staff', wanted, sut.administrator);
    expect(body).toMatchObject({ login: 'maria', name: 'Maria Ivanova', roles: ['cashier'] });
    const password = String(body['oneTimePassword']);
    const login = (rest: object): Promise<Reply> => sut.post('/auth/login', { login: 'MARIA', password, ...rest });

    expect((await login({})).body).toMatchObject({ status: 403, code: 'password_change_required' });
    expect((await login({ newPassword: 'short' })).body).toMatchObject({ errors: [{ pointer: '/newPassword' }] });
    expect((await login({ newPassword: password })).body).toMatchObject({ code: 'password_unchanged' });
    expect((await login({ newPassword: 'a new long password' })).body).toMatchObject({
      token_type: 'Bearer',
      staff: { login: 'maria', roles: ['cashier'], hallIds: ['h1'] },
    });
    expect((await login({})).status).toBe(401);
    expect((await login({ password: 'a new long password' })).status).toBe(200);
  });

  it('have names and logins that stand sealed in the history', async () => {
    await sut.staffToken('cashier', 'sealed');
    const registered = sut.store.events.findLast(({ type }) => type === 'access.staff-registered.v2');
    expect(registered?.data).toMatchObject({
      login: { sealed: expect.stringMatching(/^[0-9a-f-]{36}\/login:delaes$/) },
      sealedName: expect.stringMatching(/^[0-9a-f-]{36}\/name:nnA$/),
    });
    const { body } = await sut.get('/api/v1/staff', sut.administrator);
    const listed = (body['items'] as { login: string }[]).find(({ login }) => login === 'sealed');
    expect(listed).toMatchObject({ name: 'Ann', roles: ['cashier'], mustChangePassword: false });
    expect(JSON.stringify(body)).not.toMatch(/sealed(Name|Password|Contact)/);
  });

  it('have a login of their own', async () => {
    const wanted = { login: 'twin', name: 'One', role: 'cashier', hallIds: '*', password: 'long enough 1' };
    await sut.post('/api/v1/staff', wanted, sut.administrator);
    expect((await sut.post('/api/v1/staff', { ...wanted, name: 'Two' }, sut.administrator)).body).toMatchObject({
      status: 409,
      code: 'login_taken',
    });
  });

  const staffIdOf = async (login: string): Promise<string> => {
    const { body } = await sut.get('/api/v1/staff', sut.administrator);
    return (body['items'] as { id: string; login: string }[]).find((member) => member.login === login)?.id ?? '';
  };

  it('are unlocked by an administrator who gives them a one-time password', async () => {
    await sut.staffToken('cashier', 'locked');
    for (let failure = 0; failure < 10; failure += 1) await sut.post('/auth/login', { login: 'locked', password: 'x' });
    const id = await staffIdOf('locked');
    const reset = await sut.post(`/api/v1/staff/${id}/password`, { reason: 'forgot it' }, sut.administrator);
    const password = String(reset.body['oneTimePassword']);
    expect((await sut.post('/auth/login', { login: 'locked', password })).body).toMatchObject({
      code: 'password_change_required',
    });
    const login = { login: 'locked', password, newPassword: 'another password' };
    expect((await sut.post('/auth/login', login)).status).toBe(200);
  });

  it('gain and lose roles, halls and networks, each for a reason', async () => {
    const token = await sut.staffToken('cashier', 'promoted');
    const id = await staffIdOf('promoted');
    const change = (what: string, body: object): Promise<{ status: number }> =>
      sut.post(`/api/v1/staff/${id}/${what}`, { ...body, reason: 'promotion' }, sut.administrator);
    expect((await sut.get('/guarded/machines-write', token)).status).toBe(403);
    expect((await change('roles/grant', { role: 'manager' })).status).toBe(200);
    sut.clock.now += 1_000;
    expect((await sut.get('/guarded/machines-write', token)).status).toBe(200);
    expect(sut.store.events.at(-1)?.metadata).toMatchObject({ reason: 'promotion' });
    await change('roles/revoke', { role: 'manager' });
    await change('halls', { hallIds: ['h9'] });
    await change('networks', { networks: ['10.0.0.0/8'] });
    const { body } = await sut.get(`/api/v1/staff/${id}`, sut.administrator);
    expect(body).toMatchObject({ roles: ['cashier'], hallIds: ['h9'], networks: ['10.0.0.0/8'] });
  });

  it('are erased: name and contact are gone, access has ended, and nothing brings them back', async () => {
    await sut.staffToken('cashier', 'gone');
    const id = await staffIdOf('gone');
    const contact = { name: 'Ann', email: 'ann@example.org', phone: '+359 2 123' };
    await sut.post(`/api/v1/staff/${id}/contact`, { contact, reason: 'new number' }, sut.administrator);
    expect((await sut.get(`/api/v1/staff/${id}`, sut.administrator)).body).toMatchObject({ contact });
    const stored = sut.store.events.find(({ type }) => type === 'access.staff-contact-set.v1');
    expect(JSON.stringify(stored?.data)).not.toContain('ann@example.org');

    const erased = await sut.post(`/api/v1/staff/${id}/erase`, { reason: 'left, asked for it' }, sut.administrator);
    expect(erased.body).toEqual({ staffId: id, status: 'erased' });
    expect(sut.erasedPersons).toContain(id);
    const { body } = await sut.get(`/api/v1/staff/${id}`, sut.administrator);
    expect(body).toMatchObject({ status: 'erased', login: null, name: null, contact: null, roles: [] });
    const login = { login: 'gone', password: 'the password of gone' };
    expect((await sut.post('/auth/login', login)).body).toMatchObject({ status: 401, code: 'login_invalid' });
    const back = await sut.post(`/api/v1/staff/${id}/reinstate`, { reason: 'sorry' }, sut.administrator);
    expect(back.body).toMatchObject({ status: 409, code: 'staff_erased' });
    const again = { login: 'gone', name: 'Bob', role: 'cashier', hallIds: '*' };
    expect((await sut.post('/api/v1/staff', again, sut.administrator)).body).toMatchObject({ code: 'login_taken' });
  });

  it('never change their own access', async () => {
    const id = await staffIdOf('admin');
    const reason = 'because';
    const own: [string, object][] = [
      ['roles/grant', { role: 'manager' }],
      ['roles/revoke', { role: 'administrator' }],
      ['halls', { hallIds: '*' }],
      ['networks', { networks: null }],
      ['erase', {}],
    ];
    for (const [what, body] of own) {
      const { body: problem } = await sut.post(`/api/v1/staff/${id}/${what}`, { ...body, reason }, sut.administrator);
      expect([what, problem['code']]).toEqual([what, 'own_access']);
    }
  });

  it('are told nothing about what was wrong', async () => {
    await sut.staffToken('cashier', 'known');
    const unknown = await sut.post('/auth/login', { login: 'unknown', password: 'wrong' });
    const wrong = await sut.post('/auth/login', { login: 'known', password: 'wrong' });
    expect(unknown.status).toBe(401);
    expect({ ...unknown.body, correlationId: '' }).toEqual({ ...wrong.body, correlationId: '' });
  });

  it('are locked out for five minutes after ten failures, in the history too', async () => {
    const token = await sut.staffToken('cashier', 'forgetful');
    expect(token).toBeTruthy();
    const password = 'the password of forgetful';
    for (let failure = 0; failure < 10; failure += 1)
      expect((await sut.post('/auth/login', { login: 'forgetful', password: 'wrong' })).status).toBe(401);
    const locked = await sut.post('/auth/login', { login: 'forgetful', password });
    expect(locked.status).toBe(429);
    expect(locked.body).toMatchObject({ code: 'too_many_failures' });
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(sut.store.events.at(-1)).toMatchObject({
      type: 'access.staff-locked.v1',
      metadata: { actor: { kind: 'system', id: 'sign-in' }, reason: 'Too many failed sign-ins.' },
    });
    sut.clock.now += 300_000;
    expect((await sut.post('/auth/login', { login: 'forgetful', password })).status).toBe(200);
  });

  it('that are suspended cannot sign in; nobody suspends themselves', async () => {
    const token = await sut.staffToken('manager', 'leaver');
    const { body } = await sut.get('/api/v1/staff', sut.administrator);
    const idOf = (login: string): string =>
      (body['items'] as { id: string; login: string }[]).find((member) => member.login === login)?.id ?? '';
    await sut.post(`/api/v1/staff/${idOf('leaver')}/suspend`, { reason: 'left the company' }, sut.administrator);
    sut.clock.now += 1_000;
    expect((await sut.get('/guarded/halls-read', token)).status).toBe(401);
    const login = { login: 'leaver', password: 'the password of leaver' };
    expect((await sut.post('/auth/login', login)).body).toMatchObject({ status: 403, code: 'caller_suspended' });
    const own = await sut.post(`/api/v1/staff/${idOf('admin')}/suspend`, { reason: 'oops' }, sut.administrator);
    expect(own.body).toMatchObject({ status: 409, code: 'own_access' });
  });
});

describe('a session', () => {
  const signIn = async (login: string): Promise<{ access: string; refresh: string }> => {
    await sut.staffToken('cashier', login);
    const { body } = await sut.post('/auth/login', { login, password: `the password of ${login}` });
    return { access: String(body['access_token']), refresh: String(body['refresh_token']) };
  };
  const statusOf = async (token: string): Promise<number> => (await sut.get('/guarded/halls-read', token)).status;

  it('is refreshed, in our own words and in OAuth’s', async () => {
    const { refresh } = await signIn('refreshing');
    const second = await sut.post('/auth/refresh', { refreshToken: refresh });
    expect(second.body).toMatchObject({ expires_in: 900, staff: { login: 'refreshing', roles: ['cashier'] } });
    expect(await statusOf(String(second.body['access_token']))).toBe(200);
    const form = { grant_type: 'refresh_token', refresh_token: String(second.body['refresh_token']) };
    const third = await fetch(`${sut.url}/auth/token`, { method: 'POST', body: new URLSearchParams(form) });
    expect(await third.json()).toMatchObject({ token_type: 'Bearer', refresh_token: expect.stringContaining('.3.') });
  });

  it('ends with all its tokens, within a second and in the history, when a refresh token is used twice', async () => {
    const { access, refresh } = await signIn('robbed');
    const thief = await sut.post('/auth/refresh', { refreshToken: refresh });
    const victim = await sut.post('/auth/refresh', { refreshToken: refresh });
    expect(victim.body).toMatchObject({ status: 401, code: 'refresh_token_invalid', error: 'invalid_grant' });
    expect(sut.store.events.at(-1)).toMatchObject({ type: 'access.staff-session-revoked.v1' });
    sut.clock.now += 1_000;
    expect(await statusOf(access)).toBe(401);
    expect(await statusOf(String(thief.body['access_token']))).toBe(401);
    const again = await sut.post('/auth/refresh', { refreshToken: thief.body['refresh_token'] });
    expect(again.status).toBe(401);
  });

  it('ends with signing out', async () => {
    const { access, refresh } = await signIn('leaving');
    expect((await sut.post('/auth/logout', { refreshToken: refresh })).status).toBe(200);
    sut.clock.now += 1_000;
    expect(await statusOf(access)).toBe(401);
    expect((await sut.post('/auth/refresh', { refreshToken: refresh })).status).toBe(401);
  });

  it('ends with another password', async () => {
    const { access, refresh } = await signIn('changing');
    const change = { login: 'changing', password: 'the password of changing', newPassword: 'quite another one' };
    const { body } = await sut.post('/auth/login', change);
    sut.clock.now += 1_000;
    expect([await statusOf(access), await statusOf(String(body['access_token']))]).toEqual([401, 200]);
    expect((await sut.post('/auth/refresh', { refreshToken: refresh })).status).toBe(401);
  });

  it('of the suspended is not refreshed', async () => {
    const { refresh } = await signIn('stopped');
    const { body } = await sut.get('/api/v1/staff', sut.administrator);
    const id = (body['items'] as { id: string; login: string }[]).find(({ login }) => login === 'stopped')?.id ?? '';
    await sut.post(`/api/v1/staff/${id}/suspend`, { reason: 'left' }, sut.administrator);
    expect((await sut.post('/auth/refresh', { refreshToken: refresh })).status).toBe(401);
  });
});

describe('signing keys', () => {
  it('are rotated by an administrator of all halls, for a reason, while calls go on', async () => {
    const { token } = await sut.clientToken('integrator');
    const added = await sut.post('/api/v1/signing-keys', { reason: 'once a quarter' }, sut.administrator);
    expect(added).toMatchObject({ status: 201, body: { kid: expect.any(String), activeFrom: expect.any(String) } });
    expect(sut.store.events.at(-1)).toMatchObject({
      type: 'access.signing-key-added.v1',
      data: added.body,
      metadata: { reason: 'once a quarter' },
    });
    const { body } = await sut.get('/api/v1/signing-keys', sut.administrator);
    expect(body['items']).toMatchObject([{ state: 'signing' }, { state: 'upcoming', kid: added.body['kid'] }]);
    const local = await sut.staffToken('administrator', 'keyless', ['h1']);
    expect((await sut.post('/api/v1/signing-keys', { reason: 'me too' }, local)).body).toMatchObject({
      code: 'grant_exceeds_own',
    });
    const statuses = new Set<number>();
    for (let second = 0; second < 120; second += 1) {
      sut.clock.now += 1_000;
      const { token: fresh } = second % 10 === 0 ? await sut.clientToken('integrator') : { token };
      statuses.add((await sut.get('/guarded/halls-read', fresh)).status);
    }
    expect([...statuses]).toEqual([200]);
    const kids = (await sut.get('/.well-known/jwks.json')).body['keys'];
    expect(kids).toHaveLength(2);
  });
});

describe('the key set', () => {
  it('shows public keys and nothing more', async () => {
    const { body } = await sut.get('/.well-known/jwks.json');
    const [key] = body['keys'] as Record<string, unknown>[];
    expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    expect(Object.keys(key ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });
});
