import { END, jsonEvent } from '@eventstore/db-client';
import { openLoop } from '../load.js';
import { percentile, rounded } from '../statistics.js';
import { type BenchServer, processorUsEach } from './servers.js';

const subscribers = 20;
const appendsPerSecond = 500;

/** Live subscribers of $all while others append: how long after its append was sent an event arrives. */
export const measureSubscribers = async (engine: BenchServer, seconds: number): Promise<void> => {
  const sentMs = new Map<string, number>();
  const lagsMs: number[] = [];
  let ended = 0;
  const subscriptions = Array.from({ length: subscribers }, () => engine.client.subscribeToAll({ fromPosition: END }));
  for (const subscription of subscriptions) {
    subscription.on('data', ({ event }) =>
      lagsMs.push(performance.now() - (sentMs.get(event?.id ?? '') ?? Number.NaN)),
    );
    subscription.on('error', () => (ended += 1));
    await new Promise<void>((resolve) => {
      subscription.once('caughtUp', () => resolve());
    });
  }
  const append = async (): Promise<void> => {
    const event = jsonEvent({ type: 'bench.happened.v1', data: { filler: 'x'.repeat(287) } });
    sentMs.set(event.id, performance.now());
    await engine.client.appendToStream(`live-${sentMs.size % 100}`, event);
  };
  const { serverUs } = await processorUsEach(
    engine,
    async () => (await openLoop(append, appendsPerSecond, seconds)).length,
  );
  const expected = sentMs.size * subscribers;
  while (lagsMs.length < expected && ended === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  for (const subscription of subscriptions) await subscription.unsubscribe();
  console.log(
    `  ${subscribers} subscribers at ${appendsPerSecond} appends/s: ${rounded(lagsMs.length)} of ${rounded(expected)} events came, ` +
      `${ended} ended (aim: 0), lag p50 ${rounded(percentile(lagsMs, 0.5), 1)} ms, p99 ${rounded(percentile(lagsMs, 0.99), 1)} ms (aim: under 50), ` +
      `server ${rounded(serverUs)} µs an append`,
  );
};
