import type { HistoryItem } from '../api/types.js';
import { describeEvent, type EventText } from '../format/event-text.js';
import type { Tone } from '../format/machine-text.js';
import { formatCount, formatMoney } from '../format/money.js';
import { field, moneyOf, textOf } from '../state/event-data.js';
import type { AuditRecord, NamedActor } from './audit-types.js';

type Data = HistoryItem['data'];
type Row = readonly [title: string, tone: Tone, detail?: (data: Data) => string];

const amount = (data: Data): string => {
  const money = moneyOf(data, 'amount') ?? moneyOf(data, 'requested');
  return money ? formatMoney(money) : '';
};
const named = (name: string) => (data: Data) => textOf(data, name) ?? '';
const countOf = (name: string) => (data: Data) => {
  const list = field(data, name);
  return Array.isArray(list) ? `${formatCount(list.length)} ${name}` : '';
};

/** What events beside those of machines say to people. */
const rows: Readonly<Record<string, Row>> = {
  'platform.store-identified': ['Store given its id', 'quiet'],
  'hall.created': ['Hall created', 'good', named('name')],
  'wallet.funds-deposited': ['Deposit', 'good', amount],
  'wallet.funds-withdrawn': ['Withdrawal', 'warn', amount],
  'transfer.requested': ['Transfer asked for', 'quiet', amount],
  'transfer.completed': ['Transfer done', 'good', amount],
  'transfer.failed': ['Transfer failed', 'bad', named('why')],
  'transfer.unresolved': ['Transfer unresolved', 'bad', amount],
  'transfer.resolved': ['Transfer resolved', 'warn', amount],
  'player.registered': ['Player registered', 'good'],
  'player.erased': ['Player erased', 'warn'],
  'access.client-registered': ['Client registered', 'good', named('name')],
  'access.client-suspended': ['Client suspended', 'bad'],
  'access.client-secret-rotated': ['New secret of the client', 'warn'],
  'access.staff-registered': ['Staff registered', 'good'],
  'access.staff-suspended': ['Staff suspended', 'bad'],
  'access.staff-locked': ['Sign-in locked', 'bad'],
  'access.staff-password-changed': ['Password changed', 'quiet'],
  'access.staff-erased': ['Staff erased', 'warn'],
  'audit.checkpoint-signed': ['Checkpoint signed', 'quiet', (data) => `${textOf(data, 'size') ?? '?'} leaves`],
  'audit.log-checked': ['Store and log compared', 'good'],
  'audit.log-disagreed': ['Store and log disagree', 'bad', named('detail')],
  'audit.api-calls-recorded': ['Calls recorded', 'quiet', countOf('calls')],
};

/** One event of any stream in words. */
export function describeRecord({ type, data }: Pick<AuditRecord, 'type' | 'data'>): EventText {
  const members = (typeof data === 'object' && data !== null ? data : {}) as Data;
  const row = rows[type.replace(/\.v\d+$/, '')];
  if (!row) return describeEvent({ type, data: members });
  const [title, tone, detail] = row;
  return { title, tone, detail: detail?.(members) ?? '' };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Who it was: by name where it is known, by the beginning of an id elsewhere. */
export function actorText(actor: NamedActor | null): string {
  if (actor === null) return 'nobody';
  const { kind, id, name } = actor;
  return `${kind} ${name ?? (uuid.test(id) ? id.slice(0, 8) : id)}`;
}
