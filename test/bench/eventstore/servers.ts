import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { credentials } from '@grpc/grpc-js';
import { EventStoreDBClient } from '@eventstore/db-client';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { processorMs } from '../process-usage.js';

/** A server in a process of its own, and connections to it. */
export interface BenchServer {
  readonly pid: number;
  readonly client: EventStoreDBClient;
  readonly raw: InstanceType<typeof streamsService.StreamsClient>;
  /** From the start of the process to the line that says it listens, milliseconds. */
  readonly bootMs: number;
  stop(): Promise<void>;
}

/** The engine as it is run alone, on a data directory. */
export const startEngine = (dataDir: string): Promise<BenchServer> =>
  start(['dist/apps/embedded-eventstore/src/main.js', '--port', '0', '--data', dataDir]);

/** The bare server; a subscription to it ends after so many events. */
export const startBare = (subscriptionEvents: number): Promise<BenchServer> => {
  const script = fileURLToPath(new URL('./bare-server.ts', import.meta.url));
  return start(['--import', './scripts/typescript.mjs', script, String(subscriptionEvents)]);
};

const start = async (args: readonly string[]): Promise<BenchServer> => {
  const startedMs = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const address = await addressOf(child);
  const bootMs = performance.now() - startedMs;
  const client = new EventStoreDBClient({ endpoint: address }, { insecure: true });
  const raw = new streamsService.StreamsClient(address, credentials.createInsecure());
  const stop = async (): Promise<void> => {
    // It waits for ever for a read that was broken off and whose end nobody reads: the calls end with the server.
    void client.dispose();
    raw.close();
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  return { pid: child.pid ?? 0, client, raw, bootMs, stop };
};

const addressOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const address = /listening on (\S+)/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once('exit', () => reject(new Error(`the server did not start:\n${output}`)));
  });

/** Processor time that a server uses while `work` is done, microseconds for each of what `work` counts. */
export const processorUsEach = async (
  server: BenchServer,
  work: () => Promise<number>,
): Promise<{ count: number; seconds: number; serverUs: number }> => {
  const [beforeMs, startMs] = [processorMs(server.pid), performance.now()];
  const count = await work();
  const seconds = (performance.now() - startMs) / 1_000;
  return { count, seconds, serverUs: ((processorMs(server.pid) - beforeMs) * 1_000) / count };
};
