import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { killUnderLoad } from './kill-rounds.js';

const timeoutMs = 180_000;

it(
  'an engine killed under load has lost, doubled and torn nothing',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chaos-eventstore-'));
    try {
      const options = { kills: 3, writers: 16, appendsBeforeKill: 250, segmentBytes: 128 * 1024 };
      const report = await killUnderLoad({ dataDir: join(folder, 'data'), ...options });
      expect(report.faults).toEqual([]);
      expect(report.scavenges).toBeGreaterThan(0);
      expect(report.acknowledged).toBeGreaterThan(options.kills * options.appendsBeforeKill);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  timeoutMs,
);
