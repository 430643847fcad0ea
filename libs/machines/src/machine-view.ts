import { minorUnitDigits, money, type Money } from '#kernel';
import type { Identified } from '#read-models';

import type { RunningTotals } from './feed-events.js';
import type { MachineDocument } from './machines.projection.js';

/** A machine's running totals as money. */
export interface MachineTotals {
  readonly games: number;
  readonly wager: Money;
  readonly win: Money;
  readonly billsIn: Money;
}

type HiddenMember = 'confirmedPlay' | 'openRequest' | 'feedDate' | 'revision';

/** A machine as the API shows it. */
export type MachineView = Omit<Identified<MachineDocument>, 'totals' | HiddenMember> & {
  readonly totals: MachineTotals;
};

/** @param currency the hall's */
export function machineView(
  {
    confirmedPlay: _,
    openRequest: _request,
    feedDate: _feedDate,
    revision: _revision,
    totals,
    ...machine
  }: Identified<MachineDocument>,
  currency: string,
): MachineView {
  return { ...machine, totals: totalsInMoney(totals, currency) };
}

/** Whole minor units of totals that are counted in 1/10 000 of the unit; a fraction stays in the feed until it is whole. */
export function totalsInMoney({ games, wager, win, billsIn }: RunningTotals, currency: string): MachineTotals {
  const perMinorUnit = 10 ** (4 - minorUnitDigits(currency));
  const whole = (figure: number): Money => money(Math.floor(figure / perMinorUnit), currency);
  return { games, wager: whole(wager), win: whole(win), billsIn: whole(billsIn) };
}
