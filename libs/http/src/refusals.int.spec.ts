import { connect } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startThings, thing, type Things } from './things.test-support.js';

let sut: Things;
beforeAll(async () => {
  sut = await startThings();
});
afterAll(() => sut.close());

describe('a refusal over HTTP', () => {
  it.each([
    ['conflict', 409, 'balance_too_low'],
    ['unprocessable', 422, 'amount_invalid'],
    ['not-found', 404, 'thing_not_found'],
    ['forbidden', 403, 'thing_forbidden'],
    ['store', 503, 'store_unavailable'],
    ['bug', 500, 'internal'],
  ])('by %s is a problem with status %d', async (kind, status, code) => {
    const { response, body } = await sut.send(`/api/v1/things/failures/${kind}`, {
      headers: { 'x-correlation-id': 'me' },
    });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('x-correlation-id')).toBe('me');
    expect(body).toMatchObject({ type: `urn:tallyhall:problem:${code}`, status, code, correlationId: 'me' });
    expect(JSON.stringify(body)).not.toMatch(/1234|10\.0\.0\.1/);
  });

  it('points at the member that the domain refuses', async () => {
    const { body } = await sut.send('/api/v1/things/failures/unprocessable');
    expect(body).toMatchObject({ errors: [{ pointer: '/amount/value', code: 'amount_invalid' }] });
  });

  it('says when to come back', async () => {
    expect((await sut.send('/api/v1/things/failures/store')).response.headers.get('retry-after')).toBe('1');
  });

  it('asks who it is', async () => {
    const { response, body } = await sut.post(
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
    const { response, body } = await sut.send(path, { method });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('x-correlation-id')).toBeTruthy();
    expect(body).toMatchObject({ status, code });
  });

  it('names the methods that an address has', async () => {
    const { response } = await sut.send(`/api/v1/things/${thing}/deposits`, { method: 'GET' });
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
    const { response, body } = await sut.deposit(text, { 'content-type': type });
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
    expect((await sut.post('/api/v1/things/form', 'a=1&b=%C3%A9', type)).body).toEqual({ body: { a: '1', b: 'é' } });
    expect((await sut.post('/api/v1/things/form', 'a=1&a=2', type)).body).toMatchObject({ code: 'request_malformed' });
  });

  it('may be larger where the route says so', async () => {
    const text = 'x'.repeat(512 * 1024);
    expect((await sut.post('/api/v1/things/large', { text })).body).toEqual({ length: text.length });
  });
});
