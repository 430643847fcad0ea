import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { runProgram } from '../support/processes.js';

const readyTimeoutMs = 30_000;

/** The bare route, with an event store of its own of the same kind, so that neither reads what the other wrote. */
export interface BareAppend {
  readonly url: string;
  /** Of the route's process. */
  readonly pid: number;
  /** Of the event store's process. */
  readonly enginePid: number;
  stop(): Promise<void>;
}

export async function startBareAppend(): Promise<BareAppend> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-bare-'));
  const engine = runProgram('embedded-eventstore/src/main.js', ['--data', folder, '--port', '0'], {});
  await engine.printed('listening on', readyTimeoutMs);
  const address = /listening on (\S+)/.exec(engine.output())?.[1] ?? '';
  const server = fork(
    fileURLToPath(new URL('./bare-append-server.ts', import.meta.url)),
    [`esdb://${address}?tls=false`],
    {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  );
  return {
    url: await addressOf(server),
    pid: server.pid ?? 0,
    enginePid: engine.process.pid ?? 0,
    stop: async () => {
      server.kill('SIGTERM');
      await engine.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    server.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const address = /listening on (\S+)/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    });
    server.once('exit', () => reject(new Error(`the bare route did not start:\n${output}`)));
  });
}
