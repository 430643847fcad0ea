import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Api } from '../support/api.js';
import { applicationsBelow } from './process-usage.js';
import { freePort, runProgram, until } from '../support/processes.js';

const readyTimeoutMs = 60_000;
const drainTimeoutMs = 120_000;

/** The platform as `npm start -- --no-demo` runs it, with one hall and so many players, all made through its API. */
export interface BenchPlatform {
  readonly url: string;
  readonly hallId: string;
  readonly token: string;
  /** Of another client with the same rights. */
  readonly otherToken: string;
  readonly playerIds: readonly string[];
  /** Of the platform's process. */
  readonly pid: number;
  /** Of the process with both stores. */
  readonly enginePid: number;
  /** Waits until every subscriber has seen everything. @returns how long that took, in milliseconds */
  drain(): Promise<number>;
  stop(): Promise<void>;
}

/** @param env more of it, for example NODE_OPTIONS */
export async function startPlatform(
  players: number,
  env: Readonly<Record<string, string>> = {},
): Promise<BenchPlatform> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const port = await freePort();
  const program = runProgram('launcher/src/main.js', ['--no-demo'], {
    // One client is the whole load: what is measured is the platform, not the limit.
    RATE_LIMITS: 'read=100000,write=100000,live=100000,open=100000,total=100000',
    ...env,
    PORT: `${port}`,
    DATA_DIR: join(folder, 'data'),
  });
  const stop = async (): Promise<void> => {
    await program.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await program.printed('Tallyhall is ready.', readyTimeoutMs);
    await program.printed('one-time password', readyTimeoutMs);
    const url = `http://127.0.0.1:${port}`;
    const hall = await prepareHall(url, oneTimePassword(program.output()), players);
    const pids = applicationsBelow(program.process.pid ?? 0);
    const [pid = 0, enginePid = 0] = ['platform', 'engines'].map((name) => pids.get(name));
    return { url, ...hall, pid, enginePid, drain: () => drain(url), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function oneTimePassword(output: string): string {
  const password = /one-time password\s+(\S+)/.exec(output)?.[1];
  if (password === undefined) throw new Error(`no password was printed:\n${output}`);
  return password;
}

async function prepareHall(
  url: string,
  firstPassword: string,
  players: number,
): Promise<Pick<BenchPlatform, 'hallId' | 'token' | 'otherToken' | 'playerIds'>> {
  const password = randomBytes(12).toString('base64url');
  const firstSignIn = { login: 'admin', password: firstPassword, newPassword: password };
  const administrator = await Api.ofStaff(url, firstSignIn);
  const { id: hallId } = await create<{ id: string }>(administrator, 'halls', {
    name: 'Bench hall',
    currency: 'EUR',
    timeZone: 'Europe/Sofia',
    dayStart: '06:00',
  });
  const integrators: Api[] = [];
  for (const name of ['Bench integrator', 'Another integrator']) {
    const wanted = { name, role: 'integrator', hallIds: [hallId] };
    const { clientId, clientSecret } = await create<{ clientId: string; clientSecret: string }>(
      administrator,
      'clients',
      wanted,
    );
    integrators.push(await Api.ofClient(url, { clientId, clientSecret }));
  }
  const [integrator, other] = integrators;
  if (!integrator || !other) throw new Error('There are no integrators.');
  const playerIds: string[] = [];
  for (let number = 1; number <= players; number += 1) {
    const player = { hallId, name: `Player ${number}` };
    playerIds.push((await create<{ playerId: string }>(integrator, 'players', player)).playerId);
  }
  return { hallId, token: integrator.token, otherToken: other.token, playerIds };
}

async function create<T>(api: Api, collection: string, body: object): Promise<T> {
  const answer = await api.post<T>(`/api/v1/${collection}`, body);
  if (answer.status !== 201)
    throw new Error(`POST ${collection} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

interface Readiness {
  readonly checks: { readonly 'read-models': { readonly projections: readonly { readonly behind: boolean }[] } };
}

async function drain(url: string): Promise<number> {
  const startMs = performance.now();
  const isDrained = async (): Promise<boolean> => {
    const { checks } = (await (await fetch(`${url}/health/ready`)).json()) as Readiness;
    return checks['read-models'].projections.every(({ behind }) => !behind);
  };
  await until(isDrained, drainTimeoutMs, () => 'the read models did not catch up');
  return performance.now() - startMs;
}
