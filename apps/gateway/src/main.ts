import { parseArgs } from 'node:util';

import { pino } from 'pino';

import { readConfig } from './config.js';
import { startGateway, type Gateway } from './gateway.js';

/** Most that an orderly stop may take, in milliseconds. */
const stopWithinMs = 3000;

const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime });

function abandon(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

function configFile(): string {
  const { config } = parseArgs({ options: { config: { type: 'string' } } }).values;
  if (config === undefined) throw new Error('usage: gateway --config FILE');
  return config;
}

async function stop(gateway: Gateway, signal: string): Promise<void> {
  log.info({ signal }, 'gateway stops');
  setTimeout(() => process.exit(1), stopWithinMs).unref();
  await gateway.stop();
  log.info('gateway stopped');
  process.exit(0);
}

async function main(): Promise<void> {
  const config = await readConfig(configFile(), process.env);
  const gateway = await startGateway(config, log, (error) => {
    log.fatal({ err: error }, 'the gateway cannot go on');
    process.exit(1);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(gateway, signal));
  const machines = config.lines.reduce((total, line) => total + line.machines.length, 0);
  log.info({ gatewayId: config.gatewayId, lines: config.lines.length, machines }, 'gateway ready');
}

main().catch(abandon);
