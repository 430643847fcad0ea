import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Api } from '../support/api.js';
import { LiveClient } from '../support/live.js';
import { freePort, runProgram, type RunningProgram, until } from '../support/processes.js';

interface Health {
  readonly checks: { readonly 'read-models': { readonly projections: readonly { readonly state: string }[] } };
}
interface Call {
  readonly correlationId: string;
  readonly method: string;
}
interface Node {
  readonly url: string;
  readonly program: RunningProgram;
}

const startMs = 120_000;
const takeOverMs = 60_000;
const firstPassword = 'first-password-1';
const masterKey = randomBytes(32).toString('base64');

let folder: string;
let engines: RunningProgram[];
let environment: Record<string, string>;
let nodes: [Node, Node];
let administrator: Api;
let integrator: Api;
let integratorId: string;
let hallId: string;
let playerId: string;

const startNode = async (name: string): Promise<Node> => {
  const port = await freePort();
  const program = runProgram('platform/src/main.js', [], {
    ...environment,
    PORT: `${port}`,
    DATA_DIR: join(folder, name),
    MASTER_KEY: masterKey,
    FIRST_ADMINISTRATOR_PASSWORD: firstPassword,
  });
  await program.printed('platform ready', startMs);
  return { url: `http://127.0.0.1:${port}`, program };
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nodes-'));
  const ports = [await freePort(), await freePort()];
  engines = ['embedded-eventstore', 'embedded-mongo'].map((engine, index) =>
    runProgram(`${engine}/src/main.js`, ['--port', `${ports[index]}`, '--data', join(folder, engine)], {}),
  );
  await Promise.all(engines.map((engine) => engine.printed('listening on', startMs)));
  environment = {
    EVENTSTORE_URL: `esdb://127.0.0.1:${ports[0]}?tls=false`,
    MONGODB_URL: `mongodb://127.0.0.1:${ports[1]}/?directConnection=true`,
  };
  nodes = await Promise.all([startNode('one'), startNode('two')]);
  administrator = await firstAdministrator(nodes[0].url);
  const hall = { name: 'Rila', currency: 'EUR', timeZone: 'Europe/Sofia', dayStart: '06:00' };
  ({ id: hallId } = (await administrator.post<{ id: string }>('/api/v1/halls', hall)).body);
  const client = { name: 'Integrator', role: 'integrator', hallIds: [hallId] };
  const registered = await administrator.post<{ clientId: string; clientSecret: string }>('/api/v1/clients', client);
  const { clientId, clientSecret } = registered.body;
  integrator = await Api.ofClient(nodes[0].url, { clientId, clientSecret });
  integratorId = clientId;
  ({ playerId } = (await integrator.post<{ playerId: string }>('/api/v1/players', { hallId, name: 'Two Nodes' })).body);
}, startMs);

afterAll(async () => {
  await Promise.all(nodes.map(({ program }) => program.stop()));
  await Promise.all(engines.map((engine) => engine.stop()));
  await rm(folder, { recursive: true, force: true });
}, startMs);

/** Whichever node made the first administrator, both know the login; the one-time password is changed at the first sign-in. */
async function firstAdministrator(url: string): Promise<Api> {
  const login = { login: 'admin', password: firstPassword, newPassword: 'second-password-2' };
  return Api.ofStaff(url, login);
}

const projects = async ({ url }: Node): Promise<boolean> => {
  const response = await fetch(`${url}/health/ready`);
  const { checks } = (await response.json()) as Health;
  return checks['read-models'].projections.every(({ state }) => state !== 'elsewhere');
};

const move = (node: Node, kind: 'deposits' | 'withdrawals', value: number, key: string) =>
  integrator
    .at(node.url)
    .post<{ balance: { value: number } }>(
      `/api/v1/wallets/${playerId}/${kind}`,
      { amount: { value, currency: 'EUR' } },
      { key },
    );
const deposit = (node: Node, key: string) => move(node, 'deposits', 100, key);

const balance = async (node: Node, after: string): Promise<number> =>
  (await integrator.at(node.url).get<{ balance: { value: number } }>(`/api/v1/wallets/${playerId}`, { after })).body
    .balance.value;

/** Recorded calls that match, page by page. */
async function calls(regulator: Api, query: string): Promise<Call[]> {
  const found: Call[] = [];
  for (let cursor = ''; ;) {
    const page = await regulator.get<{ items: Call[]; next: string | null }>(`/api/v1/audit/calls?${query}${cursor}`);
    found.push(...page.body.items);
    if (page.body.next === null) return found;
    cursor = `&cursor=${page.body.next}`;
  }
}

describe('two platform processes on the same stores', () => {
  it('share the projecting: one of them holds the lease', async () => {
    await until(async () => (await Promise.all(nodes.map(projects))).filter(Boolean).length === 1);
  });

  it('take the same key for the same command, whichever it reaches', async () => {
    const [first, second] = await Promise.all([deposit(nodes[0], 'same'), deposit(nodes[1], 'same')]);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
  });

  it('pay out at one what was put in at the other, and no more', async () => {
    const { body } = await deposit(nodes[0], 'put-in-1');
    expect(await move(nodes[1], 'withdrawals', body.balance.value, 'pay-out-1')).toMatchObject({ status: 201 });
    await deposit(nodes[0], 'put-in-2');
    expect(await move(nodes[1], 'withdrawals', 101, 'too-much')).toMatchObject({ status: 409 });
    const paid = await move(nodes[1], 'withdrawals', 100, 'pay-out-2');
    expect(paid).toMatchObject({ status: 201, body: { balance: { value: 0 } } });
  });

  it('show a caller at one what it wrote at the other', async () => {
    const { headers, body } = await deposit(nodes[0], 'read-elsewhere');
    expect(await balance(nodes[1], headers.get('tallyhall-position') ?? '')).toBe(body.balance.value);
  });

  it('push at one what was commanded at the other', async () => {
    const live = await LiveClient.connect(nodes[1].url, integrator.token);
    await live.subscribe({ topic: 'wallets', hallId });
    const { headers } = await deposit(nodes[0], 'pushed');
    await until(() => live.events.some(({ position }) => position === headers.get('tallyhall-position')));
    live.close();
  });

  it('never lose a deposit when both change one wallet at the same time', async () => {
    const before = (await deposit(nodes[0], 'before-the-race')).body.balance.value;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => deposit(nodes[index % 2 === 0 ? 0 : 1], `race-${index}`)),
    );
    const done = answers.filter(({ status }) => status === 201);
    const last = done
      .map(({ headers }) => BigInt(headers.get('tallyhall-position') ?? '0'))
      .reduce((a, b) => (a > b ? a : b));
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect(await balance(nodes[0], last.toString())).toBe(before + done.length * 100);
  });

  it('have their calls on record as one list by time, page by page and as a file', async () => {
    const client = { name: 'Regulator', role: 'regulator', hallIds: [hallId] };
    const { body } = await administrator.post<{ clientId: string; clientSecret: string }>('/api/v1/clients', client);
    const regulator = await Api.ofClient(nodes[0].url, { clientId: body.clientId, clientSecret: body.clientSecret });
    const made: string[] = [];
    for (let index = 0; index < 12; index += 1) {
      const headers = { 'x-correlation-id': `by-turns-${index}` };
      const { url } = nodes[index % 2 === 0 ? 0 : 1];
      await integrator.at(url).get(`/api/v1/wallets/${playerId}`, { headers });
      const amount = { value: 1, currency: 'EUR' };
      await integrator.at(url).post(`/api/v1/wallets/${playerId}/deposits`, { amount }, { headers });
      made.unshift(`by-turns-${index}`);
    }
    const byTurns = ({ correlationId }: Call): boolean => correlationId.startsWith('by-turns');
    let paged: Call[] = [];
    await until(async () => {
      paged = await calls(regulator, `limit=5&actor=${integratorId}`);
      return paged.filter(byTurns).length === 24;
    });
    const posts = paged.filter(({ method }) => method === 'POST').filter(byTurns);
    expect(posts.map(({ correlationId }) => correlationId)).toEqual(made);
    const headers = { authorization: `Bearer ${regulator.token}` };
    const path = `/api/v1/audit/calls/export?format=jsonl&actor=${integratorId}`;
    const exported = (await (await fetch(`${nodes[1].url}${path}`, { headers })).text()).trim().split('\n');
    expect(exported.map((line) => JSON.parse(line) as Call)).toEqual(paged);
  });

  it(
    'go on when the one that projects is killed, and when the other is',
    async () => {
      for (const round of [1, 2]) {
        const holder = (await projects(nodes[0])) ? 0 : 1;
        const survivor = nodes[holder === 0 ? 1 : 0];
        nodes[holder].program.process.kill('SIGKILL');
        await until(() => projects(survivor), takeOverMs);
        const { headers, body, status } = await deposit(survivor, `round-${round}`);
        expect(status).toBe(201);
        expect(await balance(survivor, headers.get('tallyhall-position') ?? '')).toBe(body.balance.value);
        nodes[holder] = await startNode(holder === 0 ? 'one' : 'two');
      }
    },
    takeOverMs * 3,
  );

  it('refuse a node whose data directory belongs to another store', async () => {
    const stranger = runProgram(
      'embedded-eventstore/src/main.js',
      ['--port', `${await freePort()}`, '--data', join(folder, 'stranger')],
      {},
    );
    await stranger.printed('listening on', startMs);
    const [, address = ''] = /listening on (\S+)/.exec(stranger.output()) ?? [];
    const confused = runProgram('platform/src/main.js', [], {
      ...environment,
      EVENTSTORE_URL: `esdb://${address}?tls=false`,
      PORT: `${await freePort()}`,
      DATA_DIR: join(folder, 'one'),
      MASTER_KEY: masterKey,
    });
    await confused.printed('belongs to event store', 30_000);
    await until(() => confused.process.exitCode === 1);
    await stranger.stop();
  });
});
