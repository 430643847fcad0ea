import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

import { transformFile } from '@swc/core';

const root = process.cwd();
const needed = ['libs/kernel', 'libs/gateway-protocol', 'libs/sas', 'apps/demo-floor'];

/** Compiles what the demo floor needs into a folder of its own, so that a test can start, and kill, the real process. */
export async function buildFloor(folder: string): Promise<string> {
  for (const part of needed) {
    const sources = join(root, part, 'src');
    for (const file of await readdir(sources, { recursive: true })) {
      if (!file.endsWith('.ts') || /\.(spec|test-support)\.ts$/.test(file)) continue;
      const source = join(sources, file);
      const { code } = await transformFile(source, {
        jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' },
        module: { type: 'es6' },
      });
      const target = join(folder, relative(root, source)).replace(/\.ts$/, '.js');
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, code);
    }
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const manifest = { type: 'module', imports: { '#*': './libs/*/src/index.js' } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  return join(folder, 'apps/demo-floor/src/main.js');
}

export interface Ready {
  readonly ready: boolean;
  readonly floor: string;
  readonly control: string;
  readonly lines: number;
  readonly machines: number;
}

/** One run of the process: what it said when it was ready, or why it stopped before. */
export interface Run {
  readonly child: ChildProcess;
  readonly ready: Ready | null;
  readonly errors: string;
}

export async function run(main: string, ...options: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, [main, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { said: '', errors: '' };
  child.stderr.on('data', (chunk) => (output.errors += String(chunk)));
  const ended = once(child, 'close');
  const ready = new Promise<Ready>((resolve) => {
    child.stdout.on('data', (chunk) => {
      output.said += String(chunk);
      if (output.said.includes('\n')) resolve(JSON.parse(output.said) as Ready);
    });
  });
  const answer = await Promise.race([ready, ended.then(() => null)]);
  return { child, ready: answer, errors: output.errors };
}

/** @returns the exit code, null when the signal ended it */
export async function end({ child }: Run, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const closed = once(child, 'close');
  child.kill(signal);
  const [code] = (await closed) as [number | null];
  return code;
}
