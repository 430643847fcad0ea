/** The engine in a process of its own, as it is run: compiled once, started, killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { transformFile } from '@swc/core';

const root = join(import.meta.dirname, '../../..');
const sources = ['libs/embedded-eventstore/src', 'apps/embedded-eventstore/src'];

/** Compiles the engine and its command into `directory`; answers the path of the command. */
export const compileEngine = async (directory: string): Promise<string> => {
  await mkdir(directory, { recursive: true });
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
  await writeFile(join(directory, 'package.json'), '{"type":"module","imports":{"#*":"./libs/*/src/index.js"}}');
  for (const source of sources) {
    for (const file of await readdir(join(root, source), { recursive: true, withFileTypes: true })) {
      if (!file.isFile() || !file.name.endsWith('.ts') || /(spec|test-support)\.ts$/.test(file.name)) continue;
      await compile(join(file.parentPath, file.name), directory);
    }
  }
  return join(directory, 'apps/embedded-eventstore/src/main.js');
};

const compile = async (path: string, directory: string): Promise<void> => {
  const { code } = await transformFile(path, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'es6' },
  });
  const target = join(directory, relative(root, path)).replace(/\.ts$/, '.js');
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, code);
};

export interface ChildEngine {
  readonly process: ChildProcess;
  /** From its line `listening on …`. */
  readonly address: string;
  /** Sends a signal and waits for the end; answers the exit code, or the signal. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | string | null>;
}

/** Runs the command with these arguments; answers everything it printed when it ends by itself. */
export const runCommand = async (
  command: string,
  ...args: string[]
): Promise<{ code: number | null; output: string }> => {
  const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collectOutput(child);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: output() };
};

/** Starts the engine on a free port and waits for its line. */
export const startChild = async (command: string, dataDir: string): Promise<ChildEngine> => {
  const child = spawn(process.execPath, [command, '--port', '0', '--data', dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collectOutput(child);
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const match = /listening on (\S+)\n/.exec(output());
      if (match?.[1] !== undefined) resolve(match[1]);
    });
    child.once('close', () => reject(new Error(`the engine did not start: ${output()}`)));
  });
  return { process: child, address, end: (signal) => endChild(child, signal) };
};

const endChild = async (child: ChildProcess, signal: NodeJS.Signals): Promise<number | string | null> => {
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  child.kill(signal);
  const [code, endedBy] = await ended;
  return code ?? endedBy;
};

const collectOutput = (child: ChildProcess): (() => string) => {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text: Buffer) => {
      output += text.toString();
    });
  }
  return () => output;
};
