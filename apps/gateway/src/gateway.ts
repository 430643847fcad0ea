import { access } from 'node:fs/promises';
import { join } from 'node:path';

import { CommandFeed } from './commands/command-feed.js';
import { ConfigError, linesOf, type GatewayConfig } from './config.js';
import { Journal } from './journal/journal.js';
import { devicePath, isSerial } from './lines/open-transport.js';
import { Lines } from './lines/lines.js';
import type { LatenessReport } from './lines/lateness.js';
import type { JournalRequest } from './lines/messages.js';
import type { Log } from './log.js';
import { PlatformClient } from './uplink/platform-client.js';
import { PlatformConnection } from './uplink/platform-connection.js';
import { reasonOf, Uplink } from './uplink/uplink.js';

/** Between two reports of the polls' timing in the log, in milliseconds. */
const timingReportEveryMs = 60_000;
/** The last try to hand facts over before the gateway stops, in milliseconds. */
const lastUplinkMs = 1000;

export interface Gateway {
  /** How late machines' cycles began since the last report. */
  timing(): Promise<LatenessReport>;
  stop(): Promise<void>;
}

/**
 * Starts polling, journalling and handing over. `fatal` is told what nothing can go on after: a disk that fails, a dead thread.
 * @throws {ConfigError} when a line's device is not there
 */
export async function startGateway(
  config: GatewayConfig,
  log: Log,
  fatal: (error: unknown) => void,
  captureDir: string | null = null,
): Promise<Gateway> {
  await findDevices(config);
  const { gatewayId, platform: settings, lines: lineConfigs, pollEveryMs, timeZone } = config;
  const journal = await openJournal(config, log, {
    durable: () => uplink?.notify(),
    full: () => {
      log.error({}, 'the disk is full: machines are not polled and keep their events');
      lines?.tell({ type: 'pause' });
    },
    roomAgain: () => {
      log.info({}, 'the disk has room again: machines are polled');
      lines?.tell({ type: 'resume' });
    },
  });
  const machineIds = lineConfigs.flatMap(({ machines }) => machines.map(({ machineId }) => machineId));
  const platform = new PlatformClient({ ...settings, gatewayId }, new PlatformConnection(settings.tls ?? {}, log));
  const uplink: Uplink | undefined = new Uplink(journal, platform, machineIds, log);
  const memories = Object.entries(journal.state.machines).flatMap(([id, { memory }]) =>
    memory ? [[id, memory] as const] : [],
  );
  const lines: Lines | undefined = new Lines(
    {
      ...{ lines: linesOf(config), pollEveryMs, timeZone, memories, lastPolledFile: join(config.dataDir, 'polled') },
      ...{ captureDir, registrationKey: config.aftKey ?? null },
    },
    {
      journal: (request) =>
        void write(journal, request).then(() => lines?.journalled(request.line, request.token), fatal),
      log: ({ level, message, fields }) => log[level](fields, message),
      died: fatal,
    },
  );
  const deliver = (command: Parameters<ConstructorParameters<typeof CommandFeed>[3]>[0]): void =>
    lines.tell({ type: 'command', command });
  const feed = new CommandFeed(journal, platform, new Set(machineIds), deliver, log);

  const stopping = new AbortController();
  const running = Promise.all([uplink.run(stopping.signal), feed.run(stopping.signal)]);
  running.catch(fatal);
  const reporting = setInterval(() => void reportTiming(lines, log), timingReportEveryMs);
  return {
    timing: () => lines.report(),
    stop: async () => {
      clearInterval(reporting);
      stopping.abort();
      await lines.stop();
      await Promise.all([running, journal.settle()]);
      await handOverLast(uplink, log);
      await Promise.all([journal.close(), platform.close()]);
    },
  };
}

async function findDevices({ lines }: GatewayConfig): Promise<void> {
  const missing: string[] = [];
  for (const [index, { url }] of lines.entries()) {
    if (!isSerial(url)) continue;
    const path = devicePath(url);
    await access(path).catch(() => missing.push(`lines.${index}.url: there is no device ${path}`));
  }
  if (missing.length > 0) throw new ConfigError('the config', missing);
}

type JournalEvents = NonNullable<Parameters<typeof Journal.open>[0]['events']>;

async function openJournal({ gatewayId, dataDir }: GatewayConfig, log: Log, events: JournalEvents): Promise<Journal> {
  const journal = await Journal.open({ directory: join(dataDir, 'journal'), gatewayId, events });
  if (journal.repaired) log.warn(journal.repaired, 'the journal’s last commit was torn by a crash and is cut off');
  return journal;
}

const write = (journal: Journal, { machineId, facts, memory, urgency }: JournalRequest): Promise<void> =>
  journal.append({ kind: 'machine', machineId, facts, memory }, urgency);

async function reportTiming(lines: Lines, log: Log): Promise<void> {
  log.info({ ...(await lines.report()) }, 'poll timing');
}

/** One last try: what does not go through now waits on disk for the next start. */
async function handOverLast(uplink: Uplink, log: Log): Promise<void> {
  const signal = AbortSignal.timeout(lastUplinkMs);
  try {
    while (await uplink.pass(signal));
  } catch (error) {
    log.warn({ reason: reasonOf(error) }, 'facts wait on disk for the next start');
  }
}
