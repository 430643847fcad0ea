import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { pino } from 'pino';

import { faultOfLineUrl, readConfig } from './config.js';
import { startGateway, type Gateway } from './gateway.js';
import { readCapture } from './tools/capture-file.js';
import { examineLine } from './tools/doctor.js';
import { replayCapture, tellCapture } from './tools/replay.js';

/** Most that an orderly stop may take, in milliseconds. */
const stopWithinMs = 3000;

const usage = `usage: gateway --config FILE                             polls machines and hands facts over
       gateway doctor --line URL [--address N]...        asks the machines of a line who they are; prints every byte
       gateway doctor --config FILE                      the same for every line of a config
       gateway capture --config FILE --to FOLDER         polls as ever, and writes the traffic of every line down
       gateway replay FILE [--facts]                     tells a line's traffic in words, or what the gateway makes of it`;

const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime });
const print = (line: string): void => void process.stdout.write(`${line}\n`);

function abandon(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

function options() {
  return parseArgs({
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      line: { type: 'string' },
      address: { type: 'string', multiple: true },
      to: { type: 'string' },
      facts: { type: 'boolean' },
    },
  });
}

type Options = ReturnType<typeof options>['values'];

async function stop(gateway: Gateway, signal: string): Promise<void> {
  log.info({ signal }, 'gateway stops');
  setTimeout(() => process.exit(1), stopWithinMs).unref();
  await gateway.stop();
  log.info('gateway stopped');
  process.exit(0);
}

async function run({ config: file, to }: Options, capture: boolean): Promise<void> {
  if (file === undefined || (capture && to === undefined)) throw new Error(usage);
  const config = await readConfig(file, process.env);
  if (to !== undefined) await mkdir(to, { recursive: true, mode: 0o700 });
  const failed = (error: unknown): void => {
    log.fatal({ err: error }, 'the gateway cannot go on');
    process.exit(1);
  };
  const gateway = await startGateway(config, log, failed, to ?? null);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(gateway, signal));
  const machines = config.lines.reduce((total, line) => total + line.machines.length, 0);
  log.info({ gatewayId: config.gatewayId, lines: config.lines.length, machines }, 'gateway ready');
}

function addressesOf({ address = ['1'] }: Options): number[] {
  const addresses = address.map(Number);
  if (addresses.some((each) => !Number.isInteger(each) || each < 1 || each > 127)) {
    throw new Error('--address must be from 1 to 127');
  }
  return addresses;
}

async function doctor(values: Options): Promise<void> {
  const { line: url, config: file } = values;
  if ((url === undefined) === (file === undefined)) throw new Error(usage);
  const fault = url === undefined ? null : faultOfLineUrl(url);
  if (fault !== null) throw new Error(`--line is ${fault}`);
  const lines =
    file === undefined
      ? [{ url: url ?? '', addresses: addressesOf(values) }]
      : (await readConfig(file, process.env)).lines.map((line) => ({
          url: line.url,
          addresses: line.machines.map(({ address }) => address),
        }));
  let missing = 0;
  for (const line of lines) missing += line.addresses.length - (await examineLine({ ...line, print }));
  process.exitCode = missing > 0 ? 2 : 0;
}

function replay([file]: readonly string[], { facts }: Options): void {
  if (file === undefined) throw new Error(usage);
  const capture = readCapture(file);
  if (facts) for (const fact of replayCapture(capture)) print(JSON.stringify(fact));
  else for (const line of tellCapture(capture)) print(line);
}

async function main(): Promise<void> {
  const { values, positionals } = options();
  const [command, ...rest] = positionals;
  switch (command) {
    case undefined:
      return run(values, false);
    case 'capture':
      return run(values, true);
    case 'doctor':
      return doctor(values);
    case 'replay':
      return replay(rest, values);
    default:
      throw new Error(usage);
  }
}

main().catch(abandon);
