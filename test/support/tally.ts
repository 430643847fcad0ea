import { spawn } from 'node:child_process';

import type { Demo } from './demo.js';

const program = 'dist/apps/tally/src/main.js';

/** How a command line of `tally` ended. */
export interface TallyRun {
  readonly exit: number;
  readonly out: string;
  readonly error: string;
}

/** `npx tally …` on a demo's data, without a terminal. */
export function runTally({ dataDir }: Pick<Demo, 'dataDir'>, ...args: string[]): Promise<TallyRun> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, DATA_DIR: dataDir, MASTER_KEY: '', EVENTSTORE_URL: undefined, MONGODB_URL: undefined },
  });
  let [out, error] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
  return new Promise((resolve) => child.on('close', (exit) => resolve({ exit: exit ?? -1, out, error })));
}
