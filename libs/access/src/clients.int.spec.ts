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
    const { status, headers, body } = await sut.post(
      '/api/v1/clients',
      { ...wanted, reason: 'a new shop' },
      sut.administrator,
    );
    expect(status).toBe(201);
    expect(body).toMatchObject({
      name: 'CRM',
      roles: ['integrator'],
      clientSecret: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(headers.get('tallyhall-position')).toMatch(/^\d+$/);
    expect(sut.store.events.at(-1)?.metadata.reason).toBe('a new shop');
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
    expect(newest).toMatchObject({ id: clientId, roles: ['gateway'], hallIds: ['h7'], status: 'active' });
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

  it('lose a leaked secret at once where the rotation says so', async () => {
    const { body } = await sut.post('/api/v1/clients', wanted, sut.administrator);
    const { clientId, clientSecret } = body as { clientId: string; clientSecret: string };
    const rotation = { reason: 'it leaked', overlapSeconds: 0 };
    await sut.post(`/api/v1/clients/${clientId}/secret`, rotation, sut.administrator);
    expect((await sut.post('/auth/token', { clientId, clientSecret })).status).toBe(401);
  });

  it('are limited in role, hall, network and route, each for a reason that stands in the history', async () => {
    const { clientId } = await sut.clientToken('integrator');
    const changes: [string, object][] = [
      ['roles/grant', { role: 'regulator' }],
      ['roles/revoke', { role: 'integrator' }],
      ['halls', { hallIds: ['h5'] }],
      ['networks', { networks: ['192.0.2.0/24', '2001:db8::/32'] }],
      ['routes', { routes: ['GET /api/v1/clients/{clientId}', 'POST /api/v1/clients'] }],
    ];
    for (const [what, body] of changes) {
      const reason = `because of ${what}`;
      const answer = await sut.post(`/api/v1/clients/${clientId}/${what}`, { ...body, reason }, sut.administrator);
      expect([what, answer.status, answer.body]).toEqual([what, 200, { clientId, ...body }]);
      expect(sut.store.events.at(-1)?.metadata.reason).toBe(reason);
    }
    expect((await sut.get(`/api/v1/clients/${clientId}`, sut.administrator)).body).toMatchObject({
      roles: ['regulator'],
      hallIds: ['h5'],
      networks: ['192.0.2.0/24', '2001:db8::/32'],
      routes: ['GET /api/v1/clients/{clientId}', 'POST /api/v1/clients'],
    });
  });

  it.each([
    ['networks', { networks: ['192.0.2.0'] }, 400, '/networks/0'],
    ['networks', { networks: ['010.0.0.0/8'] }, 400, '/networks/0'],
    ['networks', { networks: [] }, 400, '/networks'],
    ['routes', { routes: ['everything'] }, 400, '/routes/0'],
    ['routes', { routes: ['GET /auth/token'] }, 422, '/routes/0'],
    ['roles/grant', { role: 'administrator' }, 400, '/role'],
    ['secret', { overlapSeconds: -1 }, 400, '/overlapSeconds'],
    ['contact', { contact: { name: 'A', email: 'nobody' } }, 400, '/contact/email'],
  ])('are not changed by %s %p', async (what, body, status, pointer) => {
    const { clientId } = await sut.clientToken('integrator');
    const before = sut.store.events.length;
    const path = `/api/v1/clients/${clientId}/${what}`;
    const refused = await sut.post(path, { ...body, reason: 'mistaken' }, sut.administrator);
    expect(refused.body).toMatchObject({ status, errors: [{ pointer }] });
    expect(sut.store.events).toHaveLength(before);
  });

  it('have a contact that is sealed, shown, and erased with its key; then another may come', async () => {
    const { clientId } = await sut.clientToken('integrator');
    const contact = { name: 'Petar', email: 'petar@example.org' };
    const post = (path: string, body: object): Promise<Reply> =>
      sut.post(`/api/v1/clients/${clientId}/${path}`, { ...body, reason: 'as agreed' }, sut.administrator);
    expect((await post('contact/erase', {})).body).toMatchObject({ status: 409, code: 'contact_missing' });
    expect((await post('contact', { contact })).body).toEqual({ clientId, contact });
    const set = sut.store.events.at(-1)?.data as { personId: string; sealedContact: string };
    expect(set.sealedContact).not.toContain('petar');
    const shown = async (): Promise<unknown> =>
      (await sut.get(`/api/v1/clients/${clientId}`, sut.administrator)).body['contact'];
    expect(await shown()).toEqual(contact);
    expect((await post('contact/erase', {})).body).toEqual({ clientId, contact: null });
    expect(sut.erasedPersons).toContain(set.personId);
    expect(await shown()).toBeNull();
    await post('contact', { contact: { name: 'Ivan' } });
    expect(await shown()).toEqual({ name: 'Ivan' });
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
