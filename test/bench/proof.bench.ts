import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { LogCollections, storePages } from '#audit';
import { startEventStore } from '#embedded-eventstore';
import { startMongo } from '#embedded-mongo';
import { connectEventStore, type EventStore } from '#event-sourcing';
import { connectReadModels } from '#read-models';
import { inclusionProof, LogWriter, noteSigner, TileReader, verifyLog } from '#tamper-log';

import { eventsUpTo } from '../../libs/tamper-log/src/events.test-support.js';
import { measureCallRecording } from './call-recording.js';
import { describeMachine } from './machine.js';
import { numbersFrom } from '../support/options.js';
import { median, percentile, rounded } from './statistics.js';

/**
 * What the proof costs: `--entries` of the log whose tiles are written and proofs read, `--events` of the store that is
 * compared with its log, `--rounds` of that. Both engines run in this process: its processor time is theirs as well. Then what it
 * costs a command to be on record.
 */
const options = numbersFrom({ entries: 1_000_000, events: 60_000, rounds: 5, proofs: 500 });
const signer = noteSigner('tallyhall/bench', Buffer.alloc(32, 7));
const batch = 2_048;

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

async function verification(store: EventStore, storage: LogCollections): Promise<void> {
  const events = eventsUpTo(options.events);
  for (let from = 0; from < events.length; from += 500) {
    const page = events.slice(from, from + 500);
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
  const verify = async (): Promise<void> => {
    const { findings } = await verifyLog({ events: storePages(store), storage, verifier: signer });
    if (findings.length > 0) throw new Error('store and log disagree');
  };
  const ratios: { wall: number; cpu: number }[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const [read, compared] = [await timed(bare), await timed(verify)];
    ratios.push({ wall: read.wallMs / compared.wallMs, cpu: read.cpuMs / compared.cpuMs });
    console.log(`  bare ${rounded(read.wallMs)} ms, verify ${rounded(compared.wallMs)} ms`);
  }
  const [wall, cpu] = [median(ratios.map((each) => each.wall)), median(ratios.map((each) => each.cpu))];
  console.log(`verify against a bare read: ${rounded(wall, 2)} by time, ${rounded(cpu, 2)} by processor (aim: 0.7)`);
}

console.log(`bench:proof on ${describeMachine()}`);
const folder = await mkdtemp(join(tmpdir(), 'bench-'));
const server = await startEventStore({ dataDir: join(folder, 'events'), socketPath: join(folder, 'es.sock') });
const mongo = await startMongo({ dataDir: join(folder, 'mongo'), socketPath: join(folder, 'mongo.sock') });
const store = connectEventStore({ url: `unix:${join(folder, 'es.sock')}` });
const connected = (database: string) =>
  connectReadModels({ url: mongo.uri, database, projections: [], storeId: () => Promise.resolve('bench') });
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
  await mongo.stop();
  await server.stop();
  await rm(folder, { recursive: true });
}
await measureCallRecording(options.rounds);
