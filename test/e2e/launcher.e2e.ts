import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Api } from '../support/api.js';
import { descendants, freePort, runProgram, type RunningProgram, until } from '../support/processes.js';

const startMs = 60_000;
const launcher = 'launcher/src/main.js';

let folder: string;
let port: number;
let dataDir: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launcher-'));
  port = await freePort();
  dataDir = join(folder, 'data');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const launch = (args: string[] = [], env: Record<string, string> = {}): RunningProgram =>
  runProgram(launcher, args, { PORT: `${port}`, DATA_DIR: dataDir, ...env });

const ends = async (program: RunningProgram): Promise<number | null> => {
  await until(() => program.process.exitCode !== null, startMs);
  return program.process.exitCode;
};

describe('the launcher', () => {
  it('refuses wrong settings all at once, each by name', async () => {
    const program = launch([], { PORT: 'web', EVENTSTORE_URL: 'http://here', LOG_LEVEL: 'loud' });
    expect(await ends(program)).toBe(1);
    for (const name of ['PORT', 'EVENTSTORE_URL', 'LOG_LEVEL']) expect(program.output()).toContain(name);
  });

  it('refuses a port that is taken, in one line', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    const program = launch(['--no-demo']);
    expect(await ends(program)).toBe(1);
    expect(program.output().trim().split('\n')).toEqual([
      expect.stringContaining(`Port ${port} on 127.0.0.1 is taken`),
    ]);
    await new Promise((resolve) => other.close(resolve));
  });

  it(
    'starts an empty platform, whose first administrator it names once; keeps everything over a stop; and runs once',
    async () => {
      const first = launch(['--no-demo']);
      await first.printed('Tallyhall is ready.', startMs);
      await first.printed('one-time password', startMs);
      const [, password = ''] = /one-time password +(\S+)/.exec(first.output()) ?? [];

      const second = launch(['--no-demo']);
      expect(await ends(second)).toBe(1);
      expect(second.output()).toContain('runs on');

      const url = `http://127.0.0.1:${port}`;
      const hasToChange = await fetch(`${url}/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ login: 'admin', password }),
      });
      expect(await hasToChange.json()).toMatchObject({ status: 403, code: 'password_change_required' });
      const newLogin = { login: 'admin', password, newPassword: 'quite-a-new-one' };
      const administrator = await Api.ofStaff(url, newLogin);
      const hall = { name: 'Kept', currency: 'EUR', timeZone: 'Europe/Sofia', dayStart: '06:00' };
      const { body } = await administrator.post<{ id: string }>('/api/v1/halls', hall);

      const children = descendants(first.process.pid ?? 0);
      expect(await first.stop()).toBe(0);
      for (const pid of children) expect(() => process.kill(pid, 0)).toThrow();

      const again = launch(['--no-demo']);
      await again.printed('Tallyhall is ready.', startMs);
      expect(again.output()).not.toContain('one-time password');
      const kept = await (
        await Api.ofStaff(url, { login: 'admin', password: 'quite-a-new-one' })
      ).get(`/api/v1/halls/${body.id}`);
      expect(kept).toMatchObject({ status: 200, body: { name: 'Kept' } });
      expect(existsSync(join(dataDir, 'demo.json'))).toBe(false);
      await again.stop();
    },
    startMs * 4,
  );

  it(
    'leaves the demo’s credentials for scripts, readable by their owner alone',
    async () => {
      const demoDir = join(folder, 'demo');
      const program = launch(['--machines', '1', '--game-every', '0'], { DATA_DIR: demoDir });
      await program.printed('Tallyhall is ready.', startMs);
      const file = join(demoDir, 'demo.json');
      expect(statSync(file).mode & 0o077).toBe(0);
      expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
        url: `http://127.0.0.1:${port}`,
        clients: { integrator: { clientId: expect.any(String), clientSecret: expect.any(String) } },
        staff: { manager: { login: 'manager', password: expect.any(String) } },
      });
      await program.stop();
    },
    startMs * 2,
  );
});
