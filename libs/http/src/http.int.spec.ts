import { connect } from 'node:net';

import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';

import type { Answer, CommandEnvelope } from '#event-sourcing';
import { type Caller, conflict, DomainError, notFound, positiveMoneySchema } from '#kernel';

import { Versioned } from './answer.js';
import { startApplication, type TestApplication } from './http.test-support.js';
import { setupOpenApi } from './open-api.js';
import { Page, pageMembers } from './page.js';
import { Public, RequirePermission } from './permission.js';
import { After, CurrentCaller, Envelope, IfMatch } from './request-parameters.js';
import { AcceptsForm, MaximumBody } from './route-options.js';

const depositSchema = z.strictObject({ amount: positiveMoneySchema, reason: z.string().max(20).optional() });
const listSchema = z.strictObject({ ...pageMembers, hallId: z.uuid().optional() });

class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

@Controller('api/v1/things')
class ThingsController {
  @Get()
  @RequirePermission('halls:read')
  list(@Query({ schema: listSchema }) query: object, @Page() page: Page, @After() after: bigint | undefined): object {
    return { query, page, after };
  }

  @Get(':id')
  @RequirePermission('halls:read')
  one(@Param('id', { schema: z.uuid() }) id: string): Versioned {
    return new Versioned({ id, revision: 2n ** 60n }, 7n, 42n);
  }

  @Post(':id/deposits')
  @RequirePermission('wallets:deposit')
  deposit(
    @Body({ schema: depositSchema }) body: z.output<typeof depositSchema>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
    @IfMatch() revision: bigint | undefined,
  ): Answer {
    return {
      status: 202,
      body: { body, envelope, caller: caller.id, seen: revision },
      position: 2n ** 62n,
      revision: 3n,
    };
  }

  @Post('form')
  @Public()
  @AcceptsForm()
  form(@Body() body: unknown): Answer {
    return { status: 200, body: { body }, position: undefined };
  }

  @Post('large')
  @Public()
  @MaximumBody(1024 * 1024)
  large(@Body() body: { text: string }): Answer {
    return { status: 200, body: { length: body.text.length }, position: undefined };
  }

  @Get('failures/:kind')
  @Public()
  fail(@Param('kind') kind: string): never {
    const error = failures[kind];
    throw error ?? new Error('the password is 1234');
  }
}

const failures: Record<string, Error> = {
  conflict: conflict('balance_too_low', 'The balance is too low.'),
  unprocessable: new DomainError('amount_invalid', 'No.', { pointer: '/amount/value' }),
  'not-found': notFound('thing_not_found', 'No such thing.'),
  forbidden: new DomainError('thing_forbidden', 'Not you.', { kind: 'forbidden' }),
  store: new StoreUnavailable('no route to 10.0.0.1'),
};

const caller: Caller = { kind: 'client', id: 'c1', role: 'integrator', hallIds: '*', name: 'crm' };
const thing = '7d444840-9dc0-41d1-b245-5ffdce74fad2';

let sut: TestApplication;
beforeAll(async () => {
  const signEverybodyIn = (app: NestFastifyApplication): void => {
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('onRequest', (request, _, done) => {
        if (request.headers.authorization) request.caller = caller;
        done();
      });
    setupOpenApi(app, { version: '1.2.3' });
  };
  sut = await startApplication({ controllers: [ThingsController] }, signEverybodyIn);
});
afterAll(() => sut.close());

const send = async (path: string, init: RequestInit = {}): Promise<{ response: Response; body: unknown }> => {
  const response = await fetch(`${sut.url}${path}`, init);
  return { response, body: await response.json() };
};
const post = (path: string, body: unknown, headers: Record<string, string> = {}): ReturnType<typeof send> =>
  send(path, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', authorization: 'Bearer secret-token', ...headers },
  });
const deposit = (body: unknown, headers: Record<string, string> = {}): ReturnType<typeof send> =>
  post(`/api/v1/things/${thing}/deposits`, body, { 'idempotency-key': 'k1', ...headers });

describe('a command over HTTP', () => {
  const content = { amount: { value: 5, currency: 'EUR' } };

  it('answers with status, position and revision', async () => {
    const { response, body } = await deposit(content);
    expect(response.status).toBe(202);
    expect(response.headers.get('tallyhall-position')).toBe('4611686018427387904');
    expect(response.headers.get('etag')).toBe('"3"');
    expect(body).toMatchObject({ body: content, caller: 'c1' });
  });

  it('is the same command by the same key, and another by another key, path or content', async () => {
    const envelopes = await Promise.all([
      deposit(content),
      deposit({ amount: { currency: 'EUR', value: 5 } }),
      deposit(content, { 'idempotency-key': 'k2' }),
      post(`/api/v1/things/other/deposits`, content, { 'idempotency-key': 'k1' }),
      deposit({ amount: { value: 6, currency: 'EUR' } }),
    ]);
    const [first, again, otherKey, otherPath, otherContent] = envelopes.map(
      ({ body }) => (body as { envelope: CommandEnvelope }).envelope,
    );
    expect(again?.commandId).toBe(first?.commandId);
    expect(again?.commandHash).toBe(first?.commandHash);
    expect(new Set([first?.commandId, otherKey?.commandId, otherPath?.commandId]).size).toBe(3);
    expect(otherContent?.commandId).toBe(first?.commandId);
    expect(otherContent?.commandHash).not.toBe(first?.commandHash);
  });

  it.each([[undefined], ['é'], ['x'.repeat(256)]])('is refused with the key %p', async (key) => {
    const { response, body } = await post(
      `/api/v1/things/${thing}/deposits`,
      content,
      key === undefined ? {} : { 'idempotency-key': key },
    );
    expect(response.status).toBe(400);
    expect(body).toMatchObject({ code: 'idempotency_key_required', status: 400 });
  });

  it('takes the revision that the caller saw', async () => {
    expect((await deposit(content, { 'if-match': '"12"' })).body).toMatchObject({ seen: '12' });
    expect((await deposit(content, { 'if-match': 'W/"12"' })).body).toMatchObject({ code: 'header_invalid' });
  });

  it('names every wrong member by its pointer', async () => {
    const { response, body } = await deposit({ amount: { value: 0.5 }, reason: 'x'.repeat(21), 'a/b': 1 });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const { errors } = body as { errors: { pointer: string; code: string }[] };
    expect(errors.map(({ pointer, code }) => `${pointer} ${code}`).sort()).toEqual([
      '/amount/currency required',
      '/amount/value invalid_type',
      '/a~1b unknown_member',
      '/reason too_big',
    ]);
  });
});

describe('a query over HTTP', () => {
  const signedIn = { headers: { authorization: 'Bearer secret-token' } };

  it('has a page, by default of 50', async () => {
    const { body } = await send('/api/v1/things', signedIn);
    expect(body).toMatchObject({ page: { limit: 50 } });
    expect((await send('/api/v1/things?limit=500&cursor=abc', signedIn)).body).toMatchObject({
      page: { limit: 500, cursor: 'abc' },
    });
  });

  it.each(['0', '501', '1.5', 'x', ''])('refuses a limit of %p', async (limit) => {
    const { response, body } = await send(`/api/v1/things?limit=${limit}`, signedIn);
    expect(response.status).toBe(400);
    expect(body).toMatchObject({ code: 'request_invalid', errors: [{ pointer: '/limit' }] });
  });

  it('refuses what it does not know', async () => {
    const { body } = await send('/api/v1/things?hall=1', signedIn);
    expect(body).toMatchObject({ errors: [{ pointer: '/hall', code: 'unknown_member' }] });
  });

  it('takes a position to wait for', async () => {
    const after = (value: string): ReturnType<typeof send> =>
      send('/api/v1/things', { headers: { 'tallyhall-after': value } });
    expect((await after('9007199254740993')).body).toMatchObject({ after: '9007199254740993' });
    for (const wrong of ['-1', '1e3', '9223372036854775808', 'x'])
      expect((await after(wrong)).body).toMatchObject({ status: 400, code: 'header_invalid' });
  });

  it('answers with revision and position, bigints as decimal strings', async () => {
    const { response, body } = await send(`/api/v1/things/${thing}`, signedIn);
    expect(body).toEqual({ id: thing, revision: '1152921504606846976' });
    expect(response.headers.get('etag')).toBe('"7"');
    expect(response.headers.get('tallyhall-position')).toBe('42');
  });

  it('refuses a malformed parameter of the path', async () => {
    const { body } = await send('/api/v1/things/1', signedIn);
    expect(body).toMatchObject({ status: 400, errors: [{ pointer: '/id' }] });
  });
});

describe('a refusal over HTTP', () => {
  it.each([
    ['conflict', 409, 'balance_too_low'],
    ['unprocessable', 422, 'amount_invalid'],
    ['not-found', 404, 'thing_not_found'],
    ['forbidden', 403, 'thing_forbidden'],
    ['store', 503, 'store_unavailable'],
    ['bug', 500, 'internal'],
  ])('by %s is a problem with status %d', async (kind, status, code) => {
    const { response, body } = await send(`/api/v1/things/failures/${kind}`, { headers: { 'x-correlation-id': 'me' } });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('x-correlation-id')).toBe('me');
    expect(body).toMatchObject({ type: `urn:tallyhall:problem:${code}`, status, code, correlationId: 'me' });
    expect(JSON.stringify(body)).not.toMatch(/1234|10\.0\.0\.1/);
  });

  it('points at the member that the domain refuses', async () => {
    const { body } = await send('/api/v1/things/failures/unprocessable');
    expect(body).toMatchObject({ errors: [{ pointer: '/amount/value', code: 'amount_invalid' }] });
  });

  it('says when to come back', async () => {
    expect((await send('/api/v1/things/failures/store')).response.headers.get('retry-after')).toBe('1');
  });

  it('asks who it is', async () => {
    const { response, body } = await post(
      `/api/v1/things/${thing}/deposits`,
      { amount: { value: 1, currency: 'EUR' } },
      { authorization: '', 'idempotency-key': 'k' },
    );
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(body).toMatchObject({ code: 'token_required' });
  });

  it.each([
    ['an unknown address', 'GET', '/api/v2/things', 404, 'route_not_found'],
    ['a wrong method', 'DELETE', `/api/v1/things/${thing}?x=1`, 405, 'method_not_allowed'],
    ['a malformed address', 'GET', '/api/v1/things/%zz', 400, 'request_malformed'],
    ['a very long address', 'GET', `/api/v1/things/${'x'.repeat(300)}`, 414, 'url_too_long'],
  ])('of %s is a problem', async (_, method, path, status, code) => {
    const { response, body } = await send(path, { method });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('x-correlation-id')).toBeTruthy();
    expect(body).toMatchObject({ status, code });
  });

  it('names the methods that an address has', async () => {
    const { response } = await send(`/api/v1/things/${thing}/deposits`, { method: 'GET' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });

  it.each([
    ['malformed JSON', '{"amount":', 'application/json', 400, 'request_malformed'],
    ['no JSON', 'amount=1', 'application/x-www-form-urlencoded', 415, 'media_type_unsupported'],
    ['plain text', 'amount', 'text/plain', 415, 'media_type_unsupported'],
    ['a poisoned prototype', '{"__proto__":{"a":1}}', 'application/json', 400, 'request_malformed'],
    ['endless nesting', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'application/json', 400, 'request_invalid'],
    ['too much', `"${'x'.repeat(300 * 1024)}"`, 'application/json', 413, 'body_too_large'],
  ])('of a body with %s is a problem', async (_, text, type, status, code) => {
    const { response, body } = await deposit(text, { 'content-type': type });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({ status, code });
  });

  it('answers even what is not HTTP', async () => {
    const { port } = new URL(sut.url);
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('HELLO\r\n\r\n'));
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"request_malformed"');
  });
});

describe('bodies', () => {
  it('are forms only where the route takes them', async () => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post('/api/v1/things/form', 'a=1&b=%C3%A9', type)).body).toEqual({ body: { a: '1', b: 'é' } });
    expect((await post('/api/v1/things/form', 'a=1&a=2', type)).body).toMatchObject({ code: 'request_malformed' });
  });

  it('may be larger where the route says so', async () => {
    const text = 'x'.repeat(512 * 1024);
    expect((await post('/api/v1/things/large', { text })).body).toEqual({ length: text.length });
  });
});

describe('the log', () => {
  it('has one line a request, with who, what and how long, and no secret', async () => {
    await deposit({ amount: { value: 1, currency: 'EUR' } }, { 'x-correlation-id': 'log-1', 'idempotency-key': 'k9' });
    const lines = sut.logged.filter(({ correlationId }) => correlationId === 'log-1');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      msg: 'request',
      method: 'POST',
      route: '/api/v1/things/:id/deposits',
      status: 202,
      caller: 'client:c1',
      role: 'integrator',
      durationMs: expect.any(Number),
    });
    expect(JSON.stringify(sut.logged)).not.toMatch(/secret-token|"amount"/);
  });

  it('has the stack of our own faults', async () => {
    await send('/api/v1/things/failures/bug', { headers: { 'x-correlation-id': 'log-2' } });
    const fault = sut.logged.find(({ correlationId, level }) => correlationId === 'log-2' && level === 50);
    expect(fault).toMatchObject({ msg: 'internal', err: { stack: expect.stringContaining('http.int.spec') } });
  });

  it('replaces a correlation id that is not one', async () => {
    const { response } = await send('/health/live', { headers: { 'x-correlation-id': 'a b' } });
    expect(response.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('operations', () => {
  it('are told that the process lives and is ready', async () => {
    expect((await send('/health/live')).body).toEqual({ status: 'live' });
    expect((await send('/health/ready')).body).toEqual({ status: 'ready', checks: {} });
  });

  it('are told what is missing', async () => {
    const health = {
      useFactory: () => [{ name: 'halls', check: () => Promise.resolve({ healthy: false, detail: { lag: 9n } }) }],
    };
    const unready = await startApplication({ controllers: [], health });
    const response = await fetch(`${unready.url}/health/ready`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'not-ready', checks: { halls: { healthy: false, lag: '9' } } });
    await unready.close();
  });

  it('read figures by route, never by address', async () => {
    await send(`/api/v1/things/${thing}`);
    await send('/nowhere');
    const text = await (await fetch(`${sut.url}/metrics`)).text();
    expect(text).toMatch(
      /tallyhall_http_requests_total\{method="GET",route="\/api\/v1\/things\/:id",status="200"\} \d+/,
    );
    expect(text).toContain('route="none",status="404"');
    expect(text).toContain('tallyhall_http_request_duration_seconds_bucket');
    expect(text).not.toContain(thing);
  });
});

describe('the documentation', () => {
  interface Operation {
    parameters: { name: string; in: string; required: boolean }[];
    responses: object;
    security: object[];
    requestBody: unknown;
  }
  let document: { openapi: string; info: object; paths: Record<string, Record<string, Operation>>; components: object };
  beforeAll(async () => {
    document = (await send('/openapi.json')).body as typeof document;
  });

  it('is OpenAPI 3.0', () => {
    expect(document.openapi).toMatch(/^3\.0\.\d$/);
    expect(document.info).toMatchObject({ title: 'Tallyhall', version: '1.2.3' });
  });

  it('shows the form of a body, as the code checks it', () => {
    const operation = document.paths['/api/v1/things/{id}/deposits']?.['post'];
    expect(JSON.stringify(operation?.requestBody)).toContain('"maximum":9007199254740991');
    expect(operation?.parameters.map(({ name }) => name).sort()).toEqual(['Idempotency-Key', 'If-Match']);
    expect(operation?.security).toEqual([{ bearer: [] }]);
  });

  it('names each parameter once', () => {
    const names = document.paths['/api/v1/things']?.['get']?.parameters.map((parameter) => parameter.name);
    expect(names?.sort()).toEqual(['Tallyhall-After', 'cursor', 'hallId', 'limit']);
  });

  it('shows problems everywhere and open routes as open', () => {
    for (const path of Object.values(document.paths))
      for (const operation of Object.values(path)) expect(operation.responses).toHaveProperty('default');
    expect(document.paths['/health/live']?.['get']?.security).toEqual([{}]);
    expect(document.components).toHaveProperty('schemas.Problem');
  });

  it('is a page with everything it needs', async () => {
    const page = await (await fetch(`${sut.url}/docs`)).text();
    expect(page).toContain('swagger-ui');
    expect(page).not.toMatch(/(src|href)="https?:/);
    for (const [, asset] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const response = await fetch(new URL(asset ?? '', `${sut.url}/`));
      expect([asset, response.status]).toEqual([asset, 200]);
    }
  });
});
