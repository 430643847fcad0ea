import { Controller, Get } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Public, RequirePermission } from '#http';
import { type Permission, permissions, type Role, rolePermissions, roles } from '#kernel';

import { type AccessApplication, startAccess } from './access.test-support.js';
import { bootstrapAdministrator } from './administrator.js';
import { Authenticator } from './authenticator.js';
import { assertEveryRouteDeclaresPermission, declaredRoutes } from './declared-routes.js';

/** One route a permission: `/guarded/wallets:deposit`. */
@Controller('guarded')
class GuardedController {}
for (const permission of permissions) {
  const handler = { value: () => ({ permission }) };
  Object.defineProperty(GuardedController.prototype, permission, handler);
  Get(permission.replace(':', '-'))(GuardedController.prototype, permission, handler);
  RequirePermission(permission)(GuardedController.prototype, permission, handler);
}

@Controller('silent')
class SilentController {
  @Get('open')
  @Public()
  open(): object {
    return {};
  }

  @Get('forgotten')
  forgotten(): object {
    return {};
  }
}

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

let now = Date.parse('2026-03-01T10:00:00Z');
let sut: AccessApplication;
let administrator: string;
let keys = 0;

const get = (path: string, token?: string): Promise<Reply> => call('GET', path, undefined, token);
const post = (path: string, body: unknown, token?: string): Promise<Reply> => call('POST', path, body, token);

async function call(method: string, path: string, body?: unknown, token?: string): Promise<Reply> {
  const response = await fetch(`${sut.url}${path}`, {
    method,
    headers: {
      'idempotency-key': `key-${(keys += 1)}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { status, headers } = response;
  return { status, headers, body: (await response.json()) as Record<string, unknown> };
}

async function clientToken(role: string, hallIds: unknown = '*'): Promise<{ token: string; clientId: string }> {
  const { body } = await post('/api/v1/clients', { name: 'A client', role, hallIds }, administrator);
  const { clientId, clientSecret } = body as { clientId: string; clientSecret: string };
  const issued = await post('/auth/token', { clientId, clientSecret });
  return { token: String(issued.body['access_token']), clientId };
}

async function staffToken(role: string, login: string, hallIds: unknown = '*'): Promise<string> {
  const password = `the password of ${login}`;
  await post('/api/v1/staff', { login, name: 'Ann', role, hallIds, password }, administrator);
  const { body } = await post('/auth/login', { login, password });
  return String(body['access_token']);
}

beforeAll(async () => {
  sut = await startAccess([GuardedController], () => new Date(now));
  now = Date.now();
  const first = await bootstrapAdministrator(sut.app);
  const { body } = await post('/auth/login', {
    login: 'admin',
    password: first?.oneTimePassword,
    newPassword: 'correct horse battery',
  });
  administrator = String(body['access_token']);
});
afterAll(() => sut.close());

describe('the first administrator', () => {
  it('is made once, and must choose a password', async () => {
    const fresh = await startAccess([], () => new Date(now));
    const first = await bootstrapAdministrator(fresh.app);
    expect(first?.oneTimePassword).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    expect(await bootstrapAdministrator(fresh.app)).toBeUndefined();
    const response = await fetch(`${fresh.url}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login: 'admin', password: first?.oneTimePassword }),
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'password_change_required' });
    await fresh.close();
  });
});

describe('the guard', () => {
  const pathOf = (permission: Permission): string => `/guarded/${permission.replace(':', '-')}`;
  const tokens = new Map<Role, string>();
  beforeAll(async () => {
    for (const role of ['integrator', 'gateway', 'regulator'] as const)
      tokens.set(role, (await clientToken(role)).token);
    for (const role of ['cashier', 'manager'] as const) tokens.set(role, await staffToken(role, `guard-${role}`));
    tokens.set('administrator', administrator);
  });

  it.each(roles)('lets the role %s do what its list says, and nothing else', async (role) => {
    for (const permission of permissions) {
      const { status } = await get(pathOf(permission), tokens.get(role));
      expect([permission, status]).toEqual([permission, rolePermissions[role].includes(permission) ? 200 : 403]);
    }
  });

  it('says which permission is missing', async () => {
    const { body } = await get(pathOf('audit:read'), tokens.get('cashier'));
    expect(body).toMatchObject({ code: 'permission_denied', detail: 'The role cashier does not have audit:read.' });
  });

  it.each([[undefined], ['']])('asks for a token where there is %p', async (token) => {
    const { status, headers, body } = await get(pathOf('halls:read'), token);
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe(token === undefined ? 'Bearer' : headers.get('www-authenticate'));
    expect(['token_required', 'token_invalid']).toContain(body['code']);
  });

  it('refuses what is no token', async () => {
    const { status, headers, body } = await get(pathOf('halls:read'), 'a.b.c');
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(body).toMatchObject({ code: 'token_invalid' });
  });

  it('refuses a token a moment after it expired, though it was known', async () => {
    const { token } = await clientToken('regulator');
    expect((await get(pathOf('halls:read'), token)).status).toBe(200);
    now += 15 * 60_000 + 1_000;
    try {
      expect((await get(pathOf('halls:read'), token)).status).toBe(401);
    } finally {
      now -= 15 * 60_000 + 1_000;
    }
  });

  it('serves sockets with the same tokens', async () => {
    const { token, clientId } = await clientToken('integrator', ['h1']);
    const caller = await sut.app.get(Authenticator).authenticate(token);
    expect(caller).toEqual({ kind: 'client', id: clientId, role: 'integrator', hallIds: ['h1'], name: 'A client' });
  });
});

describe('every route', () => {
  it('declares its permission', () => {
    assertEveryRouteDeclaresPermission(sut.app);
    expect(declaredRoutes(sut.app).map(({ name }) => name)).toContain('ClientsController.register');
  });

  it('that does not is found before the start, and refused', async () => {
    const silent = await startAccess([SilentController], () => new Date(now));
    expect(() => assertEveryRouteDeclaresPermission(silent.app)).toThrow(/: SilentController\.forgotten\.$/);
    expect((await fetch(`${silent.url}/silent/forgotten`)).status).toBe(403);
    expect((await fetch(`${silent.url}/silent/open`)).status).toBe(200);
    await silent.close();
  });
});

describe('clients', () => {
  const wanted = { name: 'CRM', role: 'integrator', hallIds: ['h1'] };

  it('are registered with a secret that is stored nowhere', async () => {
    const { status, headers, body } = await post('/api/v1/clients', wanted, administrator);
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...wanted, clientSecret: expect.stringMatching(/^[\w-]{43}$/) });
    expect(headers.get('tallyhall-position')).toMatch(/^\d+$/);
    const stored = JSON.stringify(sut.store.events, (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
    expect(stored).not.toContain(body['clientSecret']);
  });

  it('get the same answer to a repeated command, and one registration', async () => {
    const send = (): Promise<Response> =>
      fetch(`${sut.url}/api/v1/clients`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': 'the same',
          authorization: `Bearer ${administrator}`,
        },
        body: JSON.stringify(wanted),
      });
    const first = (await (await send()).json()) as { clientId: string };
    expect(await (await send()).json()).toEqual(first);
    expect(sut.store.events.filter(({ stream }) => stream === `client-${first.clientId}`)).toHaveLength(1);
  });

  it('are listed newest first, without secrets', async () => {
    const { clientId } = await clientToken('gateway', ['h7']);
    const { body } = await get('/api/v1/clients', administrator);
    const [newest] = body['items'] as Record<string, unknown>[];
    expect(newest).toMatchObject({ id: clientId, role: 'gateway', hallIds: ['h7'], status: 'active' });
    expect(JSON.stringify(body)).not.toMatch(/[sS]ecretHash|secrets/);
  });

  it.each(['administrator', 'cashier', 'king'])('cannot be %p', async (role) => {
    const { status, body } = await post('/api/v1/clients', { ...wanted, role }, administrator);
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ pointer: '/role' }] });
  });

  it('sign in as OAuth does it, too', async () => {
    const { body } = await post('/api/v1/clients', wanted, administrator);
    const form = { client_id: String(body['clientId']), client_secret: String(body['clientSecret']) };
    const response = await fetch(`${sut.url}/auth/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', ...form }),
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({ token_type: 'Bearer', expires_in: 900 });
    const wrong = await post('/auth/token', { grant_type: 'password', ...form });
    expect(wrong).toMatchObject({ status: 400, body: { error: 'unsupported_grant_type' } });
  });

  it.each([
    ['an unknown client', '7d444840-9dc0-41d1-b245-5ffdce74fad2', 'x'],
    ['no id at all', 'crm', 'x'],
  ])('that are %s are refused as OAuth does it', async (_, clientId, clientSecret) => {
    const { status, body } = await post('/auth/token', { clientId, clientSecret });
    expect(status).toBe(401);
    expect(body).toMatchObject({ code: 'client_invalid', error: 'invalid_client' });
  });

  it('keep the old secret for a day while it is rotated', async () => {
    const { body } = await post('/api/v1/clients', wanted, administrator);
    const { clientId, clientSecret: old } = body as { clientId: string; clientSecret: string };
    const rotated = await post(`/api/v1/clients/${clientId}/secret`, { reason: 'it leaked' }, administrator);
    const fresh = String(rotated.body['clientSecret']);
    const statusWith = async (clientSecret: string): Promise<number> =>
      (await post('/auth/token', { clientId, clientSecret })).status;
    expect([await statusWith(old), await statusWith(fresh), await statusWith('guess')]).toEqual([200, 200, 401]);
    now += 24 * 60 * 60_000;
    try {
      expect([await statusWith(old), await statusWith(fresh)]).toEqual([401, 200]);
    } finally {
      now -= 24 * 60 * 60_000;
    }
  });

  it('that are suspended get no token, lose their live ones within a second, and may come back', async () => {
    const { token, clientId } = await clientToken('integrator');
    const state = async (): Promise<number> => (await get('/guarded/halls-read', token)).status;
    expect(await state()).toBe(200);
    const reason = { reason: 'the contract ended' };
    expect((await post(`/api/v1/clients/${clientId}/suspend`, reason, administrator)).body).toEqual({
      clientId,
      status: 'suspended',
    });
    now += 1_000;
    expect(await state()).toBe(401);
    expect(sut.store.events.at(-1)?.metadata).toMatchObject({ reason: 'the contract ended' });
    await post(`/api/v1/clients/${clientId}/reinstate`, reason, administrator);
    expect(await state()).toBe(200);
  });

  it('are suspended only for a reason', async () => {
    const { clientId } = await clientToken('integrator');
    const { body } = await post(`/api/v1/clients/${clientId}/suspend`, {}, administrator);
    expect(body).toMatchObject({ status: 400, errors: [{ pointer: '/reason', code: 'required' }] });
  });

  it.each(['cashier', 'manager', 'regulator'])('are no business of a %s', async (role) => {
    const token = await staffToken(role, `curious-${role}`);
    expect((await get('/api/v1/clients', token)).status).toBe(403);
    expect((await post('/api/v1/clients', wanted, token)).status).toBe(403);
  });
});

describe('an administrator of one hall', () => {
  let token: string;
  beforeAll(async () => {
    token = await staffToken('administrator', 'local-admin', ['h1']);
  });

  it('gives nobody more than they have', async () => {
    const wanted = { name: 'X', role: 'integrator' };
    const grant = (hallIds: unknown): Promise<Reply> => post('/api/v1/clients', { ...wanted, hallIds }, token);
    expect((await grant(['h1'])).status).toBe(201);
    expect((await grant('*')).body).toMatchObject({ status: 403, code: 'grant_exceeds_own' });
    expect((await grant(['h1', 'h2'])).body).toMatchObject({ errors: [{ pointer: '/hallIds' }] });
  });

  it('neither sees nor reaches the clients of other halls', async () => {
    const { clientId } = await clientToken('integrator', ['h2']);
    const { body } = await get('/api/v1/clients', token);
    expect(JSON.stringify(body)).not.toContain(clientId);
    const suspended = await post(`/api/v1/clients/${clientId}/suspend`, { reason: 'no' }, token);
    expect(suspended.body).toMatchObject({ status: 404, code: 'client_unknown' });
  });
});

describe('staff', () => {
  it('get a one-time password that they must change', async () => {
    const wanted = { login: 'Maria', name: 'Maria Ivanova', role: 'cashier', hallIds: ['h1'] };
    const { body } = await post('/api/v1/staff', wanted, administrator);
    expect(body).toMatchObject({ login: 'maria', name: 'Maria Ivanova', role: 'cashier' });
    const password = String(body['oneTimePassword']);
    const login = (rest: object): Promise<Reply> => post('/auth/login', { login: 'MARIA', password, ...rest });

    expect((await login({})).body).toMatchObject({ status: 403, code: 'password_change_required' });
    expect((await login({ newPassword: 'short' })).body).toMatchObject({ errors: [{ pointer: '/newPassword' }] });
    expect((await login({ newPassword: password })).body).toMatchObject({ code: 'password_unchanged' });
    expect((await login({ newPassword: 'a new long password' })).body).toMatchObject({
      token_type: 'Bearer',
      staff: { login: 'maria', role: 'cashier', hallIds: ['h1'] },
    });
    expect((await login({})).status).toBe(401);
    expect((await login({ password: 'a new long password' })).status).toBe(200);
  });

  it('have names that stand sealed in the history', async () => {
    await staffToken('cashier', 'sealed');
    const registered = sut.store.events.find(({ data }) => (data as { login?: string }).login === 'sealed');
    expect(registered?.data).toMatchObject({ sealedName: expect.stringMatching(/^[0-9a-f-]{36}\/name:nnA$/) });
    const { body } = await get('/api/v1/staff', administrator);
    const listed = (body['items'] as { login: string }[]).find(({ login }) => login === 'sealed');
    expect(listed).toMatchObject({ name: 'Ann', role: 'cashier', mustChangePassword: false });
    expect(JSON.stringify(body)).not.toMatch(/sealed(Name|Password)/);
  });

  it('have a login of their own', async () => {
    const wanted = { login: 'twin', name: 'One', role: 'cashier', hallIds: '*', password: 'long enough 1' };
    await post('/api/v1/staff', wanted, administrator);
    expect((await post('/api/v1/staff', { ...wanted, name: 'Two' }, administrator)).body).toMatchObject({
      status: 409,
      code: 'login_taken',
    });
  });

  it('are told nothing about what was wrong', async () => {
    await staffToken('cashier', 'known');
    const unknown = await post('/auth/login', { login: 'unknown', password: 'wrong' });
    const wrong = await post('/auth/login', { login: 'known', password: 'wrong' });
    expect(unknown.status).toBe(401);
    expect({ ...unknown.body, correlationId: '' }).toEqual({ ...wrong.body, correlationId: '' });
  });

  it('are locked out for half a minute after ten failures', async () => {
    const token = await staffToken('cashier', 'forgetful');
    expect(token).toBeTruthy();
    const password = 'the password of forgetful';
    for (let failure = 0; failure < 10; failure += 1)
      expect((await post('/auth/login', { login: 'forgetful', password: 'wrong' })).status).toBe(401);
    const locked = await post('/auth/login', { login: 'forgetful', password });
    expect(locked.status).toBe(429);
    expect(locked.body).toMatchObject({ code: 'too_many_failures' });
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0);
    now += 30_000;
    expect((await post('/auth/login', { login: 'forgetful', password })).status).toBe(200);
  });

  it('that are suspended cannot sign in; nobody suspends themselves', async () => {
    const token = await staffToken('manager', 'leaver');
    const { body } = await get('/api/v1/staff', administrator);
    const idOf = (login: string): string =>
      (body['items'] as { id: string; login: string }[]).find((member) => member.login === login)?.id ?? '';
    await post(`/api/v1/staff/${idOf('leaver')}/suspend`, { reason: 'left the company' }, administrator);
    now += 1_000;
    expect((await get('/guarded/halls-read', token)).status).toBe(401);
    const login = { login: 'leaver', password: 'the password of leaver' };
    expect((await post('/auth/login', login)).body).toMatchObject({ status: 403, code: 'caller_suspended' });
    const own = await post(`/api/v1/staff/${idOf('admin')}/suspend`, { reason: 'oops' }, administrator);
    expect(own.body).toMatchObject({ status: 409, code: 'own_access' });
  });
});

describe('the key set', () => {
  it('shows public keys and nothing more', async () => {
    const { body } = await get('/.well-known/jwks.json');
    const [key] = body['keys'] as Record<string, unknown>[];
    expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    expect(Object.keys(key ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });
});
