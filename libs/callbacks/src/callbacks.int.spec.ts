import { setImmediate as nextTurn } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';

import { type CallbacksApp, startCallbacks } from './testing/callbacks-app.test-support.js';
import { Receiver } from './testing/receiver.test-support.js';

let app: CallbacksApp;
let receiver = new Receiver();
beforeEach(async () => {
  receiver = new Receiver();
  await receiver.start();
  app = await startCallbacks();
});
afterEach(async () => {
  await app.close();
  await receiver.stop();
});

interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function call(path: string, options: RequestInit): Promise<Answered> {
  const response = await fetch(`${app.url}/api/v1/callbacks${path}`, options);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const post = (path: string, body: object, key = 'k1', hall = 'h1'): Promise<Answered> =>
  call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key, 'x-hall': hall },
    body: JSON.stringify(body),
  });
const get = (path: string, hall = 'h1'): Promise<Answered> => call(path, { headers: { 'x-hall': hall } });

const registration = (): { hallId: string; url: string; types: string[] } => ({
  hallId: 'h1',
  url: receiver.url,
  types: ['wallet.deposit'],
});
const deposit = (): unknown => app.log.write('wallet-p1', 'wallet.funds-deposited.v1', { amount: 5 });

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await nextTurn();
}

describe('a registered callback', () => {
  it('receives signed events, and tells of its deliveries', async () => {
    const { status, body } = await post('', registration());
    expect(status).toBe(201);
    const id = String(body['callbackId']);
    deposit();
    deposit();
    await until(() => receiver.requests.length === 2);

    const webhook = new Webhook(String(body['secret']));
    const verified = receiver.requests.map(({ body: sent, headers }) =>
      webhook.verify(sent, headers as Record<string, string>),
    );
    expect(verified).toMatchObject([
      { type: 'wallet.deposit', revision: '0', hallId: 'h1', data: { amount: 5 } },
      { type: 'wallet.deposit', revision: '1', timestamp: '2026-11-23T12:00:00.000Z' },
    ]);

    const page = await get(`/${id}/deliveries?limit=1`);
    expect(page.body).toMatchObject({ items: [{ position: '30', delivered: true, status: 204, attempt: 1 }] });
    const next = await get(`/${id}/deliveries?cursor=${String(page.body['next'])}`);
    expect(next.body).toMatchObject({ items: [{ position: '20' }], next: null });
    await until(async () => (await get(`/${id}`)).body['position'] === '30');
    expect((await get('')).body).toMatchObject({ items: [{ id, state: 'active', url: receiver.url }] });
  });

  it('is registered once a key, with the same answer', async () => {
    const first = await post('', registration());
    const again = await post('', registration());
    const other = await post('', { ...registration(), types: ['wallet.movement'] });
    expect(again).toEqual(first);
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(app.log.events).toHaveLength(1);
  });

  it('is suspended by 410, goes on when it is resumed, and ends when it is removed', async () => {
    receiver.answer = (response) => response.writeHead(410).end();
    const { body } = await post('', registration());
    const id = String(body['callbackId']);
    expect(await post(`/${id}/resume`, {}, 'k2')).toMatchObject({ status: 409, body: { code: 'callback_active' } });
    deposit();
    await until(async () => (await get(`/${id}`)).body['state'] === 'suspended');
    deposit();
    receiver.answer = (response) => response.writeHead(200).end();
    expect(await post(`/${id}/resume`, {}, 'k3')).toMatchObject({ status: 200, body: { state: 'active' } });
    await until(() => receiver.requests.length === 3);
    const [gone, first, second] = receiver.requests.map(({ headers }) => headers['webhook-id']);
    expect(first).toBe(gone);
    expect(second).not.toBe(first);

    expect(await post(`/${id}/remove`, {}, 'k4')).toMatchObject({ status: 200, body: { state: 'removed' } });
    expect(await get(`/${id}`)).toMatchObject({ status: 404, body: { code: 'callback_unknown' } });
    expect(await post(`/${id}/resume`, {}, 'k5')).toMatchObject({ status: 404 });
  });

  it('is removed once a key, with the same answer', async () => {
    const { body } = await post('', registration());
    const path = `/${String(body['callbackId'])}/remove`;
    const first = await post(path, {}, 'k2');
    expect(await post(path, {}, 'k2')).toEqual(first);
    expect(await post(path, {}, 'k3')).toMatchObject({ status: 404, body: { code: 'callback_unknown' } });
    expect(await post(path, {}, 'k2', 'h2')).toMatchObject({ status: 404, body: { code: 'callback_unknown' } });
  });

  it('is suspended each time it is active, and once however often that is asked for', async () => {
    const { body } = await post('', registration());
    const id = String(body['callbackId']);
    const suspensions = (): number => app.log.events.filter(({ type }) => type === 'callback.suspended.v1').length;
    await app.commands.suspend(id, 'gone');
    await app.commands.suspend(id, 'gone');
    expect(suspensions()).toBe(1);
    expect(await post(`/${id}/resume`, {}, 'k2')).toMatchObject({ status: 200 });
    await app.commands.suspend(id, 'gone');
    expect(suspensions()).toBe(2);
  });

  it('is not there for callers of another hall', async () => {
    const { body } = await post('', registration());
    const id = String(body['callbackId']);
    const answers = await Promise.all([
      get(`/${id}`, 'h2'),
      get(`/${id}/deliveries`, 'h2'),
      post(`/${id}/remove`, {}, 'k', 'h2'),
      post('', registration(), 'k', 'h2'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  });

  it.each([
    [{ types: ['wallet.nothing'] }, 422, 'callback_type_unknown', '/types/0'],
    [{ types: ['wallet.deposit', 'wallet.deposit'] }, 422, 'callback_type_repeated', '/types/1'],
    [{ types: [] }, 400, 'request_invalid', '/types'],
    [{ url: 'https://10.0.0.1/' }, 422, 'url_refused', '/url'],
    [{ url: 'https://0xa.1/' }, 422, 'url_refused', '/url'],
    [{ url: 'nowhere' }, 422, 'url_invalid', '/url'],
    [{ after: '99999' }, 422, 'position_unknown', '/after'],
    [{ after: '-1' }, 400, 'request_invalid', '/after'],
  ])('is refused with %j: %i', async (change, status, code, pointer) => {
    const answer = await post('', { ...registration(), ...change });
    expect(answer).toMatchObject({ status, body: { code, errors: [{ pointer }] } });
    expect(app.log.events).toEqual([]);
  });
});
