import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FloorControl } from './floor-control.js';
import { freePort, killAll, runProgram, type RunningProgram } from './processes.js';

/** `DATA_DIR/demo.json`. */
export interface DemoFile {
  readonly url: string;
  readonly hallId: string;
  readonly clients: Readonly<
    Record<'integrator' | 'regulator' | 'gateway', { clientId: string; clientSecret: string }>
  >;
  readonly staff: Readonly<
    Record<'cashier' | 'manager' | 'regulator' | 'administrator', { login: string; password: string }>
  >;
}

export interface DemoOptions {
  readonly machines: number;
  /** Milliseconds between two games of a machine; 0: only what a test does. */
  readonly gameEveryMs: number;
}

/** `npm start` without installing and building: the whole platform with its demo hall. */
export interface Demo {
  readonly url: string;
  readonly demo: DemoFile;
  readonly floor: FloorControl;
  readonly dataDir: string;
  /** The launcher; a new one after {@link restart}. */
  readonly program: RunningProgram;
  /** `kill -9` of every process at once. */
  kill(): void;
  /** Starts again on the same data, after {@link kill} or an orderly stop. */
  restart(): Promise<void>;
  /** In order, and forgets the data. */
  stop(): Promise<void>;
}

const readyTimeoutMs = 60_000;

export async function startDemo(options: DemoOptions): Promise<Demo> {
  if (!existsSync('dist/apps/launcher/src/main.js'))
    throw new Error('The program is not built: run npm run build, or npm test.');
  const folder = await mkdtemp(join(tmpdir(), 'demo-'));
  const dataDir = join(folder, 'data');
  const env = { PORT: `${await freePort()}`, DATA_DIR: dataDir };
  const args = ['--machines', `${options.machines}`, '--game-every', `${options.gameEveryMs}`];
  const launch = async (): Promise<RunningProgram> => {
    const program = runProgram('launcher/src/main.js', args, env);
    await program.printed('Tallyhall is ready.', readyTimeoutMs);
    return program;
  };
  let program = await launch();
  const demo = JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')) as DemoFile;
  return {
    url: demo.url,
    demo,
    floor: FloorControl.of(dataDir),
    dataDir,
    get program() {
      return program;
    },
    kill: () => killAll(program.process.pid ?? 0),
    restart: async () => {
      program = await launch();
    },
    stop: async () => {
      await program.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
