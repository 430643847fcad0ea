import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

import { LogCollections, storePages } from '#audit';
import {
  findingText,
  type LogStorage,
  openCheckpoint,
  type TreeHead,
  type Verification,
  type VerificationOptions,
  verifyInStretches,
  verifyLog,
} from '#tamper-log';

import { type CommandLine, type Output, type TallyCommand, textOption } from './command.js';
import { ComparingThreads } from './comparing-threads.js';
import { exitCodes, usage } from './exit-codes.js';
import { connectStores, storeOptions, verifierOf } from './stores.js';

const progressEveryMs = 200;
/** More would wait for the stores. */
const maximumByDefault = 4;
const maximumThreads = 64;
/** Below, what a thread saves is less than what it takes to start. */
const leavesOfThread = 100_000;

export const logVerify: TallyCommand = {
  name: 'log verify',
  arguments: '[--checkpoint FILE]… [--key KEY] [--data DIR] [--threads N]',
  summary: 'Reads the whole store and the whole log, and names every leaf that they disagree on',
  options: { ...storeOptions, checkpoint: { type: 'string', multiple: true }, threads: { type: 'string' } },
  run: async (line, output) => {
    const given = threadsGiven(line);
    const stores = await connectStores(line);
    try {
      const verifier = await verifierOf(line, stores.storeId);
      const kept = keptHeads(line, (note) => openCheckpoint(note, verifier));
      const started = performance.now();
      const storage = new LogCollections(stores.readModels);
      const options = { storage, verifier, kept, onProgress: progressTo(output) };
      const verification =
        (await verifiedInThreads(line, given ?? (await threadsFor(storage)), options)) ??
        (await verifyLog({ ...options, events: storePages(stores.store) }));
      const seconds = (performance.now() - started) / 1_000;
      report(verification, verifier.verifierKey, seconds, output);
      return verification.findings.length === 0 ? exitCodes.good : exitCodes.disagreement;
    } finally {
      await stores.close();
    }
  },
};

/** @throws {Stopped} `--threads` is not a number of threads */
function threadsGiven(line: CommandLine): number | undefined {
  const text = textOption(line, 'threads');
  if (text === undefined) return undefined;
  const threads = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (threads < 1 || threads > maximumThreads)
    throw usage(`--threads must be a whole number from 1 to ${maximumThreads}, not '${text}'.`);
  return threads;
}

/** As many as the log is worth and the machine has cores. */
async function threadsFor(storage: LogStorage): Promise<number> {
  const size = (await storage.readState())?.size ?? 0;
  return Math.min(maximumByDefault, availableParallelism(), Math.floor(size / leavesOfThread));
}

/** Several stretches of the log at once; undefined where each leaf is to be looked at in turn. */
async function verifiedInThreads(
  line: CommandLine,
  count: number,
  options: Omit<VerificationOptions, 'events'>,
): Promise<Verification | undefined> {
  if (count < 2) return undefined;
  const comparing = new ComparingThreads(line, count);
  try {
    // One more for each than it is at: none waits for this thread.
    return await verifyInStretches({ ...options, compare: comparing.compare, atOnce: count * 2 });
  } finally {
    await comparing.close();
  }
}

function keptHeads({ options }: CommandLine, open: (note: string) => TreeHead): TreeHead[] {
  const files = Array.isArray(options.checkpoint) ? (options.checkpoint as readonly string[]) : [];
  return files.map((file) => open(readFileSync(file, 'utf8')));
}

function progressTo(output: Output): (leaves: number, size: number) => void {
  let toldMs = 0;
  return (leaves, size) => {
    const now = performance.now();
    if (now - toldMs < progressEveryMs) return;
    toldMs = now;
    output.progress(`${leaves} of ${size} leaves`);
  };
}

function report(verification: Verification, key: string, seconds: number, { line, json }: Output): void {
  const { size, root, notYetLogged, checkpoints, findings, furtherFindings } = verification;
  json({ agree: findings.length === 0, ...verification, key, seconds });
  for (const finding of findings) line(findingText(finding));
  if (furtherFindings > 0) line(`and ${furtherFindings} more`);
  line(
    findings.length === 0
      ? `Store and log agree on ${size} leaves and ${checkpoints} checkpoints (${seconds.toFixed(1)} s).`
      : `Store and log DISAGREE: ${findings.length + furtherFindings} findings in ${size} leaves.`,
  );
  line(`root ${root}`);
  line(`key  ${key}`);
  if (notYetLogged > 0) line(`${notYetLogged} events came after the last leaf.`);
}
