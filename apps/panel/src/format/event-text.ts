import type { Money } from '#kernel';

import { doors, type HistoryItem } from '../api/types.js';
import { moneyOf, numberOf, oneOf, textOf } from '../state/event-data.js';
import { doorNames, type Tone } from './machine-text.js';
import { formatCount, formatMoney } from './money.js';

export interface EventText {
  readonly title: string;
  readonly detail: string;
  readonly tone: Tone;
}

type Data = HistoryItem['data'];
type Row = readonly [title: string, tone: Tone, detail?: (data: Data) => string];

const amount = (name: string) => (data: Data) => text(moneyOf(data, name));
const text = (money: Money | undefined): string => (money ? formatMoney(money) : '');
const door = (data: Data): string => doorNames[oneOf(data, 'door', doors) ?? 'slot'];
const words =
  (...names: string[]) =>
  (data: Data) =>
    names.flatMap((name) => textOf(data, name) ?? numberOf(data, name)?.toString() ?? []).join(' · ');

function game(data: Data): string {
  const win = moneyOf(data, 'win');
  return `Bet ${text(moneyOf(data, 'wager'))}${win && win.value > 0 ? ` · won ${formatMoney(win)}` : ''}`;
}

/** What each stored event says to people. One that is not listed is told by its name. */
const rows: Readonly<Record<string, Row>> = {
  'machine.registered': ['Registered', 'quiet', words('name', 'serial')],
  'machine.game-played': ['Game', 'quiet', game],
  'machine.game-interrupted': ['Game interrupted', 'warn', amount('wager')],
  'machine.game-end-unmatched': ['Game end without its start', 'warn', amount('win')],
  'machine.game-selected': ['Game selected', 'quiet', words('gameNumber')],
  'machine.bill-accepted': ['Bill accepted', 'good', amount('amount')],
  'machine.door-opened': ['Door opened', 'bad', door],
  'machine.door-closed': ['Door closed', 'quiet', door],
  'machine.power-lost': ['Power lost', 'bad'],
  'machine.power-applied': ['Power back', 'good'],
  'machine.went-offline': ['Went offline', 'bad'],
  'machine.came-online': ['Came online', 'good'],
  'machine.handpay-requested': ['Handpay requested', 'warn', amount('amount')],
  'machine.handpay-reset': ['Handpay reset', 'good'],
  'machine.cash-out-requested': ['Cash-out asked for', 'quiet'],
  'machine.meters-read': ['Meters read', 'quiet', words('trigger')],
  'machine.meters-disagree': ['Meters disagree', 'bad', words('meter')],
  'machine.clock-off': ['Clock is off', 'warn'],
  'machine.facts-lost': ['Facts lost', 'bad'],
  'machine.identity-read': ['Identity read', 'quiet'],
  'machine.exception-reported': ['Exception', 'quiet', words('code')],
  'machine.play-lock-requested': ['Lock asked for', 'warn', words('reason')],
  'machine.play-locked': ['Play locked', 'warn', words('detail')],
  'machine.play-lock-refused': ['Lock refused by the machine', 'bad', words('detail')],
  'machine.play-lock-expired': ['Lock not confirmed in time', 'bad'],
  'machine.play-unlock-requested': ['Unlock asked for', 'quiet', words('reason')],
  'machine.play-unlocked': ['Play unlocked', 'good', words('detail')],
  'machine.play-unlock-refused': ['Unlock refused by the machine', 'bad', words('detail')],
  'machine.play-unlock-expired': ['Unlock not confirmed in time', 'bad'],
};

/** One history entry in words. */
export function describeEvent({ type, data }: Pick<HistoryItem, 'type' | 'data'>): EventText {
  const name = type.replace(/\.v\d+$/, '');
  const [title, tone, detail] = rows[name] ?? [humanised(name), 'quiet'];
  const won = name === 'machine.game-played' && (moneyOf(data, 'win')?.value ?? 0) > 0;
  return { title, detail: detail?.(data) ?? '', tone: won ? 'good' : tone };
}

/** `machine.reel-tilted` → `Reel tilted`. */
function humanised(name: string): string {
  const fact = (name.split('.').at(-1) ?? name).replaceAll('-', ' ');
  return fact.charAt(0).toUpperCase() + fact.slice(1);
}

/** Meters of SAS that a hall looks at first; others go by their code. Credits unless the name says otherwise. */
const meterNames: Readonly<Record<string, string>> = {
  '00': 'Coin in (credits)',
  '01': 'Coin out (credits)',
  '02': 'Jackpot (credits)',
  '03': 'Hand-paid cancelled (credits)',
  '04': 'Cancelled (credits)',
  '05': 'Games played',
  '06': 'Games won',
  '07': 'Games lost',
  '0B': 'Bills accepted (credits)',
  '0C': 'Current credits',
};

export interface MeterText {
  readonly code: string;
  readonly name: string;
  readonly reading: string;
}

/** The meters by code, with names where they are common. */
export const describeMeters = (meters: Readonly<Record<string, number>>): MeterText[] =>
  Object.entries(meters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, reading]) => ({ code, name: meterNames[code] ?? `Meter ${code}`, reading: formatCount(reading) }));
