import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { Api } from '../support/api.js';
import { type Demo, startDemo } from '../support/demo.js';
import { describeMachine } from './machine.js';
import { numbersFrom } from '../support/options.js';
import { applicationsBelow, residentAnonymousBytes } from './process-usage.js';
import { rounded } from './statistics.js';

/**
 * What the demo holds in memory and writes to disk: `--minutes`, `--machines`, `--game-every` in milliseconds.
 * Memory is RssAnon of every process, the launcher included.
 */
const options = numbersFrom({ minutes: 10, machines: 24, 'game-every': 10_000, 'sample-seconds': 30 });
const mebibyte = 2 ** 20;

const measuredFolders = ['eventstore', 'mongo', 'gateway', 'floor', 'logs'] as const;

interface DiskState {
  readonly games: number;
  readonly bytes: ReadonlyMap<string, number>;
}

function memoryOf(demo: Demo): Map<string, number> {
  const launcher = demo.program.process.pid ?? 0;
  const processes = [['launcher', launcher] as const, ...applicationsBelow(launcher)];
  return new Map(processes.map(([name, pid]) => [name, residentAnonymousBytes(pid)]));
}

async function diskOf(demo: Demo): Promise<DiskState> {
  const api = await Api.ofStaff(demo.url, demo.demo.staff.manager);
  const { body } = await api.get<{ totals: { games: number } }>(`/api/v1/halls/${demo.demo.hallId}`);
  const bytes = measuredFolders.map((folder) => [folder, writtenBytes(join(demo.dataDir, folder))] as const);
  return { games: body.totals.games, bytes: new Map(bytes) };
}

/** What was written to the files of a folder: segments are laid out ahead in zeros, which do not count. */
function writtenBytes(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => existsSync(file))
    .reduce((total, file) => total + readFileSync(file).findLastIndex((byte) => byte !== 0) + 1, 0);
}

const sum = (bytes: ReadonlyMap<string, number>): number =>
  [...bytes.values()].reduce((total, each) => total + each, 0);
const inMebibytes = (bytes: number): string => `${rounded(bytes / mebibyte, 1)} MiB`;

async function sampleMemory(demo: Demo): Promise<Map<string, number>> {
  const startMs = performance.now();
  const endMs = startMs + options.minutes * 60_000;
  for (;;) {
    const memory = memoryOf(demo);
    const each = [...memory].map(([name, bytes]) => `${name} ${inMebibytes(bytes)}`).join(', ');
    const afterSeconds = Math.round((performance.now() - startMs) / 1_000);
    console.log(`${afterSeconds.toString().padStart(5)} s  ${inMebibytes(sum(memory))} (${each})`);
    if (performance.now() >= endMs) return memory;
    await pause(Math.min(options['sample-seconds'] * 1_000, Math.max(0, endMs - performance.now())));
  }
}

function reportDisk(before: DiskState, after: DiskState): void {
  const games = after.games - before.games;
  console.log(`\n${games} games; bytes on disk per game:`);
  for (const folder of measuredFolders) {
    const grown = (after.bytes.get(folder) ?? 0) - (before.bytes.get(folder) ?? 0);
    console.log(`  ${folder.padEnd(10)} ${rounded(grown / games).padStart(8)}  (${inMebibytes(grown)} in all)`);
  }
  console.log(`  ${'all'.padEnd(10)} ${rounded((sum(after.bytes) - sum(before.bytes)) / games).padStart(8)}`);
}

console.log(`bench:memory on ${describeMachine()}`);
const demo = await startDemo({ machines: options.machines, gameEveryMs: options['game-every'] });
try {
  const before = await diskOf(demo);
  const memory = await sampleMemory(demo);
  reportDisk(before, await diskOf(demo));
  console.log(
    `\nRssAnon of all processes after ${options.minutes} min: ${inMebibytes(sum(memory))} (aim: under 700 MB)`,
  );
} finally {
  await demo.stop();
}
