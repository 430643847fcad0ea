import { parseArgs } from 'node:util';
import { backupEventStore, collectLessOften, startEventStore, verifyEventStore } from '#embedded-eventstore';

const usage =
  'usage: embedded-eventstore [verify | backup --to FOLDER] --data DIR [--port 2113] [--host 127.0.0.1] [--segment-bytes N]';
const largestPort = 65_535;

interface Arguments {
  readonly command: string;
  readonly dataDir: string;
  readonly port: number;
  readonly host: string;
  readonly segmentBytes: number | undefined;
  readonly to: string | undefined;
}

const wholeNumber = (name: string, text: string, maximum: number): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > maximum)
    throw new Error(`--${name} ${text} is not a ${name}`);
  return number;
};

const readArguments = (): Arguments => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      data: { type: 'string' },
      port: { type: 'string', default: '2113' },
      host: { type: 'string', default: '127.0.0.1' },
      'segment-bytes': { type: 'string' },
      to: { type: 'string' },
    },
  });
  const [command = 'serve', ...more] = positionals;
  if (values.data === undefined || more.length > 0) throw new Error(usage);
  const segmentBytes = values['segment-bytes'];
  return {
    command,
    dataDir: values.data,
    port: wholeNumber('port', values.port, largestPort),
    host: values.host,
    segmentBytes:
      segmentBytes === undefined ? undefined : wholeNumber('segment-bytes', segmentBytes, Number.MAX_SAFE_INTEGER),
    to: values.to,
  };
};

const serve = async ({ dataDir, port, host, segmentBytes }: Arguments): Promise<void> => {
  collectLessOften();
  const server = await startEventStore({
    dataDir,
    port,
    host,
    ...(segmentBytes === undefined ? {} : { segmentBytes }),
  });
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

const verify = async (dataDir: string): Promise<void> => {
  const { segments, events, streams, scavengedEvents, unacknowledgedBytes, brokenIndexes } =
    await verifyEventStore(dataDir);
  process.stdout.write(
    `${events} events of ${streams} streams in ${segments} segments, every record as it was written\n`,
  );
  if (scavengedEvents > 0) process.stdout.write(`the space of ${scavengedEvents} events was given back\n`);
  if (unacknowledgedBytes > 0) {
    process.stdout.write(`${unacknowledgedBytes} bytes of an unacknowledged append: the next start clears them\n`);
  }
  for (const name of brokenIndexes) process.stdout.write(`${name} is broken: the next start makes it again\n`);
};

const run = async (): Promise<void> => {
  const given = readArguments();
  switch (given.command) {
    case 'serve':
      return serve(given);
    case 'verify':
      return verify(given.dataDir);
    case 'backup': {
      if (given.to === undefined) throw new Error(usage);
      const { segments, bytes } = await backupEventStore(given.dataDir, given.to);
      process.stdout.write(`${segments} segments, ${bytes} bytes, in ${given.to}\n`);
      return;
    }
    default:
      throw new Error(usage);
  }
};

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
