import { closedLoop } from './load.js';
import { type BenchPlatform, startPlatform } from './platform.js';
import { processorMs } from './process-usage.js';
import { median, rounded } from './statistics.js';
import { connections, WalletCommands } from './wallet-commands.js';

const wallets = 500;
const warmUpSeconds = 5;
const secondsOfARound = 6;

interface Side {
  readonly platform: BenchPlatform;
  readonly commands: WalletCommands;
}

/** Commands a second, and the processor time of platform and engines for one of them, in microseconds. */
interface Cost {
  readonly perSecond: number;
  readonly processorUs: number;
}

/** What it costs a command to be on record: two platforms in turn, of which one puts no call on record. */
export async function measureCallRecording(rounds: number): Promise<void> {
  const preload = new URL('./without-call-recording.mjs', import.meta.url).href;
  const sides: Side[] = [];
  try {
    sides.push(await prepared({}), await prepared({ NODE_OPTIONS: `--import=${preload}` }));
    const costs: Cost[][] = [];
    for (let round = 0; round < rounds; round += 1)
      costs.push([await measured(sides[0] as Side), await measured(sides[1] as Side)]);
    const ratio = (of: (cost: Cost) => number): string =>
      rounded(median(costs.map(([recorded, bare]) => of(recorded as Cost) / of(bare as Cost))), 2);
    console.log(
      `commands on record, beside the same without: ${ratio(({ perSecond }) => perSecond)} of the throughput ` +
        `(aim: 0.9 or better), ${ratio(({ processorUs }) => processorUs)} of the processor time of platform and engines`,
    );
  } finally {
    for (const { platform, commands } of sides) {
      await commands.close();
      await platform.stop();
    }
  }
}

async function prepared(env: Readonly<Record<string, string>>): Promise<Side> {
  const platform = await startPlatform(wallets, env);
  const commands = new WalletCommands(platform.url, platform.token, platform.playerIds);
  await commands.fund();
  await closedLoop(() => commands.send(), connections, warmUpSeconds);
  return { platform, commands };
}

async function measured({ platform, commands }: Side): Promise<Cost> {
  await platform.drain();
  const used = (): number => processorMs(platform.pid) + processorMs(platform.enginePid);
  const beforeMs = used();
  const { perSecond, latenciesMs } = await closedLoop(() => commands.send(), connections, secondsOfARound);
  return { perSecond, processorUs: ((used() - beforeMs) * 1_000) / latenciesMs.length };
}
