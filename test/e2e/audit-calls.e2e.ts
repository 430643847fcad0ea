import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Api } from '../support/api.js';
import { type Demo, startDemo } from '../support/demo.js';
import { LiveClient } from '../support/live.js';
import { until } from '../support/processes.js';
import { runTally } from '../support/tally.js';

const startMs = 120_000;

let demo: Demo;
let regulator: Api;
let integrator: Api;
let playerId: string;

beforeAll(async () => {
  demo = await startDemo({ machines: 2, gameEveryMs: 0 });
  regulator = await Api.ofClient(demo.url, demo.demo.clients.regulator);
  integrator = await Api.ofClient(demo.url, demo.demo.clients.integrator);
  const person = { hallId: demo.demo.hallId, name: 'Ivan Vazov' };
  ({ playerId } = (await integrator.post<{ playerId: string }>('/api/v1/players', person)).body);
}, startMs);

afterAll(() => demo.stop(), startMs);

describe('every call', () => {
  const calls = async (...filters: string[]): Promise<Record<string, unknown>[]> => {
    const { out, error } = await runTally(demo, 'calls', '--json', ...filters);
    expect(error).toBe('');
    return (JSON.parse(out) as { items: Record<string, unknown>[] }).items;
  };

  it('that changed something is on record, with who, from where, and what it caused', async () => {
    const amount = { value: 1_000, currency: 'EUR' };
    const headers = { 'x-correlation-id': 'on-record-1' };
    const answer = await integrator.post(`/api/v1/wallets/${playerId}/deposits`, { amount, reason: 'x' }, { headers });
    const found = await calls('--correlationId', 'on-record-1');
    expect(found).toEqual([
      expect.objectContaining({
        method: 'POST',
        route: '/api/v1/wallets/:playerId/deposits',
        parameters: { playerId },
        status: 201,
        code: null,
        from: '127.0.0.1',
        position: answer.headers.get('tallyhall-position'),
        actor: expect.objectContaining({ kind: 'client', name: 'Demo integrator' }) as object,
      }),
    ]);
    const caused = await regulator.get<{ items: object[] }>(
      `/api/v1/audit/calls/effects?position=${answer.headers.get('tallyhall-position')}`,
    );
    expect(caused.body.items).toEqual([
      expect.objectContaining({ stream: `wallet-${playerId}`, revision: '0', commandId: found[0]?.commandId }),
    ]);
    expect((await regulator.get('/api/v1/audit/calls/effects?position=1')).status).toBe(404);
  });

  it('that was refused is on record, whoever it was, and without what nobody should read', async () => {
    const headers = { 'x-correlation-id': 'on-record-2' };
    const refused = await fetch(`${demo.url}/api/v1/halls?password=hunter2`, { headers });
    expect(refused.status).toBe(401);
    const found = await calls('--correlationId', 'on-record-2');
    expect(found).toEqual([
      expect.objectContaining({
        status: 401,
        code: 'token_required',
        actor: null,
        parameters: { '?': '(not recorded)' },
      }),
    ]);
    const missing = await fetch(`${demo.url}/nothing/here`, { headers: { 'x-correlation-id': 'on-record-3' } });
    expect(missing.status).toBe(404);
    expect(await calls('--correlationId', 'on-record-3')).toEqual([
      expect.objectContaining({ route: null, status: 404 }),
    ]);
  });

  it('over a socket is on record the same, served or refused, before it is answered', async () => {
    const live = await LiveClient.connect(demo.url, integrator.token);
    const command = (key: string, currency: string) =>
      live.command({ name: 'deposit', key, data: { playerId, amount: { value: 250, currency } } });
    const [served, refused] = [await command('record-1', 'EUR'), await command('record-2', 'USD')];
    live.close();
    const found = await calls('--route', 'LIVE deposit');
    const common = { channel: 'socket', method: 'LIVE', parameters: { name: 'deposit', playerId }, from: '127.0.0.1' };
    expect(found).toEqual([
      expect.objectContaining({ ...common, status: 422, code: 'currency_mismatch', position: null }),
      expect.objectContaining({
        ...common,
        status: 200,
        code: null,
        position: 'position' in served && served.position,
      }),
    ]);
    expect('problem' in refused && refused.problem).toMatchObject({ correlationId: found[0]?.correlationId });
    const position = 'position' in served ? served.position : '';
    const caused = await regulator.get<{ items: object[] }>(`/api/v1/audit/calls/effects?position=${position}`);
    expect(caused.body.items).toMatchObject([{ type: 'wallet.funds-deposited.v1', commandId: found[1]?.commandId }]);
    const { stream, revision } = found[1]?.record as { stream: string; revision: string };
    const record = await regulator.get<{ items: { type: string; data: { calls: object[] } }[] }>(
      `/api/v1/audit/streams/${stream}?from=${revision}&limit=1`,
    );
    expect(record.body.items).toMatchObject([{ type: 'audit.api-calls-recorded.v1' }]);
    expect(record.body.items[0]?.data.calls).toContainEqual(
      expect.objectContaining({ route: 'LIVE deposit', correlationId: found[1]?.correlationId }),
    );
  });

  it('that read something is on record soon after', async () => {
    await regulator.get('/api/v1/halls', { headers: { 'x-correlation-id': 'on-record-4' } });
    await until(async () => (await calls('--correlationId', 'on-record-4')).length === 1);
    expect(await calls('--correlationId', 'on-record-4')).toMatchObject([{ position: null, commandId: null }]);
  });

  it('is found by what it was, page by page, and exported', async () => {
    const served = await calls('--client', demo.demo.clients.integrator.clientId, '--result', '201', '--limit', '500');
    const paged: unknown[] = [];
    for (let cursor = ''; ;) {
      const { body } = await regulator.get<{ items: object[]; next: string | null }>(
        `/api/v1/audit/calls?client=${demo.demo.clients.integrator.clientId}&result=201&limit=2${cursor}`,
      );
      paged.push(...body.items);
      if (body.next === null) break;
      cursor = `&cursor=${body.next}`;
    }
    expect(served.length).toBeGreaterThanOrEqual(2);
    expect(paged).toEqual(served);
    expect(await calls('--route', '/auth/login', '--result', 'served')).not.toEqual([]);
    const lines = await exported('jsonl');
    expect(
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(served);
    const csv = (await exported('csv')).trim().split('\r\n');
    expect(csv).toHaveLength(served.length + 1);
    expect(csv[0]).toMatch(/^at,channel,actor_kind,/);
    expect((await regulator.get('/api/v1/audit/calls?cursor=nonsense')).status).toBe(422);
  });

  const exported = async (format: string): Promise<string> => {
    const query = `format=${format}&client=${demo.demo.clients.integrator.clientId}&result=201`;
    const headers = { authorization: `Bearer ${regulator.token}` };
    return (await fetch(`${demo.url}/api/v1/audit/calls/export?${query}`, { headers })).text();
  };
});
