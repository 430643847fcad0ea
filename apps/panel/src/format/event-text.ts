import type { Money } from '#kernel';

import { doors, type HistoryItem } from '../api/types.js';
import { moneyOf, numberOf, oneOf, textOf } from '../state/event-data.js';
import { doorNames, type Tone } from './machine-text.js';
import { formatMoney } from './money.js';

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

const hexadecimal = (code: number): string => code.toString(16).toUpperCase().padStart(2, '0');

/** What was asked: `read-meters` → `Read meters`. */
function controlOf({ control }: Data): string {
  const kind = typeof control === 'object' && control !== null && 'kind' in control ? control.kind : '';
  return typeof kind === 'string' ? capital(kind.replaceAll('-', ' ')) : '';
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

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
  'machine.meters-unbalanced': [
    'Credits do not add up',
    'bad',
    (data) => `${numberOf(data, 'credits') ?? '?'} credits`,
  ],
  'machine.meter-epoch-started': ['A new series of meters', 'warn', words('reason')],
  'machine.game-meters-read': ['Meters of each game read', 'quiet', words('trigger')],
  'machine.games-read': ['Games read', 'quiet'],
  'machine.configuration-read': ['Configuration read', 'quiet'],
  'machine.registration-read': ['Registration for transfers', 'quiet', words('status')],
  'machine.rom-signature-read': ['ROM signature', 'quiet', words('signature')],
  'machine.authentication-read': ['Authentication ended', 'quiet'],
  'machine.progressive-told': ['Progressive', 'good', amount('amount')],
  'machine.ticket-recorded': ['Ticket printed', 'quiet', amount('amount')],
  'machine.ticket-handled': ['Ticket put in', 'quiet', amount('amount')],
  'machine.transfer-settled': [
    'Transfer',
    'quiet',
    (data) => [text(moneyOf(data, 'amount')), words('outcome')(data)].join(' · '),
  ],
  'machine.control-requested': ['Asked for', 'quiet', (data) => controlOf(data)],
  'machine.command-settled': ['Answered', 'quiet', words('outcome', 'detail')],
  'machine.clock-off': ['Clock is off', 'warn'],
  'machine.facts-lost': ['Facts lost', 'bad'],
  'machine.identity-read': ['Identity read', 'quiet'],
  'machine.exception-reported': ['Exception', 'quiet', (data) => hexadecimal(numberOf(data, 'code') ?? 0)],
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
export function describeEvent({ type, data, meaning }: Pick<HistoryItem, 'type' | 'data' | 'meaning'>): EventText {
  const name = type.replace(/\.v\d+$/, '');
  const [title, tone, detail] = rows[name] ?? [humanised(name), 'quiet'];
  const won = name === 'machine.game-played' && (moneyOf(data, 'win')?.value ?? 0) > 0;
  return { title: meaning ? capital(meaning) : title, detail: detail?.(data) ?? '', tone: won ? 'good' : tone };
}

/** `machine.reel-tilted` → `Reel tilted`. */
function humanised(name: string): string {
  return capital((name.split('.').at(-1) ?? name).replaceAll('-', ' '));
}
