import { describe, expect, it } from '@jest/globals';

import { DeliveryLog, type DeliveryRecord } from './delivery-log.js';
import { MemoryCollection } from './testing/memory-collection.test-support.js';

const attempt = (number: number, second = number): DeliveryRecord => ({
  eventId: `e${number}:wallet.deposit`,
  type: 'wallet.deposit',
  stream: 'wallet-p1',
  position: number.toString(),
  attempt: 1,
  attemptedAt: new Date(Date.UTC(2026, 10, 23, 12, 0, second)).toISOString(),
  delivered: true,
  status: 200,
  error: null,
  durationMs: 3,
  nextAttemptAt: null,
});

describe('the delivery log', () => {
  it('gives pages, newest first, also within one millisecond', async () => {
    const log = new DeliveryLog(new MemoryCollection());
    for (const [number, second] of [
      [1, 1],
      [2, 2],
      [3, 2],
      [4, 2],
      [5, 3],
    ] as const)
      await log.add('c1', attempt(number, second));
    await log.add('c2', attempt(9));
    const first = await log.page('c1', 2, undefined);
    const second = await log.page('c1', 3, first.next ?? undefined);
    expect([...first.items, ...second.items].map(({ position }) => position)).toEqual(['5', '4', '3', '2', '1']);
    expect(second.next).toBeNull();
  });

  it('keeps the latest, and drops the rest from time to time', async () => {
    const records = new MemoryCollection<DeliveryRecord>();
    const log = new DeliveryLog(records, 10);
    for (let number = 1; number <= 1_002; number += 1) await log.add('c1', attempt(number));
    expect(records.entries.size).toBe(10);
    expect((await log.page('c1', 500, undefined)).items.map(({ position }) => position).at(-1)).toBe('993');
  });

  it('forgets a callback altogether', async () => {
    const records = new MemoryCollection<DeliveryRecord>();
    const log = new DeliveryLog(records);
    await log.add('c1', attempt(1));
    await log.add('c2', attempt(2));
    await log.trim('c1', 0);
    expect([...records.entries.values()].map(({ value }) => value.position)).toEqual(['2']);
  });
});
