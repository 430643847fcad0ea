import { describe, expect, it } from '@jest/globals';

import { createApiClient, maxAttempts } from './client.js';
import { ProblemError, unreachable } from './problem.js';

const json = (status: number, body: object, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers });

const problem = (status: number, code: string): Response => json(status, { code, detail: code, correlationId: 'c-1' });

/** A server that gives these answers in turn, and the client that asks it. */
function harness(...answers: (Response | Error)[]) {
  return renewing(false, ...answers);
}

function renewing(renewable: boolean, ...answers: (Response | Error)[]) {
  const requests: { url: string; headers: Record<string, string> }[] = [];
  const waits: number[] = [];
  let [renewals, current] = [0, 'secret'];
  const sut = createApiClient({
    fetch: async (url, init) => {
      requests.push({ url, headers: Object.fromEntries(new Headers(init.headers)) });
      const answer = answers.shift() ?? new Error('no answer left');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    token: () => current,
    renew: async () => {
      renewals += 1;
      if (renewals === 1 && renewable) current = 'next';
      return current === 'next';
    },
    wait: async (milliseconds) => void waits.push(milliseconds),
  });
  return { sut, requests, waits, renewals: () => renewals };
}

const failure = async (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof ProblemError ? error.problem : undefined),
  );

describe('the API client', () => {
  it('reads a body with the position that it stands for', async () => {
    const { sut, requests } = harness(json(200, { id: 'm1' }, { 'tallyhall-position': '9007199254740993' }));
    expect(await sut.get('/api/v1/machines/m1', { after: 7n })).toEqual({
      status: 200,
      body: { id: 'm1' },
      position: 9007199254740993n,
    });
    expect(requests[0]?.headers).toMatchObject({ authorization: 'Bearer secret', 'tallyhall-after': '7' });
  });

  it('repeats a command that had no answer under the same key', async () => {
    const { sut, requests } = harness(new TypeError('reset'), problem(503, 'unknown'), json(202, { commandId: 'c' }));
    expect(await sut.post('/lock', {}, 'key-1')).toMatchObject({ status: 202 });
    expect(requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['key-1', 'key-1', 'key-1']);
  });

  it('waits as long as the server asks for', async () => {
    const { sut, waits } = harness(json(503, {}, { 'retry-after': '3' }), json(200, {}));
    await sut.get('/x');
    expect(waits).toEqual([3_000]);
  });

  it('gives up after its attempts and says so', async () => {
    const { sut, requests } = harness(...Array.from({ length: 5 }, () => new TypeError('refused')));
    expect(await failure(sut.get('/x'))).toEqual(unreachable);
    expect(requests).toHaveLength(maxAttempts);
  });

  it('does not repeat a refusal', async () => {
    const { sut, requests } = harness(problem(409, 'already_locked'));
    expect(await failure(sut.post('/lock', {}, 'k'))).toMatchObject({ code: 'already_locked', correlationId: 'c-1' });
    expect(requests).toHaveLength(1);
  });

  it('asks for another token when one is refused, and then once more', async () => {
    const { sut, requests, renewals } = renewing(true, problem(401, 'token_expired'), json(200, {}));
    expect(await sut.post('/lock', {}, 'k')).toMatchObject({ status: 200 });
    expect(requests.map(({ headers }) => headers['authorization'])).toEqual(['Bearer secret', 'Bearer next']);
    expect(renewals()).toBe(1);
  });

  it.each([
    ['there is no other', harness(problem(401, 'token_expired')), 1],
    ['the other is refused too', renewing(true, problem(401, 'a'), problem(401, 'b')), 2],
  ])('fails when %s', async (_, { sut, requests, renewals }, sent) => {
    expect(await failure(sut.get('/x'))).toMatchObject({ status: 401 });
    expect([requests.length, renewals()]).toEqual([sent, 1]);
  });

  it('tells an answer that is not JSON by its status and correlation header', async () => {
    const { sut } = harness(new Response('<html>', { status: 502, headers: { 'x-correlation-id': 'proxy-9' } }));
    expect(await failure(sut.get('/x'))).toMatchObject({ code: 'http_502', correlationId: 'proxy-9' });
  });
});
