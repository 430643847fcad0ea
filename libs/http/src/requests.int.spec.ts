import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { CommandEnvelope } from '#event-sourcing';

import { type Reply, startThings, thing, type Things } from './things.test-support.js';

let sut: Things;
beforeAll(async () => {
  sut = await startThings();
});
afterAll(() => sut.close());

describe('a command over HTTP', () => {
  const content = { amount: { value: 5, currency: 'EUR' } };

  it('answers with status, position and revision', async () => {
    const { response, body } = await sut.deposit(content);
    expect(response.status).toBe(202);
    expect(response.headers.get('tallyhall-position')).toBe('4611686018427387904');
    expect(response.headers.get('etag')).toBe('"3"');
    expect(body).toMatchObject({ body: content, caller: 'c1' });
  });

  it('is the same command by the same key, and another by another key, path or content', async () => {
    const envelopes = await Promise.all([
      sut.deposit(content),
      sut.deposit({ amount: { currency: 'EUR', value: 5 } }),
      sut.deposit(content, { 'idempotency-key': 'k2' }),
      sut.post(`/api/v1/things/other/deposits`, content, { 'idempotency-key': 'k1' }),
      sut.deposit({ amount: { value: 6, currency: 'EUR' } }),
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
    const { response, body } = await sut.post(
      `/api/v1/things/${thing}/deposits`,
      content,
      key === undefined ? {} : { 'idempotency-key': key },
    );
    expect(response.status).toBe(400);
    expect(body).toMatchObject({ code: 'idempotency_key_required', status: 400 });
  });

  it('takes the revision that the caller saw', async () => {
    expect((await sut.deposit(content, { 'if-match': '"12"' })).body).toMatchObject({ seen: '12' });
    expect((await sut.deposit(content, { 'if-match': 'W/"12"' })).body).toMatchObject({ code: 'header_invalid' });
  });

  it('names every wrong member by its pointer', async () => {
    const { response, body } = await sut.deposit({ amount: { value: 0.5 }, reason: 'x'.repeat(21), 'a/b': 1 });
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
    const { body } = await sut.send('/api/v1/things', signedIn);
    expect(body).toMatchObject({ page: { limit: 50 } });
    expect((await sut.send('/api/v1/things?limit=500&cursor=abc', signedIn)).body).toMatchObject({
      page: { limit: 500, cursor: 'abc' },
    });
  });

  it.each(['0', '501', '1.5', 'x', ''])('refuses a limit of %p', async (limit) => {
    const { response, body } = await sut.send(`/api/v1/things?limit=${limit}`, signedIn);
    expect(response.status).toBe(400);
    expect(body).toMatchObject({ code: 'request_invalid', errors: [{ pointer: '/limit' }] });
  });

  it('refuses what it does not know', async () => {
    const { body } = await sut.send('/api/v1/things?hall=1', signedIn);
    expect(body).toMatchObject({ errors: [{ pointer: '/hall', code: 'unknown_member' }] });
  });

  it('takes a position to wait for', async () => {
    const after = (value: string): Promise<Reply> =>
      sut.send('/api/v1/things', { headers: { 'tallyhall-after': value } });
    expect((await after('9007199254740993')).body).toMatchObject({ after: '9007199254740993' });
    for (const wrong of ['-1', '1e3', '9223372036854775808', 'x'])
      expect((await after(wrong)).body).toMatchObject({ status: 400, code: 'header_invalid' });
  });

  it('answers with revision and position, bigints as decimal strings', async () => {
    const { response, body } = await sut.send(`/api/v1/things/${thing}`, signedIn);
    expect(body).toEqual({ id: thing, revision: '1152921504606846976' });
    expect(response.headers.get('etag')).toBe('"7"');
    expect(response.headers.get('tallyhall-position')).toBe('42');
  });

  it('refuses a malformed parameter of the path', async () => {
    const { body } = await sut.send('/api/v1/things/1', signedIn);
    expect(body).toMatchObject({ status: 400, errors: [{ pointer: '/id' }] });
  });
});
