import { START, streamNameFilter } from '@eventstore/db-client';
import { rounded } from '../statistics.js';
import { type BenchServer, processorUsEach } from './servers.js';

const drain = async (source: AsyncIterable<unknown>, limit: number): Promise<number> => {
  let count = 0;
  for await (const _ of source) {
    count += 1;
    if (count === limit) break;
  }
  return count;
};

const report = (name: string, engine: { rate: number; serverUs: number }, bare: { rate: number }): void =>
  console.log(
    `  ${name.padEnd(26)}${rounded(engine.rate)} events/s, canned ${rounded(bare.rate)}: ratio ` +
      `${rounded(engine.rate / bare.rate, 2)} (aim: 0.9 or better), server ${rounded(engine.serverUs, 1)} µs an event`,
  );

const rateOf = async (
  server: BenchServer,
  work: () => Promise<number>,
): Promise<{ rate: number; serverUs: number }> => {
  const { count, seconds, serverUs } = await processorUsEach(server, work);
  return { rate: count / seconds, serverUs };
};

/** $all read and caught up with, in turn with the same client on canned answers; a filter that matches nothing. */
export const measureReads = async (engine: BenchServer, bare: BenchServer, events: number): Promise<void> => {
  const read = ({ client }: BenchServer) => drain(client.readAll({ fromPosition: START, maxCount: events }), events);
  const catchUp = ({ client }: BenchServer) => drain(client.subscribeToAll({ fromPosition: START }), events);
  for (const [name, work] of [
    ['$all read', read],
    ['$all catch-up', catchUp],
  ] as const) {
    await work(bare);
    await work(engine);
    const bareRate = await rateOf(bare, () => work(bare));
    report(name, await rateOf(engine, () => work(engine)), bareRate);
  }
  await measureFilter(engine);
};

const measureFilter = async ({ client }: BenchServer): Promise<void> => {
  const filter = streamNameFilter({ prefixes: ['nobody-has-this'], maxSearchWindow: 10_000, checkpointInterval: 1 });
  const total = await drain(client.readAll({ fromPosition: START }), Number.MAX_SAFE_INTEGER);
  const startMs = performance.now();
  const subscription = client.subscribeToAll({ fromPosition: START, filter });
  subscription.resume();
  await new Promise<void>((resolve) => {
    subscription.once('caughtUp', () => resolve());
  });
  const seconds = (performance.now() - startMs) / 1_000;
  await subscription.unsubscribe();
  console.log(
    `  filtered, nothing matches  ${rounded(total / seconds)} scanned events/s of ${rounded(total)} (aim: above 500,000)`,
  );
};
