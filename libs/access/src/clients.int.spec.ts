import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type Office, type Reply, startOffice } from './office.test-support.js';

let sut: Office;
beforeAll(async () => {
  sut = await startOffice();
});
afterAll(() => sut.close());

describe('clients', () => {
  const wanted = { name: 'CRM', role: 'integrator', hallIds: ['h1'] };

  it('are registered with a secret that is stored nowhere', async () => {
    const { status, headers, body } = await sut.post('/api/v1/clients', wanted, sut.administrator);
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
          authorization: `Bearer ${sut.administrator}`,
        },
        body: JSON.stringify(wanted),
      });
    const first = (await (await send()).json()) as { clientId: string };
    expect(await (await send()).json()).toEqual(first);
    expect(sut.store.events.filter(({ stream }) => stream === `client-${first.clientId}`)).toHaveLength(1);
  });

  it('are listed newest first, without secrets', async () => {
    const { clientId } = await sut.clientToken('gateway', ['h7']);
    const { body } = await sut.get('/api/v1/clients', sut.administrator);
    const [newest] = body['items'] as Record<string, unknown>[];
    expect(newest).toMatchObject({ id: clientId, role: 'gateway', hallIds: ['h7'], status: 'active' });
    expect(JSON.stringify(body)).not.toMatch(/[sS]ecretHash|secrets/);
  });

  it.each(['administrator', 'cashier', 'king'])('cannot be %p', async (role) => {
    const { status, body } = await sut.post('/api/v1/clients', { ...wanted, role }, sut.administrator);
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ pointer: '/role' }] });
  });

  it('sign in as OAuth does it, too', async () => {
    const { body } = await sut.post('/api/v1/clients', wanted, sut.administrator);
    const form = { client_id: String(body['clientId']), client_secret: String(body['clientSecret']) };
    const response = await fetch(`${sut.url}/auth/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', ...form }),
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({ token_type: 'Bearer', expires_in: 900 });
    const wrong = await sut.post('/auth/token', { grant_type: 'password', ...form });
    expect(wrong).toMatchObject({ status: 400, body: { error: 'unsupported_grant_type' } });
  });

  it.each([
    ['an unknown client', '7d444840-9dc0-41d1-b245-5ffdce74fad2', 'x'],
    ['no id at all', 'crm', 'x'],
  ])('that are %s are refused as OAuth does it', async (_, clientId, clientSecret) => {
    const { status, body } = await sut.post('/auth/token', { clientId, clientSecret });
    expect(status).toBe(401);
    expect(body).toMatchObject({ code: 'client_invalid', error: 'invalid_client' });
  });

  it('keep the old secret for a day while it is rotated', async () => {
    const { body } = await sut.post('/api/v1/clients', wanted, sut.administrator);
    const { clientId, clientSecret: old } = body as { clientId: string; clientSecret: string };
    const rotated = await sut.post(`/api/v1/clients/${clientId}/secret`, { reason: 'it leaked' }, sut.administrator);
    const fresh = String(rotated.body['clientSecret']);
    const statusWith = async (clientSecret: string): Promise<number> =>
      (await sut.post('/auth/token', { clientId, clientSecret })).status;
    expect([await statusWith(old), await statusWith(fresh), await statusWith('guess')]).toEqual([200, 200, 401]);
    sut.clock.now += 24 * 60 * 60_000;
    try {
      expect([await statusWith(old), await statusWith(fresh)]).toEqual([401, 200]);
    } finally {
      sut.clock.now -= 24 * 60 * 60_000;
    }
  });

  it('that are suspended get no token, lose their live ones within a second, and may come back', async () => {
    const { token, clientId } = await sut.clientToken('integrator');
    const state = async (): Promise<number> => (await sut.get('/guarded/halls-read', token)).status;
    expect(await state()).toBe(200);
    const reason = { reason: 'the contract ended' };
    expect((await sut.post(`/api/v1/clients/${clientId}/suspend`, reason, sut.administrator)).body).toEqual({
      clientId,
      status: 'suspended',
    });
    sut.clock.now += 1_000;
    expect(await state()).toBe(401);
    expect(sut.store.events.at(-1)?.metadata).toMatchObject({ reason: 'the contract ended' });
    await sut.post(`/api/v1/clients/${clientId}/reinstate`, reason, sut.administrator);
    expect(await state()).toBe(200);
  });

  it('are suspended only for a reason', async () => {
    const { clientId } = await sut.clientToken('integrator');
    const { body } = await sut.post(`/api/v1/clients/${clientId}/suspend`, {}, sut.administrator);
    expect(body).toMatchObject({ status: 400, errors: [{ pointer: '/reason', code: 'required' }] });
  });

  it.each(['cashier', 'manager', 'regulator'])('are no business of a %s', async (role) => {
    const token = await sut.staffToken(role, `curious-${role}`);
    expect((await sut.get('/api/v1/clients', token)).status).toBe(403);
    expect((await sut.post('/api/v1/clients', wanted, token)).status).toBe(403);
  });
});

describe('an administrator of one hall', () => {
  let token: string;
  beforeAll(async () => {
    token = await sut.staffToken('administrator', 'local-admin', ['h1']);
  });

  it('gives nobody more than they have', async () => {
    const wanted = { name: 'X', role: 'integrator' };
    const grant = (hallIds: unknown): Promise<Reply> => sut.post('/api/v1/clients', { ...wanted, hallIds }, token);
    expect((await grant(['h1'])).status).toBe(201);
    expect((await grant('*')).body).toMatchObject({ status: 403, code: 'grant_exceeds_own' });
    expect((await grant(['h1', 'h2'])).body).toMatchObject({ errors: [{ pointer: '/hallIds' }] });
  });

  it('neither sees nor reaches the clients of other halls', async () => {
    const { clientId } = await sut.clientToken('integrator', ['h2']);
    const { body } = await sut.get('/api/v1/clients', token);
    expect(JSON.stringify(body)).not.toContain(clientId);
    const suspended = await sut.post(`/api/v1/clients/${clientId}/suspend`, { reason: 'no' }, token);
    expect(suspended.body).toMatchObject({ status: 404, code: 'client_unknown' });
  });
});
