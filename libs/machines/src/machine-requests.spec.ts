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

/** Two requests that are not settled, in a read model that has come to position 100. */
const readModel: ReadModel<MachineRequest> = {
  get: () => Promise.resolve(undefined),
  find: () => Promise.resolve({ items: [request('second', '90'), request('first', '80')], next: null }),
  position: () => Promise.resolve(100n),
};

describe('the requests for a gateway', () => {
  const page = async (after: bigint | undefined) => {
    const { items, next } = await new MachineRequests(readModel).page('g1', after, 0);
    return [items.map(({ id }) => id), next];
  };

  it('come in order, after its cursor', async () => {
    expect(await page(undefined)).toEqual([['first', 'second'], '90']);
    expect(await page(80n)).toEqual([['second'], '90']);
    expect(await page(90n)).toEqual([[], '90']);
  });

  it('all come again where the cursor is of a longer history than there is: one of a newer backup', async () => {
    expect(await page(5_000n)).toEqual([['first', 'second'], '90']);
  });
});
