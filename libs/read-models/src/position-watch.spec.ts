import { describe, expect, it } from '@jest/globals';

import { PositionWatch } from './position-watch.js';
import { until } from './projecting.test-support.js';

const longMs = 60_000;

/** Checkpoints of another process, and how often they were read. */
function elsewhere(): { positions: Map<string, bigint>; reads: string[][]; watch: PositionWatch } {
  const positions = new Map<string, bigint>();
  const reads: string[][] = [];
  const watch = new PositionWatch(async (collections) => {
    reads.push([...collections]);
    return positions;
  });
  return { positions, reads, watch };
}

describe('waiting for a projection', () => {
  it('of this process ends when its runner passes the position, without a read', async () => {
    const { watch, reads } = elsewhere();
    watch.reached('tabs_v1', 1n);
    const waits = [watch.wait('tabs_v1', 2n, longMs), watch.wait('tabs_v1', 5n, longMs)];
    watch.reached('tabs_v1', 2n);
    expect(await waits[0]).toBe(true);
    watch.reached('tabs_v1', 9n);
    expect(await waits[1]).toBe(true);
    expect(await watch.wait('tabs_v1', 9n, longMs)).toBe(true);
    expect(reads).toEqual([]);
  });

  it('of another process reads the checkpoints once for all that wait', async () => {
    const { watch, reads, positions } = elsewhere();
    const waits = [1n, 2n, 3n].map((after) => watch.wait('tabs_v1', after, longMs));
    const others = watch.wait('drinks_v1', 1n, longMs);
    await until(() => reads.length > 1);
    expect(reads.at(-1)).toEqual(['tabs_v1', 'drinks_v1']);
    positions.set('tabs_v1', 3n);
    expect(await Promise.all(waits)).toEqual([true, true, true]);
    positions.set('drinks_v1', 1n);
    expect(await others).toBe(true);
    const before = reads.length;
    expect(await watch.wait('tabs_v1', 3n, longMs)).toBe(true);
    expect(reads).toHaveLength(before);
  });

  it('goes on by reading when the runner of this process ends', async () => {
    const { watch, positions } = elsewhere();
    watch.reached('tabs_v1', 1n);
    const wait = watch.wait('tabs_v1', 2n, longMs);
    positions.set('tabs_v1', 2n);
    watch.left('tabs_v1');
    expect(await wait).toBe(true);
  });

  it('survives reads that fail', async () => {
    let reads = 0;
    const watch = new PositionWatch(async () => {
      reads += 1;
      if (reads < 3) throw new Error('away');
      return new Map([['tabs_v1', 1n]]);
    });
    expect(await watch.wait('tabs_v1', 1n, longMs)).toBe(true);
  });

  it('ends in time, and when the process ends', async () => {
    const { watch } = elsewhere();
    expect(await watch.wait('tabs_v1', 1n, 1)).toBe(false);
    const wait = watch.wait('tabs_v1', 1n, longMs);
    watch.close();
    expect(await wait).toBe(false);
  });

  it('is refused past ten thousand', async () => {
    const { watch } = elsewhere();
    watch.reached('tabs_v1', 0n);
    const waits = Array.from({ length: 10_000 }, () => watch.wait('tabs_v1', 1n, longMs));
    expect(await watch.wait('tabs_v1', 1n, longMs)).toBe(false);
    watch.reached('tabs_v1', 1n);
    expect(new Set(await Promise.all(waits))).toEqual(new Set([true]));
  });
});

describe('the rest between two batches', () => {
  const never = new AbortController().signal;

  it('is over after its time', async () => {
    await elsewhere().watch.rest('tabs_v1', 1, never);
  });

  it('is over when somebody waits for the projection, and is none while somebody does', async () => {
    const { watch } = elsewhere();
    watch.reached('tabs_v1', 1n);
    const rest = watch.rest('tabs_v1', longMs, never);
    const wait = watch.wait('tabs_v1', 2n, longMs);
    await rest;
    await watch.rest('tabs_v1', longMs, never);
    watch.reached('tabs_v1', 2n);
    expect(await wait).toBe(true);
  });

  it('is over when the process ends', async () => {
    const ending = new AbortController();
    const rest = elsewhere().watch.rest('tabs_v1', longMs, ending.signal);
    ending.abort();
    await rest;
  });
});
