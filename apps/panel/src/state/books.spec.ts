import { describe, expect, it } from '@jest/globals';

import { handpayRows, meterRows, snapshotRows, transferRows, alarmRows } from './books.js';

const at = '2026-01-15T13:30:00.000Z';
const eur = (value: number) => ({ value, currency: 'EUR' });

describe('a machine’s books', () => {
  it('show meters by name first, others by code, zeros of those not', () => {
    const rows = meterRows({ '47': 3, '48': 0, '0C': 0, '00': 1234 });
    expect(rows.map(({ title }) => title)).toEqual(['Coin in', 'Credits', 'Meter 47']);
  });

  it('say why a snapshot was taken, and that a handpay waits', () => {
    const [snapshot] = snapshotRows([{ id: 's', trigger: 'power', meters: { '00': 5 }, readAt: at }], 'UTC');
    expect(snapshot).toMatchObject({ title: 'Power came', detail: 'coin in 5, 1 meters' });
    const rows = handpayRows([{ amount: eur(500), requestedAt: at, resetAt: null }], 'UTC');
    expect(rows[0]?.detail).toBe('waits');
  });

  it('show what a transfer moved, or what it was asked to move', () => {
    const transfer = { id: 't', direction: 'to-machine' as const, requested: eur(500), requestedAt: at };
    const rows = transferRows(
      [
        { ...transfer, moved: null, status: 'requested' },
        { ...transfer, id: 'u', moved: eur(100), status: 'completed' },
      ],
      'UTC',
    );
    expect(rows.map(({ title }) => title)).toEqual([expect.stringContaining('5.00'), expect.stringContaining('1.00')]);
  });

  it('keep two alarms of one moment apart', () => {
    const alarm = { kind: 'door-opened', message: 'The slot door was opened.', at };
    const keys = alarmRows([alarm, alarm], 'UTC').map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
  });
});
