import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compileEngine, runCommand, startChild } from './child-engine.test-support.js';
import { temporaryDirectory } from './testing.test-support.js';

let directory: { path: string; remove: () => Promise<void> };
let command: string;
beforeAll(async () => {
  directory = await temporaryDirectory();
  command = await compileEngine(join(directory.path, 'engine'));
});
afterAll(() => directory.remove());

const connect = (address: string) => new EventStoreDBClient({ endpoint: address }, { insecure: true });

describe('the command', () => {
  it('refuses a second server on the same directory, and starts after the first was killed', async () => {
    const dataDir = join(directory.path, 'shared');
    const first = await startChild(command, dataDir);
    const { code, output } = await runCommand(command, '--port', '0', '--data', dataDir);
    expect(code).toBe(1);
    expect(output).toBe(`another event store is running on the data directory ${dataDir}\n`);
    await first.end('SIGKILL');
    const second = await startChild(command, dataDir);
    expect(second.address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(await second.end('SIGTERM')).toBe(0);
  });

  it('stops with subscriptions and calls open', async () => {
    const engine = await startChild(command, join(directory.path, 'open'));
    const client = connect(engine.address);
    const subscription = client.subscribeToAll();
    const error = new Promise<Error>((resolve) => {
      subscription.once('error', resolve);
    });
    subscription.resume();
    await client.appendToStream('s', jsonEvent({ type: 't', data: {} }));
    expect(await engine.end('SIGTERM')).toBe(0);
    expect(await error).toMatchObject({ type: 'unavailable' });
    await client.dispose();
  });

  it.each([[[]], [['--port', 'x', '--data', 'd']], [['--nonsense']]])(
    'refuses the arguments %p in one line',
    async (args) => {
      const { code, output } = await runCommand(command, ...args);
      expect(code).toBe(1);
      expect(output.trim().split('\n')).toHaveLength(1);
    },
  );
});
