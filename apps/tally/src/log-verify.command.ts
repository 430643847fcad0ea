import { readFileSync } from 'node:fs';

import { LogCollections, storePages } from '#audit';
import { findingText, openCheckpoint, type TreeHead, type Verification, verifyLog } from '#tamper-log';

import type { CommandLine, Output, TallyCommand } from './command.js';
import { exitCodes } from './exit-codes.js';
import { connectStores, storeOptions, verifierOf } from './stores.js';

const progressEveryMs = 200;

export const logVerify: TallyCommand = {
  name: 'log verify',
  arguments: '[--checkpoint FILE]… [--key KEY] [--data DIR]',
  summary: 'Reads the whole store and the whole log, and names every leaf that they disagree on',
  options: { ...storeOptions, checkpoint: { type: 'string', multiple: true } },
  run: async (line, output) => {
    const stores = await connectStores(line);
    try {
      const verifier = await verifierOf(line, stores.storeId);
      const kept = keptHeads(line, (note) => openCheckpoint(note, verifier));
      const started = performance.now();
      const verification = await verifyLog({
        events: storePages(stores.store),
        storage: new LogCollections(stores.readModels),
        verifier,
        kept,
        onProgress: progressTo(output),
      });
      const seconds = (performance.now() - started) / 1_000;
      report(verification, verifier.verifierKey, seconds, output);
      return verification.findings.length === 0 ? exitCodes.good : exitCodes.disagreement;
    } finally {
      await stores.close();
    }
  },
};

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
