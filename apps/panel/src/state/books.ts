import type { HandpayRow, AlarmRow, SnapshotRow, TransferRow } from '../api/types.js';
import { formatCount, formatMoney } from '../format/money.js';
import { formatInstant } from '../format/time.js';

/** One row of a machine's books, ready to be shown. */
export interface BookRow {
  readonly key: string;
  readonly at: string | null;
  readonly title: string;
  readonly detail: string;
}

/** Meters that people ask for by name; the others stand under their SAS code. */
const meterNames: Readonly<Record<string, string>> = {
  '00': 'Coin in',
  '01': 'Coin out',
  '02': 'Jackpot',
  '03': 'Hand-paid cancelled credits',
  '04': 'Cancelled credits',
  '05': 'Games played',
  '0B': 'Bills accepted',
  '0C': 'Credits',
  '17': 'Electronic in',
  '18': 'Electronic out',
  '22': 'Total won',
  '24': 'Total drop',
  A0: 'Transferred in, cents',
  B8: 'Transferred out, cents',
};

/** Meters that were read, those with a name first, zeros left out. */
export function meterRows(meters: Readonly<Record<string, number>>): BookRow[] {
  const named = Object.keys(meterNames).filter((code) => meters[code] !== undefined);
  const others = Object.keys(meters).filter((code) => !(code in meterNames) && meters[code] !== 0);
  return [...named, ...others.sort()].map((code) => ({
    key: code,
    at: null,
    title: meterNames[code] ?? `Meter ${code}`,
    detail: formatCount(meters[code] ?? 0),
  }));
}

const triggers: Readonly<Record<string, string>> = {
  start: 'The gateway began',
  online: 'Back on line',
  power: 'Power came',
  handpay: 'A handpay',
  'events-lost': 'Events were lost',
  request: 'Somebody asked',
};

export const snapshotRows = (rows: readonly SnapshotRow[], timeZone: string): BookRow[] =>
  rows.map(({ id, trigger, meters, readAt }) => ({
    key: id,
    at: formatInstant(readAt, timeZone),
    title: triggers[trigger] ?? trigger,
    detail: `coin in ${formatCount(meters['00'] ?? 0)}, ${Object.keys(meters).length} meters`,
  }));

export const handpayRows = (rows: readonly HandpayRow[], timeZone: string): BookRow[] =>
  rows.map(({ amount, requestedAt, resetAt }) => ({
    key: requestedAt,
    at: formatInstant(requestedAt, timeZone),
    title: formatMoney(amount),
    detail: resetAt === null ? 'waits' : `paid ${formatInstant(resetAt, timeZone)}`,
  }));

export const alarmRows = (rows: readonly AlarmRow[], timeZone: string): BookRow[] =>
  rows.map(({ kind, message, at }, index) => ({
    key: `${at}-${kind}-${index}`,
    at: formatInstant(at, timeZone),
    title: kind,
    detail: message,
  }));

const directions = { 'to-machine': 'To the machine', 'to-house': 'To the house' } as const;

export const transferRows = (rows: readonly TransferRow[], timeZone: string): BookRow[] =>
  rows.map(({ id, direction, requested, moved, status, requestedAt }) => ({
    key: id,
    at: formatInstant(requestedAt, timeZone),
    title: `${directions[direction]}: ${formatMoney(moved ?? requested)}`,
    detail: status,
  }));
