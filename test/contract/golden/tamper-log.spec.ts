import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

import {
  entryText,
  hashLeaf,
  inclusionProof,
  LogWriter,
  noteSigner,
  proofText,
  sha256Hex,
  signCheckpoint,
  type StoredTile,
  tilePath,
} from '#tamper-log';

import { eventAt, eventsUpTo } from '../../../libs/tamper-log/src/events.test-support.js';
import { MemoryStorage } from '../../../libs/tamper-log/src/memory-storage.test-support.js';
import { TileReader } from '../../../libs/tamper-log/src/tile-reader.js';

const golden = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`./tamper-log/${name}`, import.meta.url)), 'utf8');

const leaves = 600;
const signer = noteSigner('tallyhall/2f1f7d3c-5b0e-4a55-8d6f-0c9b6f0f6a01', Buffer.alloc(32, 7));

async function log() {
  const writer = LogWriter.empty();
  const storage = new MemoryStorage();
  const changes = writer.append(eventsUpTo(leaves));
  await storage.write(changes);
  return { changes, storage, head: writer.state };
}

/** One line a tile: its address and the SHA-256 of its base64. */
const tileLine = ({ level, index, hashes }: StoredTile): string =>
  `${tilePath({ level, index, width: hashes.length / 32 })} ${sha256Hex(hashes.toString('base64'))}`;

describe('the golden tamper log', () => {
  it('has the entries that it always had', () => {
    const entries = [0, 1, 12, 599].map((index) => entryText(index, eventAt(index)));
    const lines = entries.map((entry) => `${entry} ${hashLeaf(Buffer.from(entry)).toString('hex')}\n`);
    expect(lines.join('')).toBe(golden('entries.txt'));
  });

  it('has the tiles that it always had', async () => {
    const { changes } = await log();
    expect(changes.tiles.map(tileLine).sort().join('\n') + '\n').toBe(golden('tiles.txt'));
  });

  it('has the checkpoint that it always had, to the last byte of its signature', async () => {
    const { head } = await log();
    expect(signCheckpoint(head, signer)).toBe(golden('checkpoint.txt'));
    expect(`${signer.verifierKey}\n`).toBe(golden('key.txt'));
  });

  it('has the proof that it always had', async () => {
    const { storage, head } = await log();
    const reader = new TileReader(storage);
    const hashes = await inclusionProof(300, leaves, (tree) => reader.hashOf(tree));
    expect(proofText({ index: 300, hashes, checkpoint: signCheckpoint(head, signer) })).toBe(golden('300.tlog-proof'));
  });
});
