import { Api } from '../support/api.js';
import { measureDecision } from './access-decision.js';
import { closedLoop, openLoop } from './load.js';
import type { Greed } from './greedy-client.js';
import { describeMachine } from './machine.js';
import { numbersFrom } from '../support/options.js';
import { type BenchPlatform, startPlatform } from './platform.js';
import { type Counted, flood, measureRefusals } from './refusal-cost.js';
import { median, percentile, rounded } from './statistics.js';
import { WalletCommands } from './wallet-commands.js';

/**
 * What the decision costs, what a call does that is one too many, and what a burst of one client does to another: `--calls`
 * decisions; `--rounds` of `--seconds`
 * each, in which one client reads at `--per-second`, alone and then beside another that asks as fast as it can.
 */
const options = numbersFrom({ calls: 200_000, rounds: 5, seconds: 6, 'per-second': 50, greedy: 64 });

interface BurstRound extends Counted {
  readonly aloneMs: number;
  readonly besideMs: number;
}

async function round(modest: Api, platform: BenchPlatform, wants: Greed['wants']): Promise<BurstRound> {
  const read = async (): Promise<void> => {
    const { status } = await modest.get(`/api/v1/halls/${platform.hallId}`);
    if (status !== 200) throw new Error(`The modest client was answered ${status}.`);
  };
  const alone = await openLoop(read, options['per-second'], options.seconds);
  const { url, otherToken: token } = platform;
  const flooding = flood({ url, token, connections: options.greedy, seconds: options.seconds, wants });
  const beside = await openLoop(read, options['per-second'], options.seconds);
  return { aloneMs: percentile(alone, 0.99), besideMs: percentile(beside, 0.99), ...(await flooding) };
}

async function measureBursts(platform: BenchPlatform, kind: string, wants: Greed['wants']): Promise<void> {
  const modest = new Api(platform.url, platform.token);
  await closedLoop(() => modest.get(`/api/v1/halls/${platform.hallId}`), 4, 2);
  await flood({ url: platform.url, token: platform.otherToken, connections: options.greedy, seconds: 3, wants });
  const ratios: number[] = [];
  for (let number = 1; number <= options.rounds; number += 1) {
    const { aloneMs, besideMs, answered, refused } = await round(modest, platform, wants);
    ratios.push(besideMs / aloneMs);
    console.log(
      `round ${number}: p99 ${rounded(aloneMs, 1)} ms alone, ${rounded(besideMs, 1)} ms beside a burst of ${rounded(answered)} ${kind} ` +
        `of which ${rounded(refused)} were refused: ratio ${rounded(besideMs / aloneMs, 2)}`,
    );
  }
  console.log(
    `\nratio of p99 beside ${kind}, median of ${options.rounds} rounds: ${rounded(median(ratios), 2)} (aim: 1.5 or less)\n`,
  );
}

console.log(`bench:access on ${describeMachine()}`);
const { first, then } = await measureDecision(options.calls);
console.log(
  `the decision: ${rounded(first, 1)} µs of processor for the first call of a token, then ${rounded(then, 2)} µs (aim: under 60)`,
);
const { served, refused } = await measureRefusals(options.seconds);
console.log(
  `a call costs the platform ${rounded(served)} µs of processor when it is served, ${rounded(refused)} µs when it is one too many`,
);
async function withPlatform(limits: string, measure: (platform: BenchPlatform) => Promise<void>): Promise<void> {
  const platform = await startPlatform(100, { RATE_LIMITS: limits });
  const wallets = new WalletCommands(platform.url, platform.otherToken, platform.playerIds);
  try {
    await wallets.fund();
    await measure(platform);
  } finally {
    await wallets.close();
    await platform.stop();
  }
}

console.log('\nwith the limits as they come');
await withPlatform('sign-in=1000', async (platform) => {
  await measureBursts(platform, 'reads', { path: `/api/v1/halls/${platform.hallId}` });
  await measureBursts(platform, 'changes', { wallets: platform.playerIds });
});
console.log('with no limit on changes, which would hold the burst back before its turns do');
await withPlatform('sign-in=1000,write=100000', (platform) =>
  measureBursts(platform, 'changes', { wallets: platform.playerIds }),
);
