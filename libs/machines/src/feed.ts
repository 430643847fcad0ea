import type { Fact, FactBody } from '#gateway-protocol';
import { minorUnitDigits, money, type Money } from '#kernel';

import type { MachineFeedEvent, RunningTotals } from './feed-events.js';

/** Where a machine's feed stands: the data of its last event. */
export interface FeedState {
  readonly journalId: string;
  readonly sequence: number;
  readonly totals: RunningTotals;
}

export interface FeedIdentity {
  readonly machineId: string;
  readonly journalId: string;
  /** ISO 4217 code of the hall's currency. */
  readonly currency: string;
}

export const noTotals: RunningTotals = { games: 0, wager: 0, win: 0, billsIn: 0 };

/** The state after a feed event. */
export const feedStateOf = ({ data: { journalId, sequence, totals } }: MachineFeedEvent): FeedState => ({
  journalId,
  sequence,
  totals,
});

/**
 * The event that a fact becomes. Pure: the same fact in the same state is the same event.
 * Amounts are differences of exact running totals, so that their sum is always exact as well.
 */
export function feedEventOf(fact: Fact, totals: RunningTotals, identity: FeedIdentity): MachineFeedEvent {
  const after = totalsAfter(fact.body, totals, identity.currency);
  const common = {
    machineId: identity.machineId,
    journalId: identity.journalId,
    sequence: fact.body.kind === 'facts-lost' ? fact.body.to : fact.sequence,
    ...(fact.frame === undefined ? {} : { frame: fact.frame }),
    totals: after,
  };
  const between = (figure: 'wager' | 'win' | 'billsIn'): Money => {
    const perMinor = perMinorUnit(identity.currency);
    return money(Math.floor(after[figure] / perMinor) - Math.floor(totals[figure] / perMinor), identity.currency);
  };
  const worth = (credits: number, denomination: number): Money =>
    money(Math.floor(tenThousandths(credits, denomination) / perMinorUnit(identity.currency)), identity.currency);

  const { body } = fact;
  switch (body.kind) {
    case 'door-opened':
      return { type: 'machine.door-opened.v1', data: { ...common, door: body.door } };
    case 'door-closed':
      return { type: 'machine.door-closed.v1', data: { ...common, door: body.door } };
    case 'power-applied':
      return { type: 'machine.power-applied.v1', data: common };
    case 'power-lost':
      return { type: 'machine.power-lost.v1', data: common };
    case 'bill-accepted': {
      const { country, billCode, billMeter, units } = body;
      const amount = units === null ? null : between('billsIn');
      return { type: 'machine.bill-accepted.v1', data: { ...common, country, billCode, billMeter, amount } };
    }
    case 'game-played': {
      const { kind: _, wager, win, ...rest } = body;
      const amounts = { wager: between('wager'), win: between('win'), wagerCredits: wager, winCredits: win };
      return { type: 'machine.game-played.v1', data: { ...common, ...definedOnly(rest), ...amounts } };
    }
    case 'game-interrupted': {
      const { kind: _, wager, ...rest } = body;
      return {
        type: 'machine.game-interrupted.v1',
        data: { ...common, ...rest, wager: between('wager'), wagerCredits: wager },
      };
    }
    case 'game-end-unmatched': {
      const { win, denomination } = body;
      return {
        type: 'machine.game-end-unmatched.v1',
        data: { ...common, win: between('win'), winCredits: win, denomination },
      };
    }
    case 'game-selected':
      return { type: 'machine.game-selected.v1', data: { ...common, gameNumber: body.gameNumber } };
    case 'cash-out-requested':
      return { type: 'machine.cash-out-requested.v1', data: common };
    case 'handpay-requested': {
      const { kind: _, ...rest } = body;
      return {
        type: 'machine.handpay-requested.v1',
        data: { ...common, ...rest, amount: worth(body.credits, body.denomination) },
      };
    }
    case 'handpay-reset':
      return { type: 'machine.handpay-reset.v1', data: common };
    case 'meters-read': {
      const { kind: _, ...rest } = body;
      const current = body.meters['0C'];
      const credit = current === undefined ? null : worth(current, body.denomination);
      return { type: 'machine.meters-read.v1', data: { ...common, ...rest, credit } };
    }
    case 'identity-read': {
      const { kind: _, ...rest } = body;
      return { type: 'machine.identity-read.v1', data: { ...common, ...rest } };
    }
    case 'went-offline': {
      const { missedPolls, lastAnswerAt } = body;
      return { type: 'machine.went-offline.v1', data: { ...common, missedPolls, lastAnswerAt } };
    }
    case 'came-online':
      return { type: 'machine.came-online.v1', data: common };
    case 'clock-off': {
      const { machineTime, offsetMs } = body;
      return { type: 'machine.clock-off.v1', data: { ...common, machineTime, offsetMs } };
    }
    case 'command-settled': {
      const { kind: _, ...rest } = body;
      return { type: 'machine.command-settled.v1', data: { ...common, ...definedOnly(rest) } };
    }
    case 'exception-reported': {
      const { code, realTime } = body;
      return { type: 'machine.exception-reported.v1', data: { ...common, code, realTime } };
    }
    case 'meters-disagree': {
      const { kind: _, ...rest } = body;
      return { type: 'machine.meters-disagree.v1', data: { ...common, ...rest } };
    }
    case 'transfer-settled': {
      const { kind: _, cents, ...rest } = body;
      const amount = money(cents, identity.currency);
      return { type: 'machine.transfer-settled.v1', data: { ...common, ...definedOnly(rest), amount } };
    }
    case 'meter-epoch-started': {
      const { kind: _, ...rest } = body;
      return { type: 'machine.meter-epoch-started.v1', data: { ...common, ...rest } };
    }
    case 'meters-unbalanced': {
      const { kind: _, ...rest } = body;
      return { type: 'machine.meters-unbalanced.v1', data: { ...common, ...rest } };
    }
    case 'rom-signature-read': {
      const { kind: _, ...rest } = body;
      return { type: 'machine.rom-signature-read.v1', data: { ...common, ...rest } };
    }
    case 'configuration-read': {
      const { kind: _, ...rest } = body;
      return { type: 'machine.configuration-read.v1', data: { ...common, ...definedOnly(rest) } };
    }
    case 'games-read':
      return { type: 'machine.games-read.v1', data: { ...common, games: body.games } };
    case 'game-meters-read': {
      const { kind: _, ...rest } = body;
      return { type: 'machine.game-meters-read.v1', data: { ...common, ...rest } };
    }
    case 'progressive-told': {
      const { kind: _, ...rest } = body;
      const amount = worth(body.credits, body.denomination);
      return { type: 'machine.progressive-told.v1', data: { ...common, ...rest, amount } };
    }
    case 'registration-read': {
      const { kind: _, ...rest } = body;
      return { type: 'machine.registration-read.v1', data: { ...common, ...rest } };
    }
    case 'ticket-recorded': {
      const { kind: _, cents, ...rest } = body;
      const amount = money(cents, identity.currency);
      return { type: 'machine.ticket-recorded.v1', data: { ...common, ...rest, amount } };
    }
    case 'ticket-handled': {
      const amount = money(body.cents, identity.currency);
      return { type: 'machine.ticket-handled.v1', data: { ...common, status: body.status, amount } };
    }
    case 'authentication-read':
      return { type: 'machine.authentication-read.v1', data: { ...common, details: body.details } };
    case 'facts-lost':
      return { type: 'machine.facts-lost.v1', data: { ...common, from: fact.sequence, reason: body.reason } };
  }
}

function totalsAfter(body: FactBody, totals: RunningTotals, currency: string): RunningTotals {
  switch (body.kind) {
    case 'game-played':
      return {
        ...totals,
        games: totals.games + 1,
        wager: totals.wager + tenThousandths(body.wager, body.denomination),
        win: totals.win + tenThousandths(body.win, body.denomination),
      };
    case 'game-interrupted':
      return {
        ...totals,
        games: totals.games + 1,
        wager: totals.wager + tenThousandths(body.wager, body.denomination),
      };
    case 'game-end-unmatched':
      return { ...totals, win: totals.win + tenThousandths(body.win, body.denomination) };
    case 'bill-accepted':
      return {
        ...totals,
        billsIn: totals.billsIn + (body.units ?? 0) * perMinorUnit(currency) * 10 ** minorUnitDigits(currency),
      };
    default:
      return totals;
  }
}

const perMinorUnit = (currency: string): number => 10 ** (4 - minorUnitDigits(currency));

/** @throws {RangeError} beyond what is counted exactly */
function tenThousandths(credits: number, denomination: number): number {
  const worth = credits * denomination;
  if (!Number.isSafeInteger(worth))
    throw new RangeError(`${credits} credits of ${denomination} are beyond what is counted exactly`);
  return worth;
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };
const definedOnly = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<T>;
