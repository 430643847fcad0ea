import { disturb, lineFaultsSchema, randomFrom, type RandomState } from '#sas';

import { meter, reading } from '../../../libs/sas/src/machine/index.js';
import { newPatron, patronStep, type Patron } from '../../../libs/sas/src/machine/patron.js';
import { VirtualLine } from '../../../libs/sas/src/host/virtual-line.test-support.js';

const machines = Number(process.env.SAS_BENCH_MACHINES ?? 50);
const hourMs = 3_600_000;
const warmUpMs = 8000;
const drainMs = 40_000;
const faults = lineFaultsSchema.parse({ loseReplies: 0.01, corruptBytes: 0.01 });
const people = { gameEveryMs: 10_000 };
const peopleEveryMs = 500;

interface Sum {
  games: number;
  heard: number;
  wagered: number;
  coinIn: number;
  bills: number;
  billsHeard: number;
  told: number;
  wrongMeters: number;
  overflows: number;
}

/** One machine's hour on a line that loses 1 % of the answers and turns a bit in 1 % of the bytes. */
function hourOf(seed: number, sum: Sum): void {
  let random: RandomState = randomFrom(seed, 'noise');
  const line = new VirtualLine({
    noise: (reply) => {
      const disturbed = disturb(faults, random, reply);
      random = disturbed.random;
      return disturbed.arrivals.flatMap(({ symbols }) => symbols);
    },
  });
  let patron: Patron = newPatron(seed, 'bench');
  line.leap(warmUpMs, warmUpMs, () => undefined);
  line.leap(hourMs, peopleEveryMs, () => {
    const step = patronStep(patron, people, line.machine(), line.epochMs);
    patron = step.patron;
    for (const input of step.inputs) line.act(input);
  });
  line.act({ input: 'end-game' });
  line.leap(drainMs, peopleEveryMs, () => void line.act({ input: 'reset-handpay' }));
  const { meters } = line.machine().books;
  const games = line.bodies('game-played', 'game-interrupted');
  sum.games += reading(meters, meter.gamesPlayed);
  sum.heard += games.length;
  sum.coinIn += reading(meters, meter.coinIn);
  for (const body of games) sum.wagered += 'wager' in body ? body.wager : 0;
  sum.bills += reading(meters, meter.billsInStacker);
  sum.billsHeard += line.bodies('bill-accepted').length;
  sum.told += line.bodies('meters-disagree', 'meters-unbalanced', 'game-end-unmatched').length;
  sum.overflows += line.bodies('exception-reported').filter((body) => 'code' in body && body.code === 0x70).length;
  const last = line.bodies('meters-read').at(-1);
  if (last?.kind === 'meters-read' && last.meters['00'] !== reading(meters, meter.coinIn)) sum.wrongMeters += 1;
}

/** What the gateway made of an hour of 50 machines on bad lines, beside what the machines know of themselves. */
export function runHour(): string[] {
  const sum: Sum = {
    ...{ games: 0, heard: 0, wagered: 0, coinIn: 0, bills: 0, billsHeard: 0, told: 0, wrongMeters: 0, overflows: 0 },
  };
  const before = process.cpuUsage();
  for (let seed = 1; seed <= machines; seed += 1) hourOf(seed, sum);
  const { user, system } = process.cpuUsage(before);
  return [
    `${machines} machines, one hour each, 1 % of answers lost, 1 % of bytes turned: ${((user + system) / 1e6).toFixed(0)} s of CPU`,
    `games played ${sum.games}, games that are facts ${sum.heard}; coin in ${sum.coinIn}, wagered by the facts ${sum.wagered}`,
    `bills in the stackers ${sum.bills}, bills that are facts ${sum.billsHeard}`,
    `meters read wrong at the end ${sum.wrongMeters}, queues that overflowed ${sum.overflows}, discrepancies told by the meters ${sum.told}`,
  ];
}
