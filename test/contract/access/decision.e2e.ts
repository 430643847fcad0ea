import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { format } from 'prettier';
import { io } from 'socket.io-client';

import { rolePermissions, type Role, roles } from '#kernel';

import { liveCommands } from '../../../apps/platform/src/live-commands.js';
import { topicPermissions } from '../../../libs/live/src/protocol.js';
import { type AccessOffice, startAccessOffice, tokenFaults } from '../../support/access-office.js';
import { Api } from '../../support/api.js';
import { unlimitedRates } from '../../support/fuzz-api.js';
import { addressOf, type Operation, readOperations, routeOf } from '../../support/open-api.js';
import { permissionsPage } from '../../support/permissions-page.js';

const startMs = 120_000;
/** Of all halls at once, so not for callers of some, whatever their role. */
const ofAllHalls = ['GET /audit/log/tile/entries/{path}'];
const nowhere = '00000000-0000-4000-8000-000000000000';

let office: AccessOffice;
let operations: Operation[];
let guarded: Operation[];
/** Somebody of each role, with one hall. */
let people: Map<Role, Api>;
let own: Record<string, string>;
let other: Record<string, string>;

beforeAll(async () => {
  office = await startAccessOffice(2, { RATE_LIMITS: unlimitedRates });
  const [url = ''] = office.urls;
  operations = await readOperations(url);
  guarded = operations.filter(({ permission }) => permission !== undefined);
  own = await objectsOf('Own');
  other = await objectsOf('Other');
  people = new Map();
  for (const role of roles) people.set(role, (await office.register(role, [own['hallId'] ?? ''])).api);
}, startMs);
afterAll(() => office.stop(), startMs);

/** A hall with one of everything that belongs to a hall, by the name that routes give it. */
async function objectsOf(name: string): Promise<Record<string, string>> {
  const hallId = await office.hall(name);
  const integrator = await office.register('integrator', [hallId]);
  const gateway = await office.register('gateway', [hallId]);
  const cashier = await office.register('cashier', [hallId]);
  const create = async (api: Api, path: string, body: object): Promise<Record<string, string>> =>
    (await api.post<Record<string, string>>(path, body)).body;
  const { playerId = '' } = await create(integrator.api, '/api/v1/players', { hallId, name: 'Elena' });
  const machine = { hallId, name: 'A-01', gatewayId: gateway.id, address: 1, serial: `${name}-1` };
  const { machineId, id } = await create(office.administrator, '/api/v1/machines', machine);
  const callback = { hallId, url: 'https://example.org/hook', types: ['wallet.deposit'] };
  const { callbackId = '' } = await create(integrator.api, '/api/v1/callbacks', callback);
  const amount = { value: 100, currency: 'EUR' };
  await integrator.api.post(`/api/v1/wallets/${playerId}/deposits`, { amount });
  return {
    hallId,
    playerId,
    machineId: machineId ?? id ?? '',
    callbackId,
    clientId: integrator.id,
    staffId: cashier.id,
    gatewayId: gateway.id,
  };
}

const send = (operation: Operation, url: string, token: string | undefined, values = own): Promise<Response> =>
  fetch(`${url}${addressOf(operation.path, values, nowhere)}`, {
    method: operation.method,
    headers: {
      'idempotency-key': 'matrix',
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(operation.method === 'GET' ? {} : { body: '{}' }),
  });

describe('every route', () => {
  it('is guarded, but for those that make tokens, show keys, tell health, and prove the history', () => {
    const open = operations.filter(({ permission }) => permission === undefined).map(routeOf);
    expect(open.sort()).toEqual([
      'GET /.well-known/jwks.json',
      'GET /audit/log/checkpoint',
      'GET /audit/log/key',
      'GET /audit/log/tile/{path}',
      'GET /health/live',
      'GET /health/ready',
      'GET /metrics',
      'POST /auth/login',
      'POST /auth/logout',
      'POST /auth/refresh',
      'POST /auth/token',
    ]);
    expect(guarded.length).toBeGreaterThan(40);
  });

  it.each(tokenFaults)('refuses a token with the fault: %s', async (fault) => {
    const answers: [string, number][] = [];
    for (const operation of guarded) {
      const token = office.faulty(fault, own['clientId'] ?? '');
      for (const url of office.urls) answers.push([routeOf(operation), (await send(operation, url, token)).status]);
    }
    expect(answers.filter(([, status]) => status !== 401)).toEqual([]);
  });

  it.each(roles)('lets the role %s through exactly where it has the permission', async (role) => {
    const { url = '', token } = people.get(role) ?? {};
    const answers: [string, string][] = [];
    for (const operation of guarded) {
      const { status } = await send(operation, url, token);
      answers.push([
        routeOf(operation),
        status === 403 ? 'refused' : status >= 500 || status === 401 ? `${status}` : 'let through',
      ]);
    }
    const expected = guarded.map((operation) => {
      const has = rolePermissions[role].some((each) => each === operation.permission);
      return [routeOf(operation), has && !ofAllHalls.includes(routeOf(operation)) ? 'let through' : 'refused'];
    });
    expect(answers).toEqual(expected);
  });

  it('that reads an object answers 404 for another hall’s, and 200 for one’s own', async () => {
    const reading = guarded
      .filter(({ method, path }) => method === 'GET' && path.includes('{') && !path.includes('{gatewayId}'))
      .filter((operation) => !ofAllHalls.includes(routeOf(operation)));
    const wrong: unknown[] = [];
    for (const operation of reading) {
      for (const role of roles.filter((each) => rolePermissions[each].some((has) => has === operation.permission))) {
        const { url = '', token } = people.get(role) ?? {};
        const [mine, theirs] = [await send(operation, url, token), await send(operation, url, token, other)];
        if (theirs.status !== 404 || (mine.status !== 200 && mine.status !== 404))
          wrong.push([routeOf(operation), role, mine.status, theirs.status]);
      }
    }
    expect(wrong).toEqual([]);
    expect(reading.length).toBeGreaterThan(5);
  });

  it('that changes an object answers 404 for another hall’s', async () => {
    const reason = { reason: 'because' };
    const changes: [string, Role, object][] = [
      ['/api/v1/players/{playerId}/erase', 'administrator', reason],
      ['/api/v1/wallets/{playerId}/deposits', 'integrator', { amount: { value: 1, currency: 'EUR' } }],
      ['/api/v1/wallets/{playerId}/withdrawals', 'cashier', { amount: { value: 1, currency: 'EUR' } }],
      ['/api/v1/machines/{machineId}/lock', 'manager', reason],
      ['/api/v1/machines/{machineId}/unlock', 'manager', reason],
      ['/api/v1/callbacks/{callbackId}/resume', 'integrator', reason],
      ['/api/v1/callbacks/{callbackId}/remove', 'integrator', reason],
      ['/api/v1/clients/{clientId}/suspend', 'administrator', reason],
      ['/api/v1/clients/{clientId}/secret', 'administrator', reason],
      ['/api/v1/clients/{clientId}/networks', 'administrator', { ...reason, networks: null }],
      ['/api/v1/staff/{staffId}/suspend', 'administrator', reason],
      ['/api/v1/staff/{staffId}/password', 'administrator', reason],
      ['/api/v1/staff/{staffId}/erase', 'administrator', reason],
      ['/internal/v1/gateways/{gatewayId}/facts', 'gateway', { journalId: nowhere, machines: [] }],
    ];
    const answers: unknown[] = [];
    for (const [path, role, body] of changes) {
      expect(guarded.map(routeOf)).toContain(`POST ${path}`);
      const answer = await people.get(role)?.post(addressOf(path, other, nowhere), body);
      if (answer?.status !== 404 && !path.startsWith('/internal')) answers.push([path, answer?.status, answer?.body]);
      if (path.startsWith('/internal') && (answer?.status ?? 200) < 400) answers.push([path, answer?.status]);
    }
    expect(answers).toEqual([]);
  });
});

describe('a client that is suspended', () => {
  it('loses its open socket and its token at another node, soon', async () => {
    const [one = '', two = ''] = office.urls;
    const { id, api } = await office.register('integrator', [own['hallId'] ?? '']);
    const socket = io(`${two}/live`, { auth: { token: api.token }, transports: ['websocket'], reconnection: false });
    await new Promise((resolve) => socket.once('connect', () => resolve(undefined)));
    expect(await socket.emitWithAck('subscribe', { topic: 'bets', hallId: own['hallId'] })).toMatchObject({ ok: true });
    const closing = new Promise((resolve) => socket.once('closing', resolve));
    await new Api(one, office.administrator.token).post(`/api/v1/clients/${id}/suspend`, { reason: 'it misbehaves' });
    expect(await closing).toEqual({ reason: 'access_ended' });
    for (let status = 200; status !== 401;) ({ status } = await api.at(two).get('/api/v1/halls'));
    const again = io(`${two}/live`, { auth: { token: api.token }, transports: ['websocket'], reconnection: false });
    expect(await new Promise((resolve) => again.once('connect_error', resolve))).toMatchObject({
      data: { status: 401 },
    });
    again.disconnect();
  });
});

describe('a client that is limited to single routes', () => {
  it('gets through to those alone, over REST and over sockets', async () => {
    const hallId = own['hallId'] ?? '';
    const { id, api } = await office.register('integrator', [hallId]);
    const routes = ['GET /api/v1/halls/{hallId}', 'LIVE connect', 'LIVE subscribe bets'];
    const limited = await office.administrator.post(`/api/v1/clients/${id}/routes`, { routes, reason: 'a screen' });
    expect(limited.status).toBe(200);
    for (let status = 200; status !== 403;) ({ status } = await api.get('/api/v1/halls'));
    expect((await api.get(`/api/v1/halls/${hallId}`)).status).toBe(200);
    const socket = io(`${api.url}/live`, {
      auth: { token: api.token },
      transports: ['websocket'],
      reconnection: false,
    });
    await new Promise((resolve) => socket.once('connect', () => resolve(undefined)));
    expect(await socket.emitWithAck('subscribe', { topic: 'bets', hallId })).toMatchObject({ ok: true });
    for (const refused of [
      await socket.emitWithAck('subscribe', { topic: 'wallets', hallId }),
      await socket.emitWithAck('command', {
        name: 'deposit',
        key: 'k',
        data: { playerId: nowhere, amount: { value: 1, currency: 'EUR' } },
      }),
    ])
      expect(refused).toMatchObject({ ok: false, problem: { status: 403, code: 'route_denied' } });
    socket.disconnect();
  });
});

describe('docs/reference/permissions.md', () => {
  it('is what the platform declares', async () => {
    const live = [
      { route: 'LIVE connect', permissions: [] },
      ...Object.entries(topicPermissions).map(([topic, permission]) => ({
        route: `LIVE subscribe ${topic}`,
        permissions: ['live:subscribe', permission],
      })),
      ...liveCommands.map(({ name, permission }) => ({ route: `LIVE ${name}`, permissions: [permission] })),
    ];
    const file = fileURLToPath(new URL('../../../docs/reference/permissions.md', import.meta.url));
    const text = await format(permissionsPage(operations, live), { parser: 'markdown', printWidth: 120 });
    if (process.env['UPDATE_DOCS']) writeFileSync(file, text);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
