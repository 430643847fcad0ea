import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { brokenIdentities, encodeSymbols, hostSymbols } from '#sas';

import { buildFloor, end, run, type Run } from './built-floor.test-support.js';
import type { FloorDescription } from './floor-file.js';
import type { MachineReport } from './seat.js';

let program: string;
let main: string;
let dataDir: string;
const running: Run[] = [];

beforeAll(async () => {
  program = await mkdtemp(join(tmpdir(), 'floor-program-'));
  main = await buildFloor(program);
});
afterAll(() => rm(program, { recursive: true }));
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'floor-'));
});
afterEach(async () => {
  for (const each of running.splice(0)) await end(each, 'SIGKILL');
  await rm(dataDir, { recursive: true });
});

const start = async (...options: readonly string[]): Promise<Run> => {
  const started = await run(main, '--data', dataDir, ...options);
  running.push(started);
  return started;
};
const described = async (): Promise<FloorDescription> =>
  JSON.parse(await readFile(join(dataDir, 'floor.json'), 'utf8')) as FloorDescription;

const controlOf = ({ ready }: Run): string => ready?.control ?? 'http://127.0.0.1:1';
const reports = async (floor: Run): Promise<MachineReport[]> => {
  const answer = await fetch(`${controlOf(floor)}/machines`);
  return ((await answer.json()) as { items: MachineReport[] }).items;
};
const press = (floor: Run, serial: string, input: object): Promise<Response> =>
  fetch(`${controlOf(floor)}/machines/${serial}/inputs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });

describe('the demo floor', () => {
  it('says when it is ready and where, stops in order, and comes back on the same ports', async () => {
    const floor = await start('--machines', '3', '--game-every-ms', '0');
    expect(floor.ready).toMatchObject({ ready: true, lines: 3, machines: 3, floor: join(dataDir, 'floor.json') });
    const before = await described();
    expect(before.lines[0]?.machines).toEqual([{ address: 1, serial: 'TH000001', name: 'Brass Abacus 01' }]);
    expect(await end(floor, 'SIGTERM')).toBe(0);
    await start('--machines', '3', '--game-every-ms', '0');
    expect(await described()).toEqual(before);
  });

  it('refuses a second floor on the same data, in a line that names the port', async () => {
    await start('--machines', '1', '--game-every-ms', '0');
    const second = await start('--machines', '1');
    expect(second.ready).toBeNull();
    expect(second.child.exitCode).toBe(1);
    expect(second.errors).toMatch(/^demo floor: port \d+ of line 1 is taken on 127\.0\.0\.1.*\n$/);
  });

  it('refuses wrong options and a description that is none', async () => {
    expect((await start('--machines', '0')).errors).toContain('--machines must be from 1 to 500');
    await writeFile(join(dataDir, 'floor.json'), '{}');
    expect((await start()).errors).toContain('not the description of a floor');
  });

  it('answers polls on its lines', async () => {
    await start('--machines', '1', '--game-every-ms', '0');
    const socket = connect(Number(new URL((await described()).lines[0]?.url ?? '').port), '127.0.0.1');
    const heard = new Promise<number[]>((resolve) => socket.once('data', (chunk) => resolve([...chunk])));
    socket.write(encodeSymbols([...hostSymbols(Uint8Array.of(0x80)), ...hostSymbols(Uint8Array.of(0x81))]));
    expect(await heard).toEqual([0, 0x17]);
    socket.destroy();
  });
});

describe('its control interface', () => {
  it('does to a machine what people do, and shows its own books', async () => {
    const floor = await start('--machines', '2', '--game-every-ms', '0', '--play-without-host');
    expect((await press(floor, 'TH000002', { input: 'insert-bill', billCode: 4 })).status).toBe(200);
    expect((await press(floor, 'TH000002', { input: 'start-game', wager: 5, win: 9 })).status).toBe(200);
    expect((await press(floor, 'TH000002', { input: 'end-game' })).status).toBe(200);
    expect((await press(floor, 'TH000002', { input: 'open-door', door: 'slot' })).status).toBe(200);
    const answer = await fetch(`${controlOf(floor)}/machines/TH000002`);
    expect(await answer.json()).toMatchObject({
      serial: 'TH000002',
      openDoors: ['slot'],
      credits: 2004,
      denomination: 100,
      online: false,
      gameInProgress: null,
      waitingEvents: 5,
      totals: { coinIn: 5, coinOut: 9, jackpot: 0, gamesPlayed: 1, billsAccepted: 2000 },
    });
  });

  it('says what the machine refused, and what nobody understands', async () => {
    const floor = await start('--machines', '1', '--game-every-ms', '0');
    const refused = await press(floor, 'TH000001', { input: 'reset-handpay' });
    expect([refused.status, await refused.json()]).toEqual([409, { ok: false, refused: 'no-handpay-pending' }]);
    expect((await press(floor, 'TH000001', { input: 'kick' })).status).toBe(400);
    expect((await press(floor, 'TH999999', { input: 'end-game' })).status).toBe(404);
    expect((await fetch(`${controlOf(floor)}/reels`)).status).toBe(404);
  });

  it('is for programs of this host, not for a page that a name leads here', async () => {
    const floor = await start('--machines', '1', '--game-every-ms', '0');
    const headers = { host: 'machines.example' };
    const status = await new Promise((resolve) =>
      get(`${controlOf(floor)}/machines`, { headers }, (answer) => resolve(answer.resume().statusCode)),
    );
    expect(status).toBe(403);
  });

  it('starts and stops play', async () => {
    const floor = await start('--machines', '2', '--game-every-ms', '0', '--play-without-host');
    const played = async (): Promise<number> =>
      (await reports(floor)).reduce((games, { totals }) => games + totals.gamesPlayed, 0);
    const play = (gameEveryMs: number): Promise<Response> =>
      fetch(`${controlOf(floor)}/play`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ gameEveryMs }),
      });
    expect(await played()).toBe(0);
    expect((await play(200)).status).toBe(200);
    while ((await played()) === 0) await new Promise((resolve) => setImmediate(resolve));
    expect((await play(-1)).status).toBe(400);
  });
});

describe('a floor that is killed in the middle of play', () => {
  it('comes back with every meter where it was or further, and sound', async () => {
    const options = ['--machines', '4', '--game-every-ms', '200', '--play-without-host'];
    let before: MachineReport[] = [];
    for (let time = 0; time < 3; time += 1) {
      const floor = await start(...options);
      const games = (items: readonly MachineReport[]): number =>
        items.reduce((sum, { totals }) => sum + totals.gamesPlayed, 0);
      const reached = games(before) + 5;
      const after = await reports(floor);
      for (const [index, report] of after.entries()) {
        expect(brokenIdentities(report.meters)).toEqual([]);
        for (const total of ['coinIn', 'coinOut', 'jackpot', 'gamesPlayed', 'billsAccepted'] as const) {
          expect(report.totals[total]).toBeGreaterThanOrEqual(before[index]?.totals[total] ?? 0);
        }
      }
      for (before = after; games(before) < reached; before = await reports(floor));
      await end(floor, 'SIGKILL');
    }
  });
});
