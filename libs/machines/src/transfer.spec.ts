import { describe, expect, it } from '@jest/globals';

import type { RecordedEvent } from '#kernel';

import { houseAccounts, type HouseAccount } from './house-accounts.projection.js';
import { transfer, type TransferCommand, type TransferEvent, type TransferState } from './transfer.js';
import { transfersProjection, type TransferDocument } from './transfers.projection.js';

const transferId = '276b973a-e457-5dbb-80bd-321f6a184c1d';
const eur = (value: number) => ({ value, currency: 'EUR' });
const common = { transferId, machineId: 'm1', requested: eur(2500) };

const request = (direction: 'to-machine' | 'to-house' = 'to-machine'): TransferCommand => ({
  type: 'RequestTransfer',
  data: { ...common, direction, gatewayId: 'g1', deadline: '2026-01-15T13:31:00.000Z' },
});
const settle = (
  outcome: 'completed' | 'failed' | 'expired' | 'unresolved',
  moved = 0,
  machineStatus: number | null = null,
): TransferCommand => ({
  type: 'SettleTransfer',
  data: { transferId, outcome, moved: eur(moved), machineStatus },
});
const resolve = (moved: number): TransferCommand => ({
  type: 'ResolveTransfer',
  data: { transferId, moved: eur(moved), reason: 'The drawer was counted' },
});

function history(...commands: readonly TransferCommand[]): { state: TransferState; events: TransferEvent[] } {
  let state = transfer.initialState();
  const events: TransferEvent[] = [];
  for (const command of commands) {
    for (const event of transfer.decide(command, state)) {
      state = transfer.evolve(state, event);
      events.push(event);
    }
  }
  return { state, events };
}

const typesOf = (...commands: readonly TransferCommand[]): string[] =>
  history(...commands).events.map(({ type }) => type);

describe('a transfer', () => {
  it.each([
    ['completed', settle('completed', 2500, 0), 'transfer.completed.v1'],
    ['completed in part', settle('completed', 100, 1), 'transfer.completed.v1'],
    ['refused', settle('failed', 0, 0x87), 'transfer.failed.v1'],
    ['never taken', settle('failed'), 'transfer.failed.v1'],
    ['expired', settle('expired'), 'transfer.failed.v1'],
    ['unresolved', settle('unresolved'), 'transfer.unresolved.v1'],
  ])('that is %s is settled once, whatever is said again', (_, outcome, type) => {
    expect(typesOf(request(), outcome, outcome, settle('completed', 2500, 0))).toEqual(['transfer.requested.v1', type]);
  });

  it('is requested once, above zero', () => {
    expect(() => history(request(), request())).toThrow(expect.objectContaining({ code: 'transfer_exists' }));
    const nothing = request();
    if (nothing.type === 'RequestTransfer') {
      expect(() => history({ ...nothing, data: { ...nothing.data, requested: eur(0) } })).toThrow(
        expect.objectContaining({ code: 'amount_invalid' }),
      );
    }
  });

  it('is resolved by hand only when nobody else can say, and never beyond what was asked', () => {
    expect(typesOf(request(), settle('unresolved'), resolve(2500)).at(-1)).toBe('transfer.resolved.v1');
    expect(() => history(request(), resolve(0))).toThrow(expect.objectContaining({ code: 'transfer_not_unresolved' }));
    expect(() => history(request(), settle('unresolved'), resolve(2501))).toThrow(
      expect.objectContaining({ code: 'amount_invalid' }),
    );
  });
});

const recorded = (event: TransferEvent): RecordedEvent<TransferEvent> => ({
  ...event,
  id: transferId,
  stream: `transfer-${transferId}`,
  revision: 0n,
  position: 1n,
  recordedAt: new Date(0),
  metadata: {
    $correlationId: 'c',
    $causationId: 'c',
    commandId: transferId,
    actor: { kind: 'system', id: 't' },
    hallId: 'h1',
    gamingDate: '2026-01-15',
    occurredAt: '2026-01-15T13:30:00.000Z',
  },
});

describe('the house’s account', () => {
  const account = (...commands: readonly TransferCommand[]): HouseAccount | null =>
    history(...commands).events.reduce<HouseAccount | null>((doc, event) => {
      return houseAccounts.handles.includes(event.type) ? houseAccounts.evolve(doc, recorded(event)) : doc;
    }, null);

  it.each<[string, readonly TransferCommand[], readonly [number, number, number]]>([
    ['on its way', [request()], [-2500, 2500, 0]],
    ['on the machine', [request(), settle('completed', 2500, 0)], [-2500, 0, 2500]],
    ['in part on the machine', [request(), settle('completed', 900, 1)], [-900, 0, 900]],
    ['back where it was', [request(), settle('failed', 0, 0x87)], [0, 0, 0]],
    ['unknown', [request(), settle('unresolved')], [-2500, 2500, 0]],
    ['found', [request(), settle('unresolved'), resolve(2500)], [-2500, 0, 2500]],
    ['found not to have moved', [request(), settle('unresolved'), resolve(0)], [0, 0, 0]],
    ['back from a machine', [request('to-house'), settle('completed', 2500, 0)], [2500, 0, -2500]],
    ['not back from a machine', [request('to-house'), settle('expired')], [0, 0, 0]],
  ])('adds up to zero while money is %s', (_, commands, [balance, pending, onMachines]) => {
    const figures = account(...commands);
    expect(figures).toMatchObject({ balance: eur(balance), pending: eur(pending), onMachines: eur(onMachines) });
    expect(balance + pending + onMachines).toBe(0);
  });
});

describe('the list of transfers', () => {
  it('shows what was asked and what became of it', () => {
    const { events } = history(request(), settle('completed', 900, 1));
    const documents = events.map(recorded);
    const document = documents.reduce<TransferDocument | null>(
      (doc, event) => transfersProjection.evolve(doc, event),
      null,
    );
    expect(document).toMatchObject({
      hallId: 'h1',
      status: 'completed',
      requested: eur(2500),
      moved: eur(900),
      machineStatus: 1,
      settledAt: '2026-01-15T13:30:00.000Z',
    });
  });
});
