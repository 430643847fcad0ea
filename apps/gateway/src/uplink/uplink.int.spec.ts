import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CommandFeed } from '../commands/command-feed.js';
import { Journal } from '../journal/journal.js';
import type { Log } from '../log.js';
import { until } from '../until.test-support.js';
import { FakePlatform } from './fake-platform.test-support.js';
import { PlatformClient } from './platform-client.js';
import { PlatformConnection } from './platform-connection.js';
import { Uplink } from './uplink.js';

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

let directory: string;
let platform: FakePlatform;
let journal: Journal;
let client: PlatformClient;
let stopping: AbortController;
let running: Promise<unknown>;
let uplink: Uplink | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tallyhall-uplink-'));
  platform = await FakePlatform.start();
  const settings = { url: platform.url, gatewayId: 'gateway-1', clientId: 'id', clientSecret: 'secret' };
  client = new PlatformClient(settings, new PlatformConnection({}, silent));
  uplink = undefined;
  const events = { durable: () => uplink?.notify() };
  journal = await Journal.open({ directory, gatewayId: 'gateway-1', segmentBytes: 2000, events });
  stopping = new AbortController();
  running = Promise.resolve();
});

afterEach(async () => {
  stopping.abort();
  await running;
  await journal.close();
  await client.close();
  await platform.stop();
  await rm(directory, { recursive: true });
});

async function heard(machineId: string, count: number): Promise<void> {
  const facts = [{ at: '2026-01-15T13:30:00.000Z', body: { kind: 'door-opened' as const, door: 'slot' as const } }];
  const entry = { kind: 'machine' as const, machineId, facts, memory: null };
  await Promise.all(Array.from({ length: count }, () => journal.append(entry)));
}

function start(): void {
  uplink = new Uplink(journal, client, ['m1', 'm2'], silent);
  running = uplink.run(stopping.signal);
}

async function restart(): Promise<void> {
  stopping.abort();
  await running;
  stopping = new AbortController();
  start();
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const platformHas = (machineId: string, count: number): Promise<void> =>
  until(`the platform has ${count} facts of ${machineId}`, () => platform.of(machineId).length >= count);

describe('the uplink', () => {
  it('hands over what waited and what comes, in order and once', async () => {
    await heard('m1', 1200);
    start();
    await platformHas('m1', 1200);
    await heard('m2', 3);
    await platformHas('m2', 3);
    expect(platform.sequences('m1')).toEqual(upTo(1200));
    expect(platform.sequences('m2')).toEqual(upTo(3));
    expect(platform.tokens).toBe(1);
  });

  it('deletes segments that the platform has', async () => {
    for (let round = 0; round < 10; round += 1) await heard('m1', 20);
    expect((await readdir(directory)).length).toBeGreaterThan(5);
    start();
    await platformHas('m1', 200);
    await until('one segment is left', () => journal.start.segment === journal.end.segment);
  });

  it('does not send again what the platform has, after its own restart', async () => {
    await heard('m1', 5);
    start();
    await platformHas('m1', 5);
    await restart();
    await heard('m1', 2);
    await platformHas('m1', 7);
    expect(platform.sequences('m1')).toEqual(upTo(7));
  });

  it('sends again when an answer was lost, and the platform skips what it has', async () => {
    start();
    await heard('m1', 5);
    await platformHas('m1', 5);
    platform.losesAnswers = 2;
    await heard('m1', 5);
    await platformHas('m1', 10);
    await until('the lost answers were made up for', () => platform.losesAnswers === 0);
    await heard('m1', 1);
    await platformHas('m1', 11);
    expect(platform.sequences('m1')).toEqual(upTo(11));
  });

  it('goes on by itself when the platform comes back', async () => {
    platform.away = true;
    start();
    await heard('m1', 4);
    platform.away = false;
    await platformHas('m1', 4);
    expect(platform.sequences('m1')).toEqual(upTo(4));
  });

  it('renews its token when it is not taken any more', async () => {
    start();
    await heard('m1', 1);
    await platformHas('m1', 1);
    platform.expireToken();
    await heard('m1', 1);
    await platformHas('m1', 2);
    expect(platform.tokens).toBe(2);
  });

  it('leaves a refused machine behind without holding the others, and takes it up again', async () => {
    platform.refusing.set('m1', 'machine_unknown');
    await heard('m1', 3);
    await heard('m2', 3);
    start();
    await platformHas('m2', 3);
    expect(platform.of('m1')).toEqual([]);
    platform.refusing.clear();
    await platformHas('m1', 3);
    await heard('m1', 2);
    await platformHas('m1', 5);
    expect(platform.sequences('m1')).toEqual(upTo(5));
  });

  it('takes a waiting machine up again also when the clock was set back meanwhile', async () => {
    const { now } = Date;
    try {
      platform.refusing.set('m1', 'machine_unknown');
      await heard('m1', 1);
      await heard('m2', 1);
      start();
      await platformHas('m2', 1);
      Date.now = () => now() - 86_400_000;
      platform.refusing.clear();
      await platformHas('m1', 1);
    } finally {
      Date.now = now;
    }
  });

  it('finds the machine that spoils a batch', async () => {
    platform.poison.add('m1');
    await heard('m1', 2);
    await heard('m2', 2);
    start();
    await platformHas('m2', 2);
    platform.poison.clear();
    await platformHas('m1', 2);
    expect(platform.sequences('m1')).toEqual(upTo(2));
  });

  it('goes back when the platform wants older facts that are still here', async () => {
    start();
    await heard('m1', 6);
    await platformHas('m1', 6);
    platform.forget('m1', 3);
    await heard('m1', 1);
    await until('the platform has all again', () => platform.sequences('m1').at(-1) === 7);
    expect(platform.sequences('m1')).toEqual(upTo(7));
  });

  it('declares lost what the platform wants and the journal has not', async () => {
    for (let round = 0; round < 10; round += 1) await heard('m1', 20);
    start();
    await platformHas('m1', 200);
    await until('one segment is left', () => journal.start.segment === journal.end.segment);
    const oldest = journal.oldest('m1');
    platform.forget('m1', 11);
    await restart();
    await heard('m1', 1);
    await until('the platform is where the journal is', () => platform.sequences('m1').at(-1) === 201);
    expect(platform.of('m1')[10]).toMatchObject({ sequence: 11, body: { kind: 'facts-lost', to: oldest - 1 } });
  });

  it('numbers on from where the platform is, when the journal lost its end', async () => {
    platform.forget('m1', 50);
    start();
    await until('the journal knows', () => journal.state.machines.m1?.next === 50);
    await heard('m1', 1);
    await platformHas('m1', 1);
    expect(platform.sequences('m1')).toEqual([50]);
  });
});

describe('commands', () => {
  const id = 'a7f1c3ce-5a52-4f2f-8a53-0f9d1f3c9b10';
  const command = { id, machineId: 'm1', kind: 'lock-play' as const, deadline: '2026-01-15T13:30:30.000Z' };

  function feed(delivered: string[]): void {
    const deliver = ({ id: commandId }: { id: string }): void => {
      const onDisk = journal.state.commands.unsettled.map((unsettled) => unsettled.id);
      if (onDisk.includes(commandId)) delivered.push(commandId);
    };
    running = new CommandFeed(journal, client, new Set(['m1']), deliver, silent).run(stopping.signal);
  }

  it('are delivered once they are on disk, and the same id once', async () => {
    const delivered: string[] = [];
    platform.commands.push(command, command);
    feed(delivered);
    await until('it is delivered', () => delivered.length > 0);
    platform.commands.push(command, { ...command, id: 'b7f1c3ce-5a52-4f2f-8a53-0f9d1f3c9b10' });
    await until('the next is delivered', () => delivered.length > 1);
    expect(delivered).toEqual([id, 'b7f1c3ce-5a52-4f2f-8a53-0f9d1f3c9b10']);
    expect(journal.state.commands.cursor).toBe('4');
  });

  it('of another gateway’s machine are left alone', async () => {
    const delivered: string[] = [];
    platform.commands.push({ ...command, machineId: 'm9' }, command);
    feed(delivered);
    await until('ours is delivered', () => delivered.length > 0);
    expect(delivered).toEqual([id]);
  });

  it('that are not settled are delivered again after a restart', async () => {
    await journal.append({ kind: 'commands', cursor: '1', commands: [command] });
    const delivered: string[] = [];
    feed(delivered);
    await until('it is delivered', () => delivered.length > 0);
    expect(delivered).toEqual([id]);
  });
});
