import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StreamNotFoundError } from '@eventstore/db-client';
import { benchEvent } from './eventstore/appends.js';
import { fillIfEmpty } from './eventstore/history.js';
import { type BenchServer, processorUsEach, startEngine } from './eventstore/servers.js';
import { describeMachine } from './machine.js';
import { numbersFrom } from '../support/options.js';
import { processorMs, residentAnonymousBytes } from './process-usage.js';
import { rounded } from './statistics.js';

/**
 * What a long history costs: start, memory, reading a stream by its name, and appending, with `--events` in `--streams`.
 * `BENCH_DATA` names a data directory to use and keep instead of a fresh one; it is filled up to `--events` if it is empty.
 */
const options = numbersFrom({ events: 1_000_000, streams: 100_000, reads: 5_000 });
const eventsRead = 30;
const mebibyte = 1024 * 1024;

/** Streams far from one another, each read once; a stream that is not there costs what a call does. */
const readStreams = (engine: BenchServer, stride: number, inFlight: number, isThere = true) =>
  processorUsEach(engine, async () => {
    let number = 0;
    const reader = async (): Promise<void> => {
      while (number < options.reads) {
        number += 1;
        await readStream(engine, `${isThere ? 'bench' : 'none'}-${(number * stride) % options.streams}`);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, reader));
    return options.reads;
  });

const readStream = async ({ client }: BenchServer, stream: string): Promise<void> => {
  try {
    for await (const _ of client.readStream(stream, { maxCount: eventsRead }));
  } catch (error) {
    if (!(error instanceof StreamNotFoundError)) throw error;
  }
};

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
  await readStreams(engine, 7_907, 1);
  for (const [inFlight, stride] of [
    [1, 7_919],
    [16, 7_927],
  ] as const) {
    const read = await readStreams(engine, stride, inFlight);
    const missing = await readStreams(engine, stride, inFlight, false);
    console.log(
      `  a stream of ${eventsRead} by its name, ${inFlight} in flight: server ${rounded(read.serverUs)} µs each; ` +
        `one that is not there: ${rounded(missing.serverUs)} µs`,
    );
  }
  console.log(`  an append, one after another: server ${rounded((await appendToStreams(engine)).serverUs)} µs each`);
  console.log(`  RssAnon after that: ${rounded(residentAnonymousBytes(engine.pid) / mebibyte)} MiB (aim: under 150)`);
};

console.log(`bench:eventstore-scale, ${rounded(options.events)} events, on ${describeMachine()}`);
const given = process.env['BENCH_DATA'];
const folder = given ?? (await mkdtemp(join(tmpdir(), 'bench-eventstore-')));
try {
  const first = await startEngine(folder);
  await fillIfEmpty(first, options.events, options.streams);
  await first.stop();
  const engine = await startEngine(folder);
  await measure(engine, processorMs(engine.pid));
  await engine.stop();
} finally {
  if (given === undefined) await rm(folder, { recursive: true, force: true });
}
