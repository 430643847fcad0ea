import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MongoClient } from 'mongodb';
import { compiledEngine } from './compiled.test-support.js';

/** The shell counts a file's greatest size in blocks of 512 bytes: 4 MiB, after which every write fails as on a full disk. */
const FILE_LIMIT_BLOCKS = 8_192;
const PADDING = 'x'.repeat(20_000);

/** Writes blocks of 1 MiB of a sort until there is no room. */
const SORT = `
import { Scratch } from './storage/scratch.js';
const scratch = new Scratch(process.argv[2]);
for (let blocks = 0; ; blocks += 1) {
  const refusal = await scratch.append(Buffer.alloc(1024 * 1024)).catch((error) => error);
  if (refusal === undefined) continue;
  console.log(blocks + ' blocks, then ' + refusal.codeName);
  break;
}
await scratch.close();
`;

interface Thing {
  readonly _id: number;
  readonly padding: string;
}

describe('an engine on a disk that is full', () => {
  let directory: string;
  let program: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'em-'));
    program = await compiledEngine(join(directory, 'engine'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  async function started(limit: string): Promise<{ child: ChildProcess; client: MongoClient }> {
    const socketPath = join(directory, 'mongo.sock');
    const command = `ulimit -f ${limit}; exec "$0" "$1" "$2" "$3"`;
    const child = spawn('/bin/sh', ['-c', command, process.execPath, program, join(directory, 'data'), socketPath], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    const uri = `mongodb://${encodeURIComponent(socketPath)}/?directConnection=true`;
    return { child, client: new MongoClient(uri, { serverSelectionTimeoutMS: 5_000 }) };
  }

  it('refuses a sort that memory does not hold, and leaves nothing of it behind', async () => {
    const sort = join(directory, 'engine', 'sort.js');
    const dataDir = join(directory, 'sorting');
    await writeFile(sort, SORT);
    const command = `ulimit -f ${FILE_LIMIT_BLOCKS}; exec "$0" "$1" "$2"`;
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command, process.execPath, sort, dataDir]);
    expect(stdout).toBe('4 blocks, then OutOfDiskSpace\n');
    expect(await readdir(join(dataDir, 'scratch'))).toEqual([]);
  });

  it('refuses writes, goes on reading, and loses nothing that it acknowledged', async () => {
    const full = await started(String(FILE_LIMIT_BLOCKS));
    const things = full.client.db('test').collection<Thing>('things');
    let stored = 0;
    let refusal: unknown;
    while (refusal === undefined) {
      try {
        await things.insertOne({ _id: stored, padding: PADDING });
        stored += 1;
      } catch (error) {
        refusal = error;
      }
    }
    expect(refusal).toMatchObject({ code: 14_031, codeName: 'OutOfDiskSpace' });
    expect(stored).toBeGreaterThan(10);
    await expect(things.insertOne({ _id: -1, padding: PADDING })).rejects.toMatchObject({ code: 14_031 });
    expect([await things.countDocuments(), await things.estimatedDocumentCount()]).toEqual([stored, stored]);
    expect(await full.client.db('test').command({ validate: 'things' })).toMatchObject({ valid: true });
    await full.client.close();
    full.child.kill('SIGKILL');
    await once(full.child, 'exit');

    const roomy = await started('unlimited');
    const again = roomy.client.db('test').collection<Thing>('things');
    expect(await again.countDocuments()).toBe(stored);
    await again.insertOne({ _id: stored, padding: PADDING });
    expect(await roomy.client.db('test').command({ validate: 'things' })).toMatchObject({ valid: true });
    await roomy.client.close();
    roomy.child.kill('SIGTERM');
    expect((await once(roomy.child, 'exit'))[0]).toBe(0);
  });
});
