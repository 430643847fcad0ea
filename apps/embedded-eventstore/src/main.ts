import { parseArgs } from 'node:util';
import { startEventStore } from '#embedded-eventstore';

const usage = 'usage: embedded-eventstore --data DIR [--port 2113] [--host 127.0.0.1]';
const largestPort = 65_535;

interface Arguments {
  readonly dataDir: string;
  readonly port: number;
  readonly host: string;
}

const readArguments = (): Arguments => {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      port: { type: 'string', default: '2113' },
      host: { type: 'string', default: '127.0.0.1' },
    },
  });
  if (values.data === undefined) throw new Error(usage);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > largestPort) throw new Error(`--port ${values.port} is not a port`);
  return { dataDir: values.data, port, host: values.host };
};

const run = async (): Promise<void> => {
  const server = await startEventStore(readArguments());
  if (server.repair !== null) {
    const { segment, offset, bytes } = server.repair;
    process.stderr.write(`cleared ${bytes} bytes of an unacknowledged append in ${segment} at offset ${offset}\n`);
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void server.stop());
  void server.failed.then((error) => {
    process.stderr.write(`stopped: ${error.message}\n`);
    process.exitCode = 1;
  });
  process.stdout.write(`listening on ${server.address}\n`);
};

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
