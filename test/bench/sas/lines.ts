import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runProgram, until } from '../../support/processes.js';
import { BareTimers } from '../bare-timers.js';
import { processorMs } from '../process-usage.js';
import { rounded } from '../statistics.js';

const readyMs = 60_000;
/** The gateway reports once a minute; the first report holds the start of everything. */
const reportMs = 80_000;
const lateAfterMs = 20;
const nobodyHome = 'http://127.0.0.1:9';

interface Report {
  readonly cycles: number;
  readonly late: number;
  readonly p99Ms: number;
  readonly p9999Ms: number;
  readonly maximumMs: number;
}

interface FloorLine {
  readonly url: string;
  readonly machines: readonly { readonly address: number; readonly serial: string }[];
}

const share = ({ late, cycles }: { late: number; cycles: number }): string => rounded((late * 10_000) / cycles, 1);

/** One gateway and its machines, without a platform: what it hears waits in its journal. */
async function measure(machines: number, pollEveryMs: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lines-'));
  const floorArgs = ['--data', join(folder, 'floor'), '--machines', `${machines}`, '--game-every-ms', '10000'];
  const floor = runProgram('demo-floor/src/main.js', floorArgs, {});
  await floor.printed('"ready":true', readyMs);
  const { lines } = JSON.parse(await readFile(join(folder, 'floor', 'floor.json'), 'utf8')) as { lines: FloorLine[] };
  const config = {
    ...{ gatewayId: 'bench', hallId: 'bench', dataDir: join(folder, 'gateway'), timeZone: 'UTC', pollEveryMs },
    platform: { url: nobodyHome, clientId: 'bench', clientSecret: 'bench' },
    lines: lines.map(({ url, machines: on }) => ({
      url,
      machines: on.map(({ address, serial }) => ({ machineId: serial, address })),
    })),
  };
  const file = join(folder, 'gateway.json');
  await writeFile(file, JSON.stringify(config));
  const gateway = runProgram('gateway/src/main.js', ['--config', file], {});
  const pid = gateway.process.pid ?? 0;
  const reports = (): Report[] =>
    gateway
      .output()
      .split('\n')
      .filter((line) => line.includes('"msg":"poll timing"'))
      .map((line) => JSON.parse(line) as Report);
  await until(() => reports().length >= 1, reportMs);
  const timers = new BareTimers(machines, pollEveryMs, lateAfterMs);
  const [cpuBefore, wallBefore] = [processorMs(pid), performance.now()];
  await until(() => reports().length >= 2, reportMs);
  const core = ((processorMs(pid) - cpuBefore) / (performance.now() - wallBefore)) * 100;
  const bare = timers.report();
  timers.stop();
  await Promise.all([gateway.stop(), floor.stop()]);
  await rm(folder, { recursive: true, force: true });
  const report = reports()[1];
  if (!report) throw new Error('the gateway did not report its timing');
  return (
    `${machines} machines at ${pollEveryMs} ms, one minute: ${share(report)} in 10 000 cycles later than ${lateAfterMs} ms ` +
    `(bare timers of another process: ${share(bare)}), p99.99 ${report.p9999Ms} ms (bare ${bare.p9999Ms}), ` +
    `${rounded(core)} % of a core`
  );
}

export const runLines = async (): Promise<string[]> => [await measure(200, 200), await measure(40, 40)];
