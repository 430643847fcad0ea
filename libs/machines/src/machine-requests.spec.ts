import { describe, expect, it } from '@jest/globals';

import type { Identified, ReadModel } from '#read-models';

import { MachineRequests } from './machine-requests.js';
import type { MachineRequest } from './machine-requests.projection.js';

const request = (id: string, requestedPosition: string): Identified<MachineRequest> => ({
  id,
  machineId: 'm1',
  gatewayId: 'g1',
  hallId: 'h1',
  kind: 'lock-play',
  parameters: {},
  deadline: '2026-01-15T13:30:30.000Z',
  settled: false,
  expiresHere: true,
  outcome: null,
  detail: null,
  requestedAt: '2026-01-15T13:30:00.000Z',
  settledAt: null,
  requestedPosition,
});

/** A read model of so many requests that are not settled, asked for at positions 10, 20 and so on. */
function readModelOf(count: number): ReadModel<MachineRequest> {
  const all = Array.from({ length: count }, (_, at) => request(`request-${at + 1}`, `${(at + 1) * 10}`));
  return {
    get: () => Promise.resolve(undefined),
    find: ({ createdAfter, limit }) => {
      const found =
        createdAfter === undefined
          ? [...all].reverse()
          : all.filter(({ requestedPosition }) => BigInt(requestedPosition) > createdAfter);
      return Promise.resolve({ items: found.slice(0, limit), next: null });
    },
    position: () => Promise.resolve(BigInt(count) * 10n),
  };
}

describe('the requests for a gateway', () => {
  const page = async (requests: number, after: bigint | undefined) => {
    const { items, next } = await new MachineRequests(readModelOf(requests)).page('g1', after, 0);
    return [items.map(({ id }) => id), next] as const;
  };

  it('come in order, after its cursor', async () => {
    expect(await page(2, undefined)).toEqual([['request-1', 'request-2'], '20']);
    expect(await page(2, 10n)).toEqual([['request-2'], '20']);
    expect(await page(2, 20n)).toEqual([[], '20']);
  });

  it('all come again where the cursor is of a longer history than there is: one of a newer backup', async () => {
    expect(await page(2, 5_000n)).toEqual([['request-1', 'request-2'], '20']);
  });

  it('all come, each once, where more are open than a page has', async () => {
    const handed: string[] = [];
    for (let cursor = 0n, ids: readonly string[] = ['']; ids.length > 0;) {
      const [found, next] = await page(1_234, cursor);
      [ids, cursor] = [found, BigInt(next)];
      handed.push(...found);
    }
    expect(handed).toEqual(Array.from({ length: 1_234 }, (_, at) => `request-${at + 1}`));
  });
});
