import type { AlarmRow, GamesAnswer, HandpayRow, MeterRow, SnapshotRow, TransferRow } from '../api/types.js';
import type { Tone } from '../format/machine-text.js';
import { formatCount, formatMoney } from '../format/money.js';
import { formatMoment } from '../format/time.js';
import { groupOfMeter, meterGroups } from './meter-groups.js';

/** One row of a book. `tone` colours its last cell. */
export interface BookRow {
  readonly key: string;
  readonly cells: readonly string[];
  readonly tone?: Tone;
}

/** A machine's book, ready to be shown: rows in groups, figures on the right. */
export interface Book {
  readonly columns: readonly { readonly title: string; readonly figure?: boolean }[];
  readonly groups: readonly { readonly title: string | null; readonly rows: readonly BookRow[] }[];
  /** What is left out, or what the figures are. */
  readonly note: string | null;
}

const plain = (columns: Book['columns'], rows: readonly BookRow[], note: string | null = null): Book => ({
  ...{ columns, note },
  groups: rows.length === 0 ? [] : [{ title: null, rows }],
});

const capital = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;

function readingText({ unit, reading }: MeterRow, currency: string): string {
  if (unit === 'cents') return formatMoney({ value: reading, currency });
  if (unit === 'hundredths-of-a-percent') return `${(reading / 100).toFixed(2)} %`;
  return unit === 'credits' ? `${formatCount(reading)} cr` : formatCount(reading);
}

/** Meters that have counted something, by what they count. */
export function meterBook(meters: readonly MeterRow[], currency: string): Book {
  const moved = meters.filter(({ reading }) => reading !== 0);
  const rowOf = (meter: MeterRow): BookRow => ({
    key: meter.code,
    cells: [meter.code, capital(meter.name) || 'Not in the table', readingText(meter, currency)],
  });
  const groups = meterGroups.map((title) => ({
    title,
    rows: moved.filter(({ code }) => groupOfMeter(code) === title).map(rowOf),
  }));
  const still = meters.length - moved.length;
  return {
    columns: [{ title: 'Code' }, { title: 'Meter' }, { title: 'Reading', figure: true }],
    groups: groups.filter(({ rows }) => rows.length > 0),
    note: still > 0 ? `${formatCount(still)} more stand at zero.` : null,
  };
}

const triggers: Readonly<Record<string, string>> = {
  start: 'The gateway began',
  online: 'Back on line',
  power: 'Power came',
  handpay: 'A handpay',
  'events-lost': 'Events were lost',
  request: 'Somebody asked',
};

/** Snapshots with what coin in and coin out moved by since the one before. A series that began anew has no difference. */
export function snapshotBook(snapshots: readonly SnapshotRow[], timeZone: string): Book {
  const figure = ({ meters }: SnapshotRow, code: string, before: SnapshotRow | undefined): string => {
    const [now, then] = [meters[code], before?.meters[code]];
    if (now === undefined) return '–';
    const moved = then === undefined ? 0 : now - then;
    return moved > 0 ? `${formatCount(now)} (+${formatCount(moved)})` : formatCount(now);
  };
  const rows = snapshots.map((snapshot, index) => ({
    key: snapshot.id,
    cells: [
      formatMoment(snapshot.readAt, timeZone),
      triggers[snapshot.trigger] ?? snapshot.trigger,
      figure(snapshot, '00', snapshots[index + 1]),
      figure(snapshot, '01', snapshots[index + 1]),
    ],
  }));
  const figures = [
    { title: 'Coin in', figure: true },
    { title: 'Coin out', figure: true },
  ];
  const columns = [{ title: 'When' }, { title: 'Why' }, ...figures];
  return plain(columns, rows, rows.length === 0 ? null : 'In credits; in brackets since the one before.');
}

export const handpayBook = (handpays: readonly HandpayRow[], timeZone: string): Book =>
  plain(
    [{ title: 'Asked for' }, { title: 'Amount', figure: true }, { title: 'Reset' }],
    handpays.map(({ amount, requestedAt, resetAt }) => ({
      key: requestedAt,
      cells: [
        formatMoment(requestedAt, timeZone),
        formatMoney(amount),
        resetAt === null ? 'waits' : formatMoment(resetAt, timeZone),
      ],
      tone: resetAt === null ? 'warn' : 'good',
    })),
  );

const alarmNames: Readonly<Record<string, string>> = {
  'door-opened': 'Door',
  'power-lost': 'Power',
  offline: 'Offline',
  'events-lost': 'Events lost',
  exception: 'Machine',
  'meters-disagree': 'Meters',
  'meters-unbalanced': 'Meters',
  'meter-epoch': 'Meters',
  'facts-lost': 'Facts lost',
};

export const alarmBook = (alarms: readonly AlarmRow[], timeZone: string): Book =>
  plain(
    [{ title: 'When' }, { title: 'Of' }, { title: 'What' }],
    alarms.map(({ kind, message, at }, index) => ({
      key: `${at}-${kind}-${index}`,
      cells: [formatMoment(at, timeZone), alarmNames[kind] ?? capital(kind.replaceAll('-', ' ')), message],
    })),
  );

const directions = { 'to-machine': 'To the machine', 'to-house': 'To the house' } as const;
const transferTones: Readonly<Record<string, Tone>> = { completed: 'good', resolved: 'good', requested: 'warn' };

/** How a transfer ended, and why where it is not as it was asked for. */
function outcomeText(status: string, why: string | null): string {
  if (status === 'requested') return 'under way';
  return status === 'completed' || why === null ? status : `${status}: ${why}`;
}

export const transferBook = (transfers: readonly TransferRow[], timeZone: string): Book =>
  plain(
    [{ title: 'When' }, { title: 'Which way' }, { title: 'Amount', figure: true }, { title: 'Outcome' }],
    transfers.map(({ id, direction, requested, moved, status, machineSaid, detail, requestedAt }) => ({
      key: id,
      cells: [
        formatMoment(requestedAt, timeZone),
        directions[direction],
        formatMoney(moved ?? requested),
        outcomeText(status, detail ?? machineSaid),
      ],
      tone: transferTones[status] ?? 'bad',
    })),
  );

/** What each game is and has taken, in credits. */
export function gameBook({ items }: GamesAnswer): Book {
  const figure = (reading: number | undefined): string => (reading === undefined ? '–' : formatCount(reading));
  const rows = items.map(({ game, name, payTable, basePercent, meters }) => ({
    key: game.toString(),
    cells: [
      game.toString(),
      [name, payTable].filter(Boolean).join(' · ') || 'no name',
      basePercent === null ? '–' : `${(Number(basePercent) / 100).toFixed(2)} %`,
      figure(meters?.['00']),
      figure(meters?.['01']),
    ],
  }));
  const figures = ['Payback', 'Coin in', 'Coin out'].map((title) => ({ title, figure: true }));
  const counted = items.some(({ meters }) => meters !== null);
  const note = counted ? 'In credits.' : 'Meters of each game are read on machines of several games.';
  return plain([{ title: 'No.' }, { title: 'Game' }, ...figures], rows, rows.length === 0 ? null : note);
}
