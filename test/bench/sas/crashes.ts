import { startDemo } from '../../support/demo.js';
import { disasters, runTransfers, type Disaster } from '../../support/transfers.js';

/** As many as are asked for by SAS_BENCH_TRANSFERS, and 60 crashes a thousand. */
const transfers = Number(process.env.SAS_BENCH_TRANSFERS ?? 1000);
const crashes = Math.ceil((transfers * 60) / 1000);

/** Places of the crashes among the transfers, the same each time. */
function plannedDisasters(): Map<number, Disaster> {
  const planned = new Map<number, Disaster>();
  for (let number = 1; number <= crashes; number += 1) {
    const at = Math.floor((number * transfers) / (crashes + 1)) + ((number * 7) % 5);
    planned.set(at, disasters[number % disasters.length] ?? 'power');
  }
  return planned;
}

/** Transfers through the whole program, while gateway and platform get kill -9 and machines lose power. */
export async function runCrashes(): Promise<string[]> {
  const demo = await startDemo({ machines: 20, gameEveryMs: 0 });
  try {
    const started = performance.now();
    const outcome = await runTransfers(demo, { transfers, disasters: plannedDisasters() });
    const { statuses, failures, account, machines, looks, unbalanced } = outcome;
    return [
      `${transfers} transfers, ${crashes} of them with a crash, in ${((performance.now() - started) / 1000).toFixed(0)} s: ${JSON.stringify(statuses)}, failed: ${JSON.stringify(failures)}`,
      `account ${JSON.stringify(account)}, the machines' own meters ${machines}; ${looks} looks at the account, ${unbalanced} that did not add up`,
    ];
  } finally {
    await demo.stop();
  }
}
