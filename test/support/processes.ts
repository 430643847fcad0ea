import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A built program, run as a stranger would run it. */
export interface RunningProgram {
  readonly process: ChildProcess;
  /** What it printed so far. */
  output(): string;
  /** Resolves when the output contains the text; fails with the output when the program ends before, or in time. */
  printed(text: string, timeoutMs: number): Promise<void>;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>;
}

/** @param module under `dist/apps` */
export function runProgram(
  module: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): RunningProgram {
  const child = spawn(process.execPath, ['--enable-source-maps', `dist/apps/${module}`, ...args], {
    cwd: repository,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  let exited = false;
  void ended.then(() => (exited = true));
  return {
    process: child,
    output: () => output,
    printed: async (text, timeoutMs) => {
      await until(
        () => exited || output.includes(text),
        timeoutMs,
        () => `'${text}' was not printed:\n${output}`,
      );
      if (!output.includes(text)) throw new Error(`${module} ended before '${text}' was printed:\n${output}`);
    },
    stop: async () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Waits until something holds. @throws {Error} it did not in time */
export async function until(
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 30_000,
  otherwise: () => string = () => 'it did not come about in time',
): Promise<void> {
  const pollMs = 50;
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await pause(pollMs)) if (await holds()) return;
  throw new Error(otherwise());
}

/** Below the ports that systems give to outgoing connections, one of which could take a port that is free now. */
const firstPort = 20_000;
const lastPort = 29_999;

/** A port of this host that nothing listens on, and that no connection will take before somebody listens. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(firstPort, lastPort + 1);
    if (await canListen(port)) return port;
  }
  throw new Error('no port is free');
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  const listening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (listening) await new Promise((resolve) => server.close(resolve));
  return listening;
}

/** Every process below one, the deepest first. */
export function descendants(pid: number): number[] {
  const listed = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' });
  const parents = listed
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    parents.filter(([, of]) => of === parent).flatMap(([child = 0]) => [...below(child), child]);
  return below(pid);
}

/** `kill -9` of a process and everything below it, at once. */
export function killAll(pid: number): void {
  for (const each of [pid, ...descendants(pid)]) {
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // It was gone already.
    }
  }
}

/** The command line of a process; empty when it is gone. */
export function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', `${pid}`], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
