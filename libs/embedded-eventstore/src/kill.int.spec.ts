import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compileEngine, runCommand, startChild } from './child-engine.test-support.js';
import { temporaryDirectory } from './testing.test-support.js';

const kills = 4;
const writers = 16;
const acknowledgedBeforeKill = 300;

let directory: { path: string; remove: () => Promise<void> };
let command: string;
beforeAll(async () => {
  directory = await temporaryDirectory();
  command = await compileEngine(join(directory.path, 'engine'));
});
afterAll(() => directory.remove());

const connect = (address: string) => new EventStoreDBClient({ endpoint: address }, { insecure: true });

/** Appends pairs of numbered events to a stream until the server is gone; answers how many were acknowledged. */
const writeUntilKilled = async (
  client: EventStoreDBClient,
  stream: string,
  first: number,
  onAcknowledged: () => void,
): Promise<number> => {
  for (let number = first; ; number += 2) {
    const pair = [number, number + 1].map((n) => jsonEvent({ type: 'numbered', data: { n } }));
    try {
      await client.appendToStream(stream, pair, { expectedRevision: number === 0 ? 'no_stream' : BigInt(number - 1) });
    } catch {
      return number;
    }
    onAcknowledged();
  }
};

const numbersIn = async (client: EventStoreDBClient, stream: string): Promise<number[]> => {
  const numbers: number[] = [];
  for await (const { event } of client.readStream(stream)) numbers.push((event?.data as { n: number }).n);
  return numbers;
};

describe('an engine killed under load', () => {
  it('has lost nothing it acknowledged, and nothing in half', async () => {
    const dataDir = join(directory.path, 'killed');
    const streams = Array.from({ length: writers }, (_, writer) => `writer-${writer}`);
    let stored = streams.map(() => 0);
    for (let round = 0; round < kills; round += 1) {
      const engine = await startChild(command, dataDir);
      const client = connect(engine.address);
      let acknowledged = 0;
      let reached = (): void => undefined;
      const enough = new Promise<void>((resolve) => {
        reached = resolve;
      });
      const writing = streams.map((stream, writer) =>
        writeUntilKilled(client, stream, stored[writer] ?? 0, () => {
          acknowledged += 1;
          if (acknowledged === acknowledgedBeforeKill) reached();
        }),
      );
      await enough;
      expect(await engine.end('SIGKILL')).toBe('SIGKILL');
      const acknowledgedCounts = await Promise.all(writing);
      await client.dispose();

      const again = await startChild(command, dataDir);
      const reader = connect(again.address);
      const found = await Promise.all(streams.map((stream) => numbersIn(reader, stream)));
      for (const [writer, numbers] of found.entries()) {
        expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, n) => n));
        expect(numbers.length % 2).toBe(0);
        expect(numbers.length).toBeGreaterThanOrEqual(acknowledgedCounts[writer] ?? 0);
      }
      const positions: bigint[] = [];
      for await (const { event } of reader.readAll()) positions.push(event?.position.commit ?? -1n);
      expect(positions).toHaveLength(found.flat().length);
      stored = found.map(({ length }) => length);
      await reader.dispose();
      expect(await again.end('SIGTERM')).toBe(0);
    }
  });
});

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
