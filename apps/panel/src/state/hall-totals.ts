import type { Money, PublicEvent } from '#kernel';

import type { Hall, HallTotals } from '../api/types.js';
import { moneyOf } from './event-data.js';

/** The hall after one event: a game adds to its totals. */
export function addBets(hall: Hall, event: PublicEvent): Hall {
  const totals = nextTotals(hall.totals, event);
  return totals === hall.totals ? hall : { ...hall, totals };
}

function nextTotals(totals: HallTotals, { type, data }: PublicEvent): HallTotals {
  if (type !== 'machine.bet') return totals;
  const wager = moneyOf(data, 'wager');
  const win = moneyOf(data, 'win');
  if (!wager || !win) return totals;
  return { ...totals, games: totals.games + 1, wager: sum(totals.wager, wager), win: sum(totals.win, win) };
}

/** Adds whole minor units; another currency than the hall's is left out rather than mixed in. */
export const sum = (a: Money, b: Money): Money =>
  a.currency === b.currency ? { value: a.value + b.value, currency: a.currency } : a;
