import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { LogCollections, storePages } from '#audit';
import { engineAddresses, runtimeFolderOf } from '#config';
import { connectEventStore, type EventStore, storeIdentified } from '#event-sourcing';
import { connectReadModels } from '#read-models';
import { inclusionProof, LogWriter, noteSigner, TileReader } from '#tamper-log';

import { eventAt, eventsUpTo } from '../../libs/tamper-log/src/events.test-support.js';
import { measureCallRecording } from './call-recording.js';
import { describeMachine } from './machine.js';
import { numbersFrom } from '../support/options.js';
import { repository, runProgram } from '../support/processes.js';
import { median, percentile, rounded } from './statistics.js';

/**
 * What the proof costs: `--entries` of the log whose tiles are written and proofs read, `--events` of the store that is
 * compared with its log, `--rounds` of that. The engines run as a hall runs them, in a process of their own. Then what it costs a
 * command to be on record, in `--recordings` rounds.
 */
const options = numbersFrom({ entries: 1_000_000, events: 300_000, rounds: 3, proofs: 500, recordings: 5 });
const signer = noteSigner('tallyhall/bench', Buffer.alloc(32, 7));
const batch = 2_048;
const benchStore = randomUUID();
const benchMetadata = eventAt(0).metadata;
const readyTimeoutMs = 30_000;

async function tiles(storage: LogCollections): Promise<void> {
  const writer = LogWriter.empty();
  let spentMs = 0;
  for (let from = 0; from < options.entries; from += batch) {
    const events = eventsUpTo(Math.min(options.entries, from + batch), from);
    const began = performance.now();
    await storage.write(writer.append(events));
    spentMs += performance.now() - began;
  }
  await storage.writeState(writer.state);
  console.log(
    `tiles: ${rounded((options.entries * 1_000) / spentMs)} entries/s (aim: 20 000), ${options.entries} in all`,
  );
}

/** Of a reader of its own for each, which remembers nothing, and of one for all, as the platform has it. */
async function proofs(storage: LogCollections): Promise<void> {
  const kept = new TileReader(storage);
  const readers = { 'nothing remembered': () => new TileReader(storage), 'one reader': () => kept };
  for (const [how, readerOf] of Object.entries(readers)) {
    const latencies: number[] = [];
    const { cpuMs } = await timed(async () => {
      for (let count = 0; count < options.proofs; count += 1) {
        const reader = readerOf();
        const index = Math.floor((options.entries * (count + 0.5)) / options.proofs);
        const { wallMs } = await timed(() => inclusionProof(index, options.entries, (tree) => reader.hashOf(tree)));
        latencies.push(wallMs);
      }
    });
    const [half, most] = [median(latencies), percentile(latencies, 0.99)];
    console.log(
      `proof from ${options.entries}, ${how}: p50 ${rounded(half, 2)} ms, p99 ${rounded(most, 2)} ms, ` +
        `${rounded(cpuMs / options.proofs, 2)} ms of processor (aim: under 5 ms)`,
    );
  }
}

async function timed(work: () => Promise<unknown>): Promise<{ wallMs: number; cpuMs: number }> {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: performance.now() - began, cpuMs: (user + system) / 1_000 };
}

/** `tally log verify` beside a bare read of the same store, in turn. */
async function verification(store: EventStore, storage: LogCollections): Promise<void> {
  const identity = {
    id: randomUUID(),
    type: storeIdentified.type,
    data: { storeId: benchStore, format: 1 },
    metadata: benchMetadata,
  };
  await store.append('platform-store', [identity], 'no-stream');
  for (let from = 0; from < options.events; from += 500) {
    const page = eventsUpTo(Math.min(options.events, from + 500), from);
    const proposed = page.map(({ id, type, data, metadata }) => ({
      id,
      type,
      data: data as Record<string, unknown>,
      metadata,
    }));
    await store.append('bench', proposed, 'any');
  }
  const writer = LogWriter.empty();
  for await (const page of storePages(store)) await storage.write(writer.append(page));
  await storage.writeState(writer.state);
  const bare = async (): Promise<void> => {
    for await (const page of storePages(store)) void page;
  };
  const ratios: number[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const [{ wallMs }, seconds] = [await timed(bare), await verified()];
    ratios.push(wallMs / (seconds * 1_000));
    console.log(`  bare ${rounded(wallMs)} ms, verify ${rounded(seconds * 1_000)} ms`);
  }
  console.log(`tally log verify against a bare read: ${rounded(median(ratios), 2)} by time (aim: 0.7)`);
}

/** The command as its user runs it. @returns the seconds that it says it took */
async function verified(): Promise<number> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['dist/apps/tally/src/main.js', 'log', 'verify', '--json', '--key', signer.verifierKey],
    { env: { ...process.env, ...addresses, MONGODB_DATABASE: 'small' }, cwd: repository },
  );
  return (JSON.parse(stdout) as { readonly seconds: number }).seconds;
}

console.log(`bench:proof on ${describeMachine()}`);
const folder = await mkdtemp(join(tmpdir(), 'bench-'));
const [addresses, sockets] = [engineAddresses(folder), runtimeFolderOf(folder)];
await mkdir(sockets);
const engines = runProgram('engines/src/main.js', ['--data', folder, '--sockets', sockets], {});
await engines.printed('listening on', readyTimeoutMs);
const store = connectEventStore({ url: addresses.EVENTSTORE_URL });
const connected = (database: string) =>
  connectReadModels({
    url: addresses.MONGODB_URL,
    database,
    projections: [],
    storeId: () => Promise.resolve(benchStore),
  });
const [large, small] = [await connected('large'), await connected('small')];
try {
  await verification(store, new LogCollections(small));
  const storage = new LogCollections(large);
  await tiles(storage);
  await proofs(storage);
} finally {
  await store.close();
  await large.close();
  await small.close();
  await engines.stop();
  for (const each of [sockets, folder]) await rm(each, { recursive: true });
}
await measureCallRecording(options.recordings);
