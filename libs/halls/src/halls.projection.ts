import type { EventOf, Money, Projection, RecordedEvent } from '#kernel';
import { plus, zero } from '#kernel';
import type { feedEvents, MachineEvent } from '#machines';
import type { WalletEvent } from '#wallets';

import type { HallCreated, HallDetails } from './hall.js';

type FeedEvent = EventOf<(typeof feedEvents)[number]>;
type HallEvent = HallCreated | MachineEvent | FeedEvent | WalletEvent;

/** A hall with what was done in it since it was created. */
export interface HallDocument extends HallDetails {
  readonly machines: number;
  readonly totals: HallTotals;
  readonly createdAt: string;
}

export interface HallTotals {
  readonly games: number;
  readonly wager: Money;
  readonly win: Money;
  readonly billsIn: Money;
  readonly deposits: Money;
  readonly withdrawals: Money;
}

export const hallsProjection: Projection<HallDocument, HallEvent> = {
  name: 'halls',
  version: 1,
  handles: [
    'hall.created.v1',
    'machine.registered.v1',
    'machine.game-played.v1',
    'machine.game-interrupted.v1',
    'machine.game-end-unmatched.v1',
    'machine.bill-accepted.v1',
    'wallet.funds-deposited.v1',
    'wallet.funds-withdrawn.v1',
  ],
  idOf: ({ stream, type, metadata }) =>
    type === 'hall.created.v1' ? stream.slice('hall-'.length) : (metadata.hallId ?? undefined),
  evolve: (doc, event) => {
    const happened = { type: event.type, data: event.data } as HallEvent;
    if (happened.type === 'hall.created.v1') return opened(happened.data, event);
    if (!doc) return null;
    if (happened.type === 'machine.registered.v1') return { ...doc, machines: doc.machines + 1 };
    return { ...doc, totals: totalsAfter(doc.totals, happened) };
  },
  onFailure: 'stop',
};

function opened(details: HallDetails, { metadata }: RecordedEvent): HallDocument {
  const none = zero(details.currency);
  const totals = { games: 0, wager: none, win: none, billsIn: none, deposits: none, withdrawals: none };
  return { ...details, machines: 0, totals, createdAt: metadata.occurredAt };
}

function totalsAfter(totals: HallTotals, event: HallEvent): HallTotals {
  switch (event.type) {
    case 'machine.game-played.v1': {
      const { wager, win } = event.data;
      return { ...totals, games: totals.games + 1, wager: plus(totals.wager, wager), win: plus(totals.win, win) };
    }
    case 'machine.game-interrupted.v1':
      return { ...totals, games: totals.games + 1, wager: plus(totals.wager, event.data.wager) };
    case 'machine.game-end-unmatched.v1':
      return { ...totals, win: plus(totals.win, event.data.win) };
    case 'machine.bill-accepted.v1':
      return event.data.amount ? { ...totals, billsIn: plus(totals.billsIn, event.data.amount) } : totals;
    case 'wallet.funds-deposited.v1':
      return { ...totals, deposits: plus(totals.deposits, event.data.amount) };
    case 'wallet.funds-withdrawn.v1':
      return { ...totals, withdrawals: plus(totals.withdrawals, event.data.amount) };
    default:
      return totals;
  }
}
