import { describe, expect, it } from '@jest/globals';

import { alarmBook, type Book, gameBook, handpayBook, meterBook, snapshotBook, transferBook } from './books.js';

const at = '2026-01-15T13:30:00.000Z';
const eur = (value: number) => ({ value, currency: 'EUR' });
const cells = ({ groups }: Book): (readonly string[])[] => groups.flatMap(({ rows }) => rows.map((row) => row.cells));

describe('a machine’s books', () => {
  it('show what meters counted by what they are about, and say how many stand still', () => {
    const book = meterBook(
      [
        { code: '00', name: 'coin in', unit: 'credits', reading: 1234 },
        { code: '48', name: '$200 bills', unit: 'count', reading: 0 },
        { code: '7F', name: 'theoretical payback', unit: 'hundredths-of-a-percent', reading: 9400 },
        { code: 'A0', name: 'in-house to machine', unit: 'cents', reading: 500 },
        { code: 'F1', name: '', unit: null, reading: 7 },
      ],
      'EUR',
    );
    expect(book.groups.map(({ title }) => title)).toEqual(['Play', 'Transfers', 'Other']);
    expect(cells(book).map(([code]) => code)).toEqual(['00', '7F', 'A0', 'F1']);
    expect(cells(book).map((row) => row[2])).toEqual([
      expect.stringMatching(/^1.234 cr$/),
      '94.00 %',
      expect.stringContaining('5.00'),
      '7',
    ]);
    expect(book.note).toBe('1 more stand at zero.');
  });

  it('say why a snapshot was taken and what moved since the one before, unless the meters began anew', () => {
    const snapshot = (id: string, trigger: string, coinIn: number) => ({
      id,
      trigger,
      meters: { '00': coinIn },
      readAt: at,
    });
    const rows = cells(
      snapshotBook([snapshot('c', 'power', 3), snapshot('b', 'request', 9), snapshot('a', 'start', 4)], 'UTC'),
    );
    expect(rows.map(([, why, coinIn]) => [why, coinIn])).toEqual([
      ['Power came', '3'],
      ['Somebody asked', '9 (+5)'],
      ['The gateway began', '4'],
    ]);
  });

  it('say that a handpay waits', () => {
    const book = handpayBook([{ amount: eur(500), requestedAt: at, resetAt: null }], 'UTC');
    expect(cells(book)[0]?.[2]).toBe('waits');
  });

  it('show what a transfer moved, or what it was asked to move', () => {
    const transfer = {
      ...{ direction: 'to-machine' as const, requested: eur(500), requestedAt: at },
      ...{ machineSaid: null, detail: null },
    };
    const book = transferBook(
      [
        { ...transfer, id: 't', moved: null, status: 'requested' },
        { ...transfer, id: 'u', moved: eur(100), status: 'completed', machineSaid: 'all of it was transferred' },
        { ...transfer, id: 'v', moved: eur(0), status: 'failed', machineSaid: 'not possible now' },
      ],
      'UTC',
    );
    expect(cells(book).map((row) => row.slice(2))).toEqual([
      [expect.stringContaining('5.00'), 'under way'],
      [expect.stringContaining('1.00'), 'completed'],
      [expect.stringContaining('0.00'), 'failed: not possible now'],
    ]);
  });

  it('keep two alarms of one moment apart', () => {
    const alarm = { kind: 'door-opened', message: 'The slot door was opened.', at };
    const keys = alarmBook([alarm, alarm], 'UTC').groups[0]?.rows.map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
  });

  it('show a game with what is known of it', () => {
    const game = { name: 'Reels', payTable: 'P1', basePercent: '9450' };
    const items = [
      { ...game, game: 1, meters: { '00': 7, '01': 3 } },
      { game: 2, name: null, payTable: null, basePercent: null, meters: null },
    ];
    expect(cells(gameBook({ items }))).toEqual([
      ['1', 'Reels · P1', '94.50 %', '7', '3'],
      ['2', 'no name', '–', '–', '–'],
    ]);
  });
});
