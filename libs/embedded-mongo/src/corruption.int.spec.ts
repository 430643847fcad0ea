import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { compiledEngine } from './compiled.test-support.js';
import { checkPages } from './storage/page-check.js';

/** Bits changed one after the other; `npm run chaos:mongo` changes more. */
const FLIPS = Number(process.env['MONGO_FLIPS'] ?? 120);
const MS_A_FLIP = 2_000;
const run = promisify(execFile);

describe('a store that was damaged', () => {
  let directory: string;
  let flipper: string;
  let file: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'em-'));
    flipper = join(dirname(await compiledEngine(join(directory, 'engine'))), 'flip.js');
    file = join(directory, 'data.mdb');
    await writeFile(file, gunzipSync(await readFile(resolve('libs/embedded-mongo/src/golden/format-1.mdb.gz'))));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it.each(['closed', 'open'])(
    'is named or harmless after any bit of it changed while it was %s: nothing wrong is served, and no process dies of it',
    async (when) => {
      const seed = String(1 + Math.floor(Math.random() * 1_000_000));
      const work = join(directory, 'work');
      const { stdout } = await run(process.execPath, [flipper, file, work, String(FLIPS), seed, when]).catch(
        (error: unknown) => error as { stdout: string },
      );
      const lines = stdout.trim().split('\n');
      const outcomes = lines.filter((line) => !line.startsWith('flip ') && line !== 'done');
      const wrong = outcomes.filter((outcome) => outcome !== 'named' && outcome !== 'harmless');
      expect({ seed, wrong, last: lines.slice(-2) }).toEqual({ seed, wrong: [], last: [expect.any(String), 'done'] });
      expect(outcomes).toHaveLength(FLIPS);
      expect(outcomes).toContain('named');
    },
    60_000 + FLIPS * MS_A_FLIP,
  );

  it('is refused by the page where the file was cut short', async () => {
    await mkdir(join(directory, 'cut'), { recursive: true });
    const cut = join(directory, 'cut', 'data.mdb');
    await writeFile(cut, await readFile(file));
    expect(() => checkPages(cut)).not.toThrow();
    await truncate(cut, 20 * 4_096);
    expect(() => checkPages(cut)).toThrow(/data\.mdb is damaged: page 34 is missing: the file ends after 20 pages/);
  });
});
