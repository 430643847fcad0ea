import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fill, measureAppends } from './eventstore/appends.js';
import { measureConflicts } from './eventstore/conflicts.js';
import { measureReads } from './eventstore/reads.js';
import { startBare, startEngine } from './eventstore/servers.js';
import { measureSubscribers } from './eventstore/subscribers.js';
import { describeMachine } from './machine.js';
import { numbersFrom } from '../support/options.js';

/**
 * The embedded event store through the official client, in turn with a bare grpc-js server that gives canned answers:
 * `--seconds` of each rate, `--events` read from $all.
 */
const options = numbersFrom({ seconds: 8, events: 100_000 });

console.log(`bench:eventstore on ${describeMachine()}`);
const folder = await mkdtemp(join(tmpdir(), 'bench-eventstore-'));
const bare = await startBare(options.events);
const engine = await startEngine(folder);
try {
  await measureAppends(engine, bare, options.seconds);
  await fill(engine, options.events);
  await measureReads(engine, bare, options.events);
  await measureSubscribers(engine, options.seconds);
  await measureConflicts(engine);
} finally {
  await Promise.all([engine.stop(), bare.stop()]);
  await rm(folder, { recursive: true, force: true });
}
