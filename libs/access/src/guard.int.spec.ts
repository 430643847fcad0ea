import { Controller, Get } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type GuardedRoute, Public } from '#http';
import { type Permission, permissions, type Role, rolePermissions, roles } from '#kernel';

import { startAccess } from './access.test-support.js';
import { bootstrapAdministrator } from './administrator.js';
import { assertEveryRouteDeclaresPermission } from './declared-routes.js';
import { AccessDecision } from './decision.js';
import { type Office, type Reply, startOffice } from './office.test-support.js';

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

let sut: Office;
beforeAll(async () => {
  sut = await startOffice();
});
afterAll(() => sut.close());

describe('the first administrator', () => {
  it('is made once, and must choose a password', async () => {
    const fresh = await startAccess([], () => new Date());
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
      tokens.set(role, (await sut.clientToken(role)).token);
    for (const role of ['cashier', 'manager'] as const) tokens.set(role, await sut.staffToken(role, `guard-${role}`));
    tokens.set('administrator', sut.administrator);
  });

  it.each(roles)('lets the role %s do what its list says, and nothing else', async (role) => {
    for (const permission of permissions) {
      const { status } = await sut.get(pathOf(permission), tokens.get(role));
      expect([permission, status]).toEqual([permission, rolePermissions[role].includes(permission) ? 200 : 403]);
    }
  });

  it('says which permission is missing', async () => {
    const { body } = await sut.get(pathOf('audit:read'), tokens.get('cashier'));
    expect(body).toMatchObject({ code: 'permission_denied', detail: 'The role cashier does not have audit:read.' });
  });

  it.each([[undefined], ['']])('asks for a token where there is %p', async (token) => {
    const { status, headers, body } = await sut.get(pathOf('halls:read'), token);
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe(token === undefined ? 'Bearer' : headers.get('www-authenticate'));
    expect(['token_required', 'token_invalid']).toContain(body['code']);
  });

  it('refuses what is no token', async () => {
    const { status, headers, body } = await sut.get(pathOf('halls:read'), 'a.b.c');
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(body).toMatchObject({ code: 'token_invalid' });
  });

  it('refuses a token a moment after it expired, though it was known', async () => {
    const { token } = await sut.clientToken('regulator');
    expect((await sut.get(pathOf('halls:read'), token)).status).toBe(200);
    sut.clock.now += 15 * 60_000 + 1_000;
    try {
      expect((await sut.get(pathOf('halls:read'), token)).status).toBe(401);
    } finally {
      sut.clock.now -= 15 * 60_000 + 1_000;
    }
  });

  it('serves sockets with the same decision', async () => {
    const { token, clientId } = await sut.clientToken('integrator', ['h1']);
    const asked = { route: 'LIVE connect', permissions: [], rate: 'live' } as const;
    const { caller } = await sut.app.get(AccessDecision).decide({ token, source: '127.0.0.1' }, asked);
    expect(caller).toEqual({ kind: 'client', id: clientId, roles: ['integrator'], hallIds: ['h1'], name: 'A client' });
  });
});

describe('a burst over HTTP', () => {
  it('is answered with what is left, then 429 until the time that it says; others are served', async () => {
    const limited = await startOffice(undefined, { limits: { read: { perSecond: 1, burst: 5 } } });
    const [greedy, modest] = [await limited.clientToken('regulator'), await limited.clientToken('regulator')];
    const replies: Reply[] = [];
    for (let call = 0; call < 7; call += 1) replies.push(await limited.get('/api/v1/clients', limited.administrator));
    for (let call = 0; call < 7; call += 1) replies.push(await limited.get('/guarded/halls-read', greedy.token));
    const last = replies[6];
    expect(replies.slice(0, 7).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect(replies[0]?.headers.get('ratelimit')).toBe('"read";r=4;t=1');
    expect(last?.headers.get('ratelimit-policy')).toBe('"read";q=5;w=5');
    expect(last?.headers.get('retry-after')).toBe('1');
    expect(last?.body).toMatchObject({ status: 429, code: 'too_many_calls' });
    expect((await limited.get('/api/v1/signing-keys', modest.token)).status).toBe(403);
    const [held, other] = [
      limited.get('/api/v1/clients', limited.administrator),
      limited.get('/guarded/halls-read', modest.token),
    ];
    expect((await Promise.race([held, other])).status).toBe(200);
    expect((await held).status).toBe(429);
    limited.clock.now += 1_000;
    expect((await limited.get('/api/v1/clients', limited.administrator)).status).toBe(200);
    await limited.close();
  });

  it('of wrong tokens is cut off at its source; whoever is known from there goes on', async () => {
    const limited = await startOffice(undefined, { limits: { failures: { perSecond: 1, burst: 3 } } });
    const { token } = await limited.clientToken('regulator');
    expect((await limited.get('/guarded/halls-read', token)).status).toBe(200);
    const statuses: number[] = [];
    for (let guess = 0; guess < 5; guess += 1)
      statuses.push((await limited.get('/guarded/halls-read', `a.b.${guess}`)).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    const signIn = await limited.post('/auth/login', { login: 'admin', password: 'whatever it is' });
    expect(signIn.body).toMatchObject({ status: 429, code: 'too_many_failures' });
    expect((await limited.get('/guarded/halls-read', token)).status).toBe(200);
    await limited.close();
  });
});

describe('every route', () => {
  const routesOf = ({ app }: Pick<Office, 'app'>): readonly GuardedRoute[] =>
    app.getHttpAdapter().getInstance().gates.routes;

  it('declares its permission', () => {
    assertEveryRouteDeclaresPermission(routesOf(sut));
    expect(routesOf(sut)).toContainEqual({
      name: 'POST /api/v1/clients/{clientId}/secret',
      rate: 'write',
      requirement: { permission: 'access:write' },
    });
  });

  it('that does not is found before the start, and refused', async () => {
    const silent = await startAccess([SilentController], () => new Date());
    expect(() => assertEveryRouteDeclaresPermission(routesOf(silent))).toThrow(/: GET \/silent\/forgotten/);
    const [forgotten, open] = [`${silent.url}/silent/forgotten`, `${silent.url}/silent/open`];
    expect([(await fetch(forgotten)).status, (await fetch(forgotten, { method: 'HEAD' })).status]).toEqual([403, 403]);
    expect((await fetch(open)).status).toBe(200);
    await silent.close();
  });
});
