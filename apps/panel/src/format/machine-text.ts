import type { Door, Machine } from '../api/types.js';
import { isPlaying, openDoors } from '../state/filters.js';
import { formatMoney } from './money.js';

export const doorNames: Readonly<Record<Door, string>> = {
  slot: 'Slot door',
  drop: 'Drop door',
  'card-cage': 'Card cage',
  cashbox: 'Cashbox door',
};

export const lineNames: Readonly<Record<Machine['state'], string>> = {
  online: 'Online',
  offline: 'Offline',
  unknown: 'Not heard yet',
};

export const playNames: Readonly<Record<Machine['play'], string>> = {
  unlocked: 'Play open',
  'lock-requested': 'Locking…',
  locked: 'Locked',
  'unlock-requested': 'Unlocking…',
};

export type Tone = 'good' | 'warn' | 'bad' | 'quiet';

/** Something about a machine that a person on the floor should see at once. */
export interface Notice {
  readonly text: string;
  readonly tone: Tone;
}

/** The most pressing first: what a tile shows in words. */
export function noticesOf(machine: Machine): Notice[] {
  const doorNotices = openDoors(machine).map((door): Notice => ({ text: `${doorNames[door]} open`, tone: 'bad' }));
  return [
    ...(machine.handpay
      ? [{ text: `Handpay ${formatMoney(machine.handpay.amount)}`, tone: 'warn' } satisfies Notice]
      : []),
    ...doorNotices,
    ...(machine.state === 'offline' ? [{ text: lineNames.offline, tone: 'bad' } satisfies Notice] : []),
    ...(machine.play === 'unlocked' ? [] : [{ text: playNames[machine.play], tone: 'warn' } satisfies Notice]),
  ];
}

/** The one word beside a machine's name. */
export function stateWord(machine: Machine, nowMs: number): string {
  if (machine.state !== 'online') return machine.state === 'offline' ? 'offline' : 'not heard';
  return isPlaying(machine, nowMs) ? 'playing' : 'idle';
}

/** A tile in one sentence, for those who hear it. */
export function describeMachine(machine: Machine, nowMs: number): string {
  const credit = machine.credit ? `credit ${formatMoney(machine.credit.amount)}` : 'credit unknown';
  const notices = noticesOf(machine).map(({ text }) => text);
  return [machine.name, `address ${machine.address}`, stateWord(machine, nowMs), credit, ...notices].join(', ');
}
