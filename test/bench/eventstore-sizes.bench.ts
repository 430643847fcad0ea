import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { numbersFrom } from '../support/options.js';
import { benchEvent } from './eventstore/appends.js';
import { fillIfEmpty } from './eventstore/history.js';
import { type BenchServer, processorUsEach, startEngine } from './eventstore/servers.js';
import { describeMachine } from './machine.js';
import { median, rounded } from './statistics.js';

/**
 * Whether a long history costs more than a short one: start, reading a stream and appending with 10 thousand, 1 million
 * and 5 million events, 50 in each stream, the sizes in turn in every round. `BENCH_DATA` names a folder to keep.
 */
const options = numbersFrom({ rounds: 5, calls: 1_000 });
const sizes = [10_000, 1_000_000, 5_000_000];
const eventsInStream = 50;
const eventsRead = 30;

interface Found {
  readonly startMs: number;
  readonly readUs: number;
  readonly appendUs: number;
}

const calls = (engine: BenchServer, streams: number, call: (stream: string) => Promise<unknown>) =>
  processorUsEach(engine, async () => {
    for (let number = 0; number < options.calls; number += 1) await call(`bench-${(number * 7_919) % streams}`);
    return options.calls;
  });

const measured = async (folder: string, events: number): Promise<Found> => {
  const engine = await startEngine(folder);
  const streams = events / eventsInStream;
  const read = async (stream: string): Promise<void> => {
    for await (const _ of engine.client.readStream(stream, { maxCount: eventsRead }));
  };
  await calls(engine, streams, read);
  const { serverUs: readUs } = await calls(engine, streams, read);
  const { serverUs: appendUs } = await calls(engine, streams, (stream) =>
    engine.client.appendToStream(stream, benchEvent()),
  );
  await engine.stop();
  return { startMs: engine.bootMs, readUs, appendUs };
};

const parts = { startMs: 'start, ms', readUs: 'read of 30, server µs', appendUs: 'append, server µs' } as const;

console.log(`bench:eventstore-sizes, ${options.rounds} rounds, on ${describeMachine()}`);
const given = process.env['BENCH_DATA'];
const folder = given ?? (await mkdtemp(join(tmpdir(), 'bench-eventstore-')));
const folderOf = (events: number): string => join(folder, `events-${events}`);
try {
  for (const events of sizes) {
    await mkdir(folderOf(events), { recursive: true });
    const engine = await startEngine(folderOf(events));
    await fillIfEmpty(engine, events, events / eventsInStream);
    await engine.stop();
  }
  const found = new Map<number, Found[]>(sizes.map((events) => [events, []]));
  for (let round = 0; round < options.rounds; round += 1) {
    for (const events of sizes) found.get(events)?.push(await measured(folderOf(events), events));
  }
  for (const part of ['startMs', 'readUs', 'appendUs'] as const) {
    const medians = sizes.map((events) => median((found.get(events) ?? []).map((one) => one[part])));
    const ratio = Math.max(...medians) / Math.min(...medians);
    const shown = sizes.map((events, at) => `${rounded(events)}: ${rounded(medians[at] ?? 0)}`);
    console.log(`  ${parts[part]}: ${shown.join('; ')}; greatest of least ${rounded(ratio, 2)} (aim: at most 1.3)`);
  }
} finally {
  if (given === undefined) await rm(folder, { recursive: true, force: true });
}
