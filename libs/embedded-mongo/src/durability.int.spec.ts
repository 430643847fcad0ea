import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Collection } from 'mongodb';
import { MongoClient } from 'mongodb';
import { compiledEngine } from './compiled.test-support.js';

/** `npm run chaos:mongo` kills a hundred times. */
const KILLS = Number(process.env['MONGO_KILLS'] ?? 4);
const MS_A_LIFE = 20_000;
const WRITERS = 8;
/** Batches acknowledged in one life before the process is killed. */
const BATCHES_IN_A_LIFE = 40;
const BATCH = 25;

interface Wallet {
  readonly _id: string;
  readonly writer: number;
  readonly position: number;
  readonly tags: readonly string[];
}

describe('an engine that is killed', () => {
  let directory: string;
  let program: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'em-'));
    program = await compiledEngine(join(directory, 'engine'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  async function started(dataDir: string): Promise<{ child: ChildProcess; client: MongoClient }> {
    const socketPath = join(directory, 'mongo.sock');
    const child = spawn(process.execPath, [program, dataDir, socketPath], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [first] = (await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data')])) as [Buffer];
    expect(first.toString()).toMatch(/^listening on /);
    const uri = `mongodb://${encodeURIComponent(socketPath)}/?directConnection=true`;
    return { child, client: new MongoClient(uri, { serverSelectionTimeoutMS: 5_000, maxPoolSize: WRITERS }) };
  }

  /** Moves each wallet of a writer on by one position, in batches, until the connection breaks. */
  async function write(
    wallets: Collection<Wallet>,
    writer: number,
    position: number,
    acknowledge: () => void,
  ): Promise<number> {
    for (let next = position + 1; ; next += 1) {
      try {
        await wallets.bulkWrite(
          Array.from({ length: BATCH }, (_, index) => ({
            updateOne: {
              filter: { _id: `${writer}-${index}` },
              update: { $set: { writer, position: next, tags: [`t${next}`, `u${next % 3}`] } },
              upsert: true,
            },
          })),
          { ordered: false },
        );
      } catch {
        return next - 1;
      }
      acknowledge();
    }
  }

  const kills = async (): Promise<void> => {
    const dataDir = join(directory, 'data');
    const reached = new Array<number>(WRITERS).fill(0);
    for (let life = 0; life <= KILLS; life += 1) {
      const { child, client } = await started(dataDir);
      const database = client.db('test');
      const wallets = database.collection<Wallet>('wallets');
      await wallets.createIndex({ position: 1, writer: 1 });
      await wallets.createIndex({ tags: 1 });
      for (const [writer, position] of reached.entries()) {
        const stored = await wallets.find({ writer }).toArray();
        const least = Math.min(...stored.map((wallet) => wallet.position));
        if (position > 0) expect([writer, stored.length, least >= position]).toEqual([writer, BATCH, true]);
        reached[writer] = Math.max(position, position > 0 ? least : 0);
      }
      expect(await database.command({ validate: 'wallets' })).toMatchObject({ valid: true, errors: [] });
      if (life < KILLS) {
        let acknowledged = 0;
        const writing = reached.map((position, writer) =>
          write(wallets, writer, position, () => {
            acknowledged += 1;
            if (acknowledged === BATCHES_IN_A_LIFE) child.kill('SIGKILL');
          }),
        );
        for (const [writer, position] of (await Promise.all(writing)).entries()) reached[writer] = position;
        expect(child.signalCode ?? (await once(child, 'exit'))[1]).toBe('SIGKILL');
      } else {
        child.kill('SIGTERM');
        expect((await once(child, 'exit'))[0]).toBe(0);
      }
      await client.close();
    }
    expect(Math.min(...reached)).toBeGreaterThan(0);
  };
  it(
    `loses nothing that it acknowledged, ${KILLS} times over, and its indexes agree`,
    kills,
    60_000 + KILLS * MS_A_LIFE,
  );

  it('refuses the directory to a second process in one line', async () => {
    const dataDir = join(directory, 'data');
    const { child, client } = await started(dataDir);
    const second = spawn(process.execPath, [program, dataDir, join(directory, 'second.sock')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [[line], [code]] = (await Promise.all([once(second.stderr, 'data'), once(second, 'exit')])) as [
      [Buffer],
      [number],
    ];
    expect([line.toString(), code]).toEqual([`${dataDir} is in use by another server\n`, 1]);
    await client.close();
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
});
