import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { START } from '@eventstore/db-client';
import { benchEvent } from './eventstore/appends.js';
import { type BenchServer, processorUsEach, startEngine } from './eventstore/servers.js';
import { describeMachine } from './machine.js';
import { numbersFrom } from '../support/options.js';
import { processorMs, residentAnonymousBytes } from './process-usage.js';
import { rounded } from './statistics.js';

/**
 * What a long history costs: start, memory, reading a stream by its name, and appending, with `--events` in `--streams`.
 * `BENCH_DATA` names a data directory to use and keep instead of a fresh one; it is filled up to `--events` if it is empty.
 */
const options = numbersFrom({ events: 1_000_000, streams: 100_000, reads: 1_000 });
const [appendEvents, appendsInFlight, eventsRead] = [5, 64, 30];
const mebibyte = 1024 * 1024;

const fill = async ({ client }: BenchServer): Promise<void> => {
  let appended = 0;
  const writer = async (): Promise<void> => {
    while (appended * appendEvents < options.events) {
      appended += 1;
      await client.appendToStream(
        `bench-${appended % options.streams}`,
        Array.from({ length: appendEvents }, benchEvent),
      );
    }
  };
  await Promise.all(Array.from({ length: appendsInFlight }, writer));
};

const isEmpty = async ({ client }: BenchServer): Promise<boolean> => {
  for await (const _ of client.readAll({ fromPosition: START, maxCount: 1 })) return false;
  return true;
};

/** Streams far from one another, each read once. */
const readStreams = (engine: BenchServer, stride: number) =>
  processorUsEach(engine, async () => {
    for (let number = 0; number < options.reads; number += 1) {
      const stream = `bench-${(number * stride) % options.streams}`;
      for await (const _ of engine.client.readStream(stream, { maxCount: eventsRead }));
    }
    return options.reads;
  });

const appendToStreams = (engine: BenchServer) =>
  processorUsEach(engine, async () => {
    for (let number = 0; number < options.reads; number += 1) {
      await engine.client.appendToStream(`bench-${(number * 7_919) % options.streams}`, benchEvent());
    }
    return options.reads;
  });

const measure = async (engine: BenchServer, startProcessorMs: number): Promise<void> => {
  console.log(`  start: ${rounded(engine.bootMs)} ms, ${rounded(startProcessorMs)} ms of processor`);
  console.log(`  RssAnon after the start: ${rounded(residentAnonymousBytes(engine.pid) / mebibyte)} MiB`);
  await readStreams(engine, 7_907);
  const read = await readStreams(engine, 7_919);
  console.log(`  a stream of ${eventsRead} by its name: server ${rounded(read.serverUs)} µs each`);
  console.log(`  an append, one after another: server ${rounded((await appendToStreams(engine)).serverUs)} µs each`);
  console.log(`  RssAnon after that: ${rounded(residentAnonymousBytes(engine.pid) / mebibyte)} MiB (aim: under 150)`);
};

console.log(`bench:eventstore-scale, ${rounded(options.events)} events, on ${describeMachine()}`);
const given = process.env['BENCH_DATA'];
const folder = given ?? (await mkdtemp(join(tmpdir(), 'bench-eventstore-')));
try {
  const first = await startEngine(folder);
  if (await isEmpty(first)) await fill(first);
  await first.stop();
  const engine = await startEngine(folder);
  await measure(engine, processorMs(engine.pid));
  await engine.stop();
} finally {
  if (given === undefined) await rm(folder, { recursive: true, force: true });
}
