import type { Money, PublicEvent } from '#kernel';

import type { HistoryItem, Machine } from '../api/types.js';

export const eur = (value: number): Money => ({ value, currency: 'EUR' });

export const noon = '2026-11-23T12:00:00.000Z';

/** A calm machine on line. */
export const machine = (changes: Partial<Machine> = {}): Machine => ({
  id: 'm1',
  hallId: 'h1',
  name: 'Lucky Star 07',
  gatewayId: 'g1',
  address: 7,
  serial: 'SN-7',
  state: 'online',
  play: 'unlocked',
  doors: { slot: 'closed', drop: 'closed', 'card-cage': 'closed', cashbox: 'closed' },
  credit: { credits: 100, amount: eur(100) },
  lastGame: null,
  lastWin: null,
  lastSeenAt: null,
  meters: {},
  handpay: null,
  totals: { games: 0, wager: eur(0), win: eur(0), billsIn: eur(0) },
  ...changes,
});

/** A public event of machine m1 at a position. */
export const event = (
  type: string,
  data: object,
  { position = 10, ...rest }: { position?: number } & Partial<Omit<PublicEvent, 'position'>> = {},
): PublicEvent => ({
  id: `${position}:${type}`,
  type,
  version: 1,
  position: position.toString(),
  stream: 'feed-m1-2026-11-23',
  revision: '0',
  hallId: 'h1',
  gamingDate: '2026-11-23',
  occurredAt: noon,
  actor: { kind: 'gateway', id: 'g1' },
  data: { machineId: 'm1', ...data },
  ...rest,
});

export const bet = (wager: number, win: number, position = 10): PublicEvent =>
  event('machine.bet', { wager: eur(wager), win: eur(win), startedAt: noon, endedAt: noon }, { position });

export const historyItem = (id: string, changes: Partial<HistoryItem> = {}): HistoryItem => ({
  id,
  type: 'machine.game-played.v1',
  position: '1',
  occurredAt: noon,
  actor: { kind: 'gateway', id: 'g1' },
  data: {},
  ...changes,
});
