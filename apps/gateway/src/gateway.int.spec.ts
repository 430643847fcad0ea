import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Fact } from '#gateway-protocol';
import { meter, newMachine, reading, serveLine, standardProfile, type DurableMachine, type ServedLine } from '#sas';

import { FakePlatform } from './uplink/fake-platform.test-support.js';
import { until } from './until.test-support.js';

/** The built program: `npm test` and `npm run build` make it. */
const program = 'dist/apps/gateway/src/main.js';
const machineCount = 3;

let directory: string;
let platform: FakePlatform;
let line: ServedLine;
let gateway: ChildProcess | null;
let said: string;

const machineIds = Array.from({ length: machineCount }, (_, index) => `m${index + 1}`);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tallyhall-gateway-'));
  platform = await FakePlatform.start();
  const profile = { ...standardProfile, gameLastsMs: 60_000, handpayLimit: 1_000_000, playsWithoutHost: true };
  line = await serveLine({
    folder: join(directory, 'machines'),
    host: '127.0.0.1',
    port: 0,
    machines: machineIds.map((_, index) =>
      newMachine({ address: index + 1, serial: `S${index + 1}`, profile, seed: index + 1 }),
    ),
    now: () => Date.now(),
    failed: (error) => {
      throw error;
    },
  });
  gateway = null;
  said = '';
});

afterEach(async () => {
  await stop('SIGKILL');
  await line.close();
  await platform.stop();
  await rm(directory, { recursive: true });
});

async function writeConfig(change: object = {}): Promise<string> {
  const file = join(directory, 'gateway.json');
  const config = {
    gatewayId: 'gateway-1',
    hallId: 'hall-1',
    platform: { url: platform.url, clientId: 'id', clientSecret: 'secret' },
    dataDir: join(directory, 'data'),
    pollEveryMs: 60,
    lines: [
      {
        url: `tcp://127.0.0.1:${line.port}`,
        machines: machineIds.map((machineId, index) => ({ machineId, address: index + 1 })),
      },
    ],
    ...change,
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}

function start(file: string): ChildProcess {
  const child = spawn(process.execPath, [program, '--config', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  gateway = child;
  return child;
}

async function stop(signal: NodeJS.Signals): Promise<number | null> {
  const child = gateway;
  gateway = null;
  if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
  return child.exitCode;
}

function machine(index: number): DurableMachine {
  const found = line.machines[index];
  if (!found) throw new RangeError(`no machine ${index}`);
  return found;
}

const kindsOf = (machineId: string): string[] => platform.of(machineId).map(({ body }) => body.kind);
const cameUp = (): Promise<void> =>
  until('every machine’s meters are known', () => machineIds.every((id) => kindsOf(id).includes('meters-read')));

const wagersOf = (facts: readonly Fact[]): number =>
  facts.reduce((total, { body }) => total + (body.kind === 'game-played' ? body.wager : 0), 0);

describe('the gateway as a process', () => {
  it('polls, journals, hands over, carries out a command, and stops in order', async () => {
    start(await writeConfig());
    await cameUp();
    expect(said).toContain('"msg":"gateway ready"');
    await machine(0).apply({ input: 'open-door', door: 'slot' });
    await until('the door is a fact', () => kindsOf('m1').includes('door-opened'));
    const id = 'a7f1c3ce-5a52-4f2f-8a53-0f9d1f3c9b10';
    const deadline = new Date(Date.now() + 30_000).toISOString();
    platform.commands.push({ id, machineId: 'm2', kind: 'lock-play', deadline });
    await until('the command is settled', () => kindsOf('m2').includes('command-settled'));
    expect(machine(1).state.books.playLocked).toBe(true);
    expect(await stop('SIGTERM')).toBe(0);
    expect(said).toContain('"msg":"gateway stopped"');
  });

  it('loses no game and makes none twice, killed in the middle of play', async () => {
    const file = await writeConfig();
    start(file);
    await cameUp();
    for (const each of line.machines)
      expect(await each.apply({ input: 'insert-bill', billCode: 4 })).toEqual({ ok: true });
    let games = 0;
    for (let kill = 0; kill < 6; kill += 1) {
      for (let game = 0; game < 4; game += 1) {
        await Promise.all(line.machines.map((each) => played(each)));
        games += 1;
      }
      // In the middle of the telling; what waits in a machine stays below its queue of 20.
      await until('some of it is told', () => machineIds.every((id) => kindsOf(id).filter(isGame).length > games - 4));
      await stop('SIGKILL');
      start(file);
    }
    await until('all games are told', () => machineIds.every((id) => kindsOf(id).filter(isGame).length >= games));
    for (const [index, machineId] of machineIds.entries()) {
      const facts = platform.of(machineId);
      expect(kindsOf(machineId).filter(isGame)).toHaveLength(games);
      expect(wagersOf(facts)).toBe(reading(machine(index).state.books.meters, meter.coinIn));
      expect(platform.sequences(machineId)).toEqual(facts.map((_, at) => at + 1));
      expect(kindsOf(machineId)).not.toContain('meters-disagree');
    }
  });

  it.each([
    [
      'two machines at one address',
      { lines: [{ url: 'tcp://h:1', machines: twice('m1', 'm2') }] },
      'address 1 of this line',
    ],
    [
      'a device that is not there',
      { lines: [{ url: 'serial:/dev/nowhere', machines: twice('m1') }] },
      'lines.0.url: there is no device /dev/nowhere',
    ],
  ])('is refused with %s', async (_, change, line) => {
    const child = start(await writeConfig(change));
    await once(child, 'exit');
    expect(child.exitCode).toBe(1);
    expect(said).toContain(line);
  });

  it('is refused a journal that another process holds', async () => {
    const file = await writeConfig();
    start(file);
    await cameUp();
    const first = gateway;
    const second = start(file);
    await once(second, 'exit');
    gateway = first;
    expect(said).toContain('is in use by another gateway');
  });
});

function twice(...ids: readonly string[]): { machineId: string; address: number }[] {
  return ids.map((machineId) => ({ machineId, address: 1 }));
}

const isGame = (kind: string): boolean => kind.startsWith('game-');

/** One whole game. */
async function played(each: DurableMachine): Promise<void> {
  expect(await each.apply({ input: 'start-game', wager: 3 })).toEqual({ ok: true });
  expect(await each.apply({ input: 'end-game' })).toEqual({ ok: true });
}
