import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startThings, type Things } from './things.test-support.js';

const proxy = '127.0.0.1';
let sut: Things;
beforeAll(async () => {
  sut = await startThings({ corsOrigins: ['https://shop.example'], isTrustedProxy: (address) => address === proxy });
});
afterAll(() => sut.close());

describe('every answer', () => {
  it.each(['/api/v1/things', '/nowhere', '/openapi.json'])('of %s tells browsers to be careful', async (path) => {
    const { response } = await sut.send(path);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    expect(response.headers.get('referrer-policy')).toBe('same-origin');
    expect(response.headers.get('strict-transport-security')).toBeNull();
  });
});

describe('a page of another origin', () => {
  const preflight = (origin: string): Promise<Response> =>
    fetch(`${sut.url}/api/v1/things`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'idempotency-key' },
    });

  it('may call when it is listed, and read the headers that it needs', async () => {
    const asked = await preflight('https://shop.example');
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(asked.headers.get('access-control-allow-headers')).toContain('Idempotency-Key');
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
    const { response } = await sut.send('/openapi.json', { headers: { origin: 'https://shop.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(response.headers.get('access-control-expose-headers')).toContain('Tallyhall-Position');
    expect(response.headers.get('vary')).toBe('Origin');
  });

  it.each(['https://evil.example', 'https://shop.example.evil', 'http://shop.example', 'null'])(
    'may not when it is %s',
    async (origin) => {
      const asked = await preflight(origin);
      expect(asked.headers.get('access-control-allow-origin')).toBeNull();
      expect(asked.status).toBe(405);
    },
  );
});

describe('the source of a request', () => {
  const sourceOf = async (forwarded?: string): Promise<unknown> => {
    const id = `source-${Math.random()}`;
    const headers = { 'x-correlation-id': id, ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }) };
    await (await fetch(`${sut.url}/openapi.json`, { headers })).text();
    return sut.logged.find(({ correlationId, msg }) => correlationId === id && msg === 'request')?.['address'];
  };

  it('is what a trusted proxy says, not what was said to it', async () => {
    expect(await sourceOf()).toBe('127.0.0.1');
    expect(await sourceOf('198.51.100.7')).toBe('198.51.100.7');
    expect(await sourceOf('10.0.0.1, 198.51.100.7')).toBe('198.51.100.7');
    expect(await sourceOf('::ffff:198.51.100.7')).toBe('198.51.100.7');
    expect(await sourceOf('2001:DB8::1')).toBe('2001:db8::1');
    expect(await sourceOf('<script>')).toBe('127.0.0.1');
  });
});
