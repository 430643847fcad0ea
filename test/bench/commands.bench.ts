import { type BareAppend, startBareAppend } from './bare-append.js';
import { closedLoop, type ClosedLoopResult, openLoop } from './load.js';
import { describeMachine } from './machine.js';
import { numbersFrom } from '../support/options.js';
import { type BenchPlatform, startPlatform } from './platform.js';
import { processorMs } from './process-usage.js';
import { median, percentile, rounded } from './statistics.js';
import { connections, WalletCommands } from './wallet-commands.js';

/**
 * Durable deposits and withdrawals over REST, in turn with a bare append of the official client behind a bare route:
 * `--rounds`, `--seconds` of each, `--wallets`, `--before`: commands that are sent first, since wallets remember a number of them.
 */
const options = numbersFrom({ rounds: 5, seconds: 8, wallets: 500, before: 0 });
const warmUpSeconds = 5;
/** Latency is measured at this share of the highest rate. */
const steadyShare = 0.7;

/** Who uses the processor for a command: who serves it, who stores it, and who sends it. */
interface Parties {
  readonly pid: number;
  readonly enginePid: number;
}

interface Round extends ClosedLoopResult {
  /** Processor time for one command, in microseconds, of the serving process, of its engines, and of this one. */
  readonly processorUs: readonly number[];
}

async function round(commands: WalletCommands, { pid, enginePid }: Parties): Promise<Round> {
  const pids = [pid, enginePid, process.pid];
  const beforeMs = pids.map(processorMs);
  const result = await closedLoop(() => commands.send(), connections, options.seconds);
  const usedMs = pids.map((each, index) => processorMs(each) - (beforeMs[index] ?? 0));
  return { ...result, processorUs: usedMs.map((used) => (used * 1_000) / result.latenciesMs.length) };
}

const line = (name: string, { perSecond, processorUs, latenciesMs }: Round): string =>
  `  ${name.padEnd(9)}${rounded(perSecond).padStart(6)}/s  p50 ${rounded(percentile(latenciesMs, 0.5), 1)} ms  ` +
  `p99 ${rounded(percentile(latenciesMs, 0.99), 1)} ms  processor, each: ` +
  ['server', 'engines', 'caller'].map((who, index) => `${who} ${rounded(processorUs[index] ?? 0)} µs`).join(', ');

async function measure(platform: BenchPlatform, bare: BareAppend): Promise<void> {
  const commands = new WalletCommands(platform.url, platform.token, platform.playerIds);
  const bareCommands = new WalletCommands(bare.url, platform.token, platform.playerIds);
  await commands.fund();
  for (const each of [commands, bareCommands]) await closedLoop(() => each.send(), connections, warmUpSeconds);
  for (let sent = 0; sent < options.before;)
    sent += (await closedLoop(() => commands.send(), connections, warmUpSeconds)).latenciesMs.length;

  const ratios: number[] = [];
  const steadyP99s: number[] = [];
  for (let number = 1; number <= options.rounds; number += 1) {
    await platform.drain();
    const ours = await round(commands, platform);
    const drainMs = await platform.drain();
    const theirs = await round(bareCommands, bare);
    // At once, and of this round: an hour later, or a minute, the machine may be another third slower or faster.
    const perSecond = ours.perSecond * steadyShare;
    const steadyMs = await openLoop(() => commands.send(), perSecond, options.seconds);
    ratios.push(ours.perSecond / theirs.perSecond);
    steadyP99s.push(percentile(steadyMs, 0.99));
    console.log(`round ${number}: ratio ${rounded(ours.perSecond / theirs.perSecond, 2)}`);
    console.log(`${line('platform', ours)}, read models level after ${rounded(drainMs)} ms`);
    console.log(line('bare', theirs));
    console.log(
      `  platform at ${rounded(perSecond)}/s, ${steadyShare * 100} % of the maximum: p50 ${rounded(percentile(steadyMs, 0.5), 1)} ms  ` +
        `p99 ${rounded(percentile(steadyMs, 0.99), 1)} ms`,
    );
  }
  console.log(`\nratio, median of ${options.rounds} rounds: ${rounded(median(ratios), 2)} (aim: 0.75 or better)`);
  console.log(`p99 at ${steadyShare * 100} %, median of them: ${rounded(median(steadyP99s), 1)} ms (aim: under 80 ms)`);
  await Promise.all([commands.close(), bareCommands.close()]);
}

console.log(`bench:commands on ${describeMachine()}`);
const bare = await startBareAppend();
try {
  const platform = await startPlatform(options.wallets);
  try {
    await measure(platform, bare);
  } finally {
    await platform.stop();
  }
} finally {
  await bare.stop();
}
