import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { numbersFrom } from '../support/options.js';
import { percentile, rounded } from '../bench/statistics.js';
import { killUnderLoad } from './eventstore/kill-rounds.js';

/** `kill -9` of the embedded event store under load: `--kills`, `--writers`, `--appends` before each, `--segment` bytes. */
const options = numbersFrom({ kills: 100, writers: 64, appends: 1_500, segment: 1024 * 1024 });

const folder = await mkdtemp(join(tmpdir(), 'chaos-eventstore-'));
const startMs = performance.now();
try {
  const { acknowledged, scavenges, bootMs, faults } = await killUnderLoad({
    dataDir: join(folder, 'data'),
    kills: options.kills,
    writers: options.writers,
    appendsBeforeKill: options.appends,
    segmentBytes: options.segment,
  });
  const minutes = (performance.now() - startMs) / 60_000;
  console.log(
    `${options.kills} kills in ${rounded(minutes, 1)} minutes, ${rounded(acknowledged)} events acknowledged, ${scavenges} scavenges, ` +
      `start p50 ${rounded(percentile(bootMs, 0.5))} ms, longest ${rounded(percentile(bootMs, 1))} ms, ${faults.length} faults`,
  );
  for (const fault of faults) console.log(`  ${fault}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
