import { parseArgs } from 'node:util';
import { startMongo } from '#embedded-mongo';

const USAGE = 'usage: embedded-mongo --data DIR [--port 27017] [--host 127.0.0.1] [--socket PATH]';
const DEFAULT_PORT = 27_017;
const LAST_PORT = 65_535;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
      socket: { type: 'string' },
    },
  });
  const port = Number(values.port ?? DEFAULT_PORT);
  if (values.data === undefined) throw new Error(USAGE);
  if (!Number.isInteger(port) || port < 0 || port > LAST_PORT) throw new Error(`--port must be 0 to ${LAST_PORT}`);
  const server = await startMongo({
    dataDir: values.data,
    port,
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.socket === undefined ? {} : { socketPath: values.socket }),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void server.stop().then(() => process.exit(0)));
  }
  void server.failed.then((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  process.stdout.write(`listening on ${server.address}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
