import { jsonEvent } from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { closedLoop } from '../load.js';
import { percentile, rounded } from '../statistics.js';
import { type BenchServer, processorUsEach } from './servers.js';

const fillerCharacters = 287;
const streamsPerWriter = 50;
const bulkEvents = 500;

/** An event of 300 bytes of JSON. */
export const benchEvent = () =>
  jsonEvent({ type: 'bench.happened.v1', data: { filler: 'x'.repeat(fillerCharacters) } });

/** A unary call with a canned answer. */
const bareCall = (bare: BenchServer) => (): Promise<void> => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from('bench-1'));
  const options = new streams.DeleteReq.Options();
  options.setStreamIdentifier(identifier);
  options.setAny(new shared.Empty());
  const request = new streams.DeleteReq();
  request.setOptions(options);
  return new Promise((resolve, reject) => {
    bare.raw.delete(request, (error) => (error === null ? resolve() : reject(error)));
  });
};

const appends = (engine: BenchServer, eventsEach: number) => {
  let number = 0;
  return async (): Promise<void> => {
    number += 1;
    const events = Array.from({ length: eventsEach }, benchEvent);
    await engine.client.appendToStream(`bench-${number % (64 * streamsPerWriter)}`, events);
  };
};

/** Appends until $all has at least so many events. */
export const fill = async (engine: BenchServer, events: number): Promise<void> => {
  const append = appends(engine, bulkEvents);
  for (let stored = 0; stored < events; stored += bulkEvents) await append();
};

interface Rate {
  readonly perSecond: number;
  readonly serverUs: number;
  readonly p99Ms: number;
}

const measured = async (
  server: BenchServer,
  send: () => Promise<unknown>,
  inFlight: number,
  seconds: number,
): Promise<Rate> => {
  let latenciesMs: readonly number[] = [];
  let perSecond = 0;
  const { serverUs } = await processorUsEach(server, async () => {
    ({ latenciesMs, perSecond } = await closedLoop(send, inFlight, seconds));
    return latenciesMs.length;
  });
  return { perSecond, serverUs, p99Ms: percentile(latenciesMs, 0.99) };
};

const line = (name: string, { perSecond, serverUs, p99Ms }: Rate): string =>
  `  ${name.padEnd(26)}${rounded(perSecond).padStart(7)}/s  p99 ${rounded(p99Ms, 1).padStart(5)} ms  server ${rounded(serverUs)} µs each`;

/** Appends of one event against bare unary calls, one after another and 64 in flight, and appends of 500 events. */
export const measureAppends = async (engine: BenchServer, bare: BenchServer, seconds: number): Promise<void> => {
  const [call, append] = [bareCall(bare), appends(engine, 1)];
  await Promise.all([closedLoop(call, 64, 2), closedLoop(append, 64, 2)]);
  for (const [inFlight, aim] of [
    [1, 0.3],
    [64, 1],
  ] as const) {
    const bareRate = await measured(bare, call, inFlight, seconds);
    const appendRate = await measured(engine, append, inFlight, seconds);
    console.log(line(`bare call, ${inFlight} in flight`, bareRate));
    console.log(line(`append, ${inFlight} in flight`, appendRate));
    console.log(`  ratio ${rounded(appendRate.perSecond / bareRate.perSecond, 2)} (aim: ${aim} or better)`);
  }
  const bulk = await measured(engine, appends(engine, bulkEvents), 4, seconds);
  console.log(
    `  appends of ${bulkEvents}, 4 in flight: ${rounded(bulk.perSecond * bulkEvents)} events/s (aim: 25,000), ` +
      `server ${rounded(bulk.serverUs / bulkEvents, 1)} µs an event (aim: under 10)`,
  );
};
