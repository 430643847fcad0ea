import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startApplication } from './http.test-support.js';
import { startThings, thing, type Things } from './things.test-support.js';

let sut: Things;
beforeAll(async () => {
  sut = await startThings();
});
afterAll(() => sut.close());

describe('the log', () => {
  it('has one line a request, with who, what and how long, and no secret', async () => {
    await sut.deposit(
      { amount: { value: 1, currency: 'EUR' } },
      { 'x-correlation-id': 'log-1', 'idempotency-key': 'k9' },
    );
    const lines = sut.logged.filter(({ correlationId }) => correlationId === 'log-1');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      msg: 'request',
      method: 'POST',
      route: '/api/v1/things/:id/deposits',
      status: 202,
      caller: 'client:c1',
      roles: ['integrator'],
      durationMs: expect.any(Number),
    });
    expect(JSON.stringify(sut.logged)).not.toMatch(/secret-token|"amount"/);
  });

  it('has the stack of our own faults', async () => {
    await sut.send('/api/v1/things/failures/bug', { headers: { 'x-correlation-id': 'log-2' } });
    const fault = sut.logged.find(({ correlationId, level }) => correlationId === 'log-2' && level === 50);
    expect(fault).toMatchObject({ msg: 'internal', err: { stack: expect.stringContaining('things.test-support') } });
  });

  it('replaces a correlation id that is not one', async () => {
    const { response } = await sut.send('/health/live', { headers: { 'x-correlation-id': 'a b' } });
    expect(response.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('operations', () => {
  it('are told that the process lives and is ready', async () => {
    expect((await sut.send('/health/live')).body).toEqual({ status: 'live' });
    expect((await sut.send('/health/ready')).body).toEqual({ status: 'ready', checks: {} });
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
    await sut.send(`/api/v1/things/${thing}`);
    await sut.send('/nowhere');
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
    document = (await sut.send('/openapi.json')).body as typeof document;
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
    const problem = { content: { 'application/problem+json': expect.anything() } };
    for (const path of Object.values(document.paths))
      for (const operation of Object.values(path))
        expect(operation.responses).toMatchObject({ 400: problem, 429: problem, 503: problem });
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
