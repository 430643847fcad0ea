import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Collection, MongoClient } from 'mongodb';

import { describeMachine } from './machine.js';
import { numbersFrom } from '../support/options.js';
import { processorMs, residentAnonymousBytes } from './process-usage.js';
import { percentile, rounded } from './statistics.js';

/**
 * The embedded document store through the official driver: `--seconds` for each figure, `--documents` for the sort and the
 * group, `--many` documents for the memory. What the driver reaches with a server of canned answers stands beside it.
 */
const options = numbersFrom({ seconds: 8, documents: 100_000, many: 1_000_000 });
const inFlight = 32;
const bulkSize = 1_000;
const pageSize = 20;
const groups = 50;
const mebibyte = 2 ** 20;
const padding = 'x'.repeat(420);

interface Doc {
  readonly _id: string;
  readonly n: number;
  readonly group: number;
  readonly padding: string;
}

interface Server {
  readonly process: ChildProcess;
  readonly client: MongoClient;
  readonly docs: Collection<Doc>;
}

const directory = await mkdtemp(join(tmpdir(), 'bench-mongo-'));
const docOf = (n: number): Doc => ({ _id: `d-${n}`, n, group: n % groups, padding });

async function started(name: string, args: readonly string[]): Promise<Server> {
  const socket = join(directory, `${name}.sock`);
  const child = spawn(process.execPath, [...args, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const client = new MongoClient(`mongodb://${encodeURIComponent(socket)}/?directConnection=true`, {
    maxPoolSize: inFlight,
    minPoolSize: inFlight,
    writeConcern: { w: 'majority', journal: true },
  });
  await client.connect();
  return { process: child, client, docs: client.db('bench').collection<Doc>('docs') };
}

/** How often something can be done in a second, with so many at once; and what a server's processor spends on each. */
async function rate(
  server: Server,
  atOnce: number,
  step: (at: number) => Promise<unknown>,
): Promise<{ perSecond: number; cpuUs: number }> {
  const pid = server.process.pid ?? 0;
  const [begin, before] = [performance.now(), processorMs(pid)];
  const until = begin + options.seconds * 1_000;
  let done = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (; performance.now() < until; done += 1) await step(done);
    }),
  );
  const seconds = (performance.now() - begin) / 1_000;
  return { perSecond: done / seconds, cpuUs: ((processorMs(pid) - before) * 1_000) / done };
}

async function beside(
  name: string,
  atOnce: number,
  aim: string,
  step: (server: Server, at: number) => Promise<unknown>,
): Promise<void> {
  const bare = await rate(canned, atOnce, (at) => step(canned, at));
  const real = await rate(engine, atOnce, (at) => step(engine, at));
  console.log(
    `${name}: ${rounded(real.perSecond)}/s, canned ${rounded(bare.perSecond)}/s, ratio ${rounded(real.perSecond / bare.perSecond, 2)} ` +
      `(aim ${aim}); the engine's processor ${rounded(real.cpuUs)} µs each`,
  );
}

const upsert = (server: Server, from: number, range: number) =>
  server.docs.bulkWrite(
    Array.from({ length: bulkSize }, (_, at) => {
      const { _id, ...fields } = docOf((from + at) % range);
      return { updateOne: { filter: { _id }, update: { $set: fields }, upsert: true } };
    }),
    { ordered: false },
  );

async function insert(count: number, from: number): Promise<void> {
  for (let at = 0; at < count; at += bulkSize) {
    await engine.docs.insertMany(
      Array.from({ length: bulkSize }, (_, index) => docOf(from + at + index)),
      { ordered: false },
    );
  }
}

describeMachine();
const canned = await started('canned', ['--import', './scripts/typescript.mjs', 'test/bench/mongo-canned.ts']);
const engine = await started('engine', [
  'dist/apps/embedded-mongo/src/main.js',
  '--data',
  join(directory, 'data'),
  '--socket',
]);
try {
  const bare = await rate(canned, 2, (at) => upsert(canned, at * bulkSize, options.documents));
  const bulk = await rate(engine, 2, (at) => upsert(engine, at * bulkSize, options.documents));
  console.log(
    `bulk upserts of ${bulkSize}: ${rounded(bulk.perSecond * bulkSize)} documents/s (aim 30 000), canned ` +
      `${rounded(bare.perSecond * bulkSize)}; the engine's processor ${rounded(bulk.cpuUs / bulkSize, 1)} µs a document`,
  );
  await engine.docs.drop();
  await engine.docs.createIndex({ n: -1 });
  await insert(options.documents, 0);
  await beside('findOne by _id, 32 in flight', inFlight, '0.8', ({ docs }, at) =>
    docs.findOne({ _id: `d-${at % options.documents}` }),
  );
  await beside(`indexed sort and limit ${pageSize} of ${rounded(options.documents)}`, inFlight, '0.6', ({ docs }) =>
    docs.find().sort({ n: -1 }).limit(pageSize).toArray(),
  );
  await group();
  await memory();
} finally {
  for (const server of [canned, engine]) {
    await server.client.close();
    server.process.kill('SIGKILL');
  }
  await rm(directory, { recursive: true, force: true });
}

async function group(): Promise<void> {
  const run = () =>
    engine.docs.aggregate([{ $group: { _id: '$group', n: { $sum: 1 }, sum: { $sum: '$n' } } }]).toArray();
  await run();
  const times: number[] = [];
  const waits: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const begin = performance.now();
    let running = true;
    const aggregation = run().finally(() => (running = false));
    while (running) {
      const asked = performance.now();
      await engine.docs.findOne({ _id: 'd-1' });
      waits.push(performance.now() - asked);
    }
    await aggregation;
    times.push(performance.now() - begin);
  }
  console.log(
    `$group over ${rounded(options.documents)}: ${rounded(percentile(times, 0.5))} ms with another client asking (aim 300)`,
  );
  console.log(`another client meanwhile: p99 ${rounded(percentile(waits, 0.99), 1)} ms of ${waits.length} (aim 50)`);
}

async function memory(): Promise<void> {
  await insert(options.many - options.documents, options.documents);
  const bytes = residentAnonymousBytes(engine.process.pid ?? 0);
  console.log(`RssAnon with ${rounded(options.many)} documents: ${rounded(bytes / mebibyte)} MiB (aim 200 MB)`);
}
