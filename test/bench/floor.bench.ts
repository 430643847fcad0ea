import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { startDemo } from '../support/demo.js';
import { until } from '../support/processes.js';
import { BareTimers } from './bare-timers.js';
import { describeMachine } from './machine.js';
import { numbersFrom } from '../support/options.js';
import { rounded } from './statistics.js';

/**
 * How punctually one gateway polls its machines every 200 ms, with the whole platform on the same machine, beside as many
 * bare timers of another process: `--machines`, `--minutes`. The gateway reports once a minute.
 */
const options = numbersFrom({ machines: 200, minutes: 1, 'game-every': 10_000 });
const pollEveryMs = 200;
const lateAfterMs = 20;
/** A report comes after a minute; somewhat later is a gateway that does not report. */
const reportTimeoutMs = 75_000;

/** The gateway's own account of its cycles since its report before. */
interface TimingReport {
  readonly cycles: number;
  readonly late: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p9999Ms: number;
  readonly maximumMs: number;
}

function reportsIn(log: string): TimingReport[] {
  if (!existsSync(log)) return [];
  const lines = readFileSync(log, 'utf8').split('\n');
  return lines.filter((line) => line.includes('"msg":"poll timing"')).map((line) => JSON.parse(line) as TimingReport);
}

async function reportNumber(log: string, number: number): Promise<TimingReport> {
  await until(
    () => reportsIn(log).length >= number,
    reportTimeoutMs,
    () => 'the gateway did not report its timing',
  );
  const report = reportsIn(log)[number - 1];
  if (!report) throw new Error(`there is no report ${number}`);
  return report;
}

const line = (name: string, { cycles, late, p50Ms, p99Ms, p9999Ms, maximumMs }: TimingReport): string =>
  `  ${name.padEnd(12)}${late} of ${cycles} late (${rounded((late * 10_000) / cycles, 1)} in 10 000); ` +
  `p50 ${p50Ms}, p99 ${p99Ms}, p99.99 ${p9999Ms}, most ${rounded(maximumMs, 1)} ms`;

console.log(`bench:floor with ${options.machines} machines on ${describeMachine()}`);
const demo = await startDemo({ machines: options.machines, gameEveryMs: options['game-every'] });
try {
  const log = join(demo.dataDir, 'logs', 'gateway.log');
  // The first minute holds the start of everything.
  await reportNumber(log, 1);
  const timers = new BareTimers(options.machines, pollEveryMs, lateAfterMs);
  for (let minute = 1; minute <= options.minutes; minute += 1) {
    const gateway = await reportNumber(log, minute + 1);
    console.log(`minute ${minute}: cycles more than ${lateAfterMs} ms late (aim: fewer than 1 in 10 000)`);
    console.log(line('gateway', gateway));
    console.log(line('bare timers', timers.report()));
  }
  timers.stop();
} finally {
  await demo.stop();
}
