import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { Fact, FactBody } from '#gateway-protocol';
import { money } from '#kernel';

import { feedEventOf, feedStateOf, noTotals } from './feed.js';
import { feedEvents } from './feed-events.js';

const journalId = '7c3f2a50-6c1a-4d5e-9f3b-2b7f7f3a1c11';
const identity = { machineId: 'machine-1', journalId, currency: 'EUR' };
const at = '2026-01-15T13:30:00.000Z';
const factOf = (body: FactBody, sequence = 1): Fact => ({ sequence, at, body });
const game = (wager: number, win: number, denomination: number, sequence = 1): Fact =>
  factOf(
    { kind: 'game-played', wager, win, denomination, startedAt: at, endedAt: at, coinInMeter: wager, gameNumber: null },
    sequence,
  );

describe('a feed', () => {
  it('turns credits into money of the hall, and keeps both', () => {
    const event = feedEventOf(game(5, 20, 100), noTotals, identity);
    expect(event).toMatchObject({
      type: 'machine.game-played.v1',
      data: {
        wager: money(5, 'EUR'),
        win: money(20, 'EUR'),
        wagerCredits: 5,
        winCredits: 20,
        totals: { games: 1, wager: 500, win: 2000 },
      },
    });
  });

  it('never loses a fraction of a cent: the amounts always add up to the exact total', () => {
    const games = fc.array(fc.tuple(fc.nat(200), fc.nat(500), fc.constantFrom(1, 5, 10, 50, 100, 250)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(games, (played) => {
        let totals = noTotals;
        let cents = 0;
        let exact = 0;
        played.forEach(([wager, win, denomination], index) => {
          const event = feedEventOf(game(wager, win, denomination, index + 1), totals, identity);
          ({ totals } = feedStateOf(event));
          if (event.type === 'machine.game-played.v1') cents += event.data.wager.value;
          exact += wager * denomination;
        });
        expect(totals.wager).toBe(exact);
        expect(cents).toBe(Math.floor(exact / 100));
      }),
    );
  });

  it('counts bills by their worth, in any currency', () => {
    const bill: FactBody = { kind: 'bill-accepted', country: 0, billCode: 4, units: 20, billMeter: 1 };
    expect(feedEventOf(factOf(bill), noTotals, identity).data.totals.billsIn).toBe(200_000);
    const yen = feedEventOf(factOf({ ...bill, units: 1000 }), noTotals, { ...identity, currency: 'JPY' });
    expect(yen).toMatchObject({ data: { amount: money(1000, 'JPY'), totals: { billsIn: 10_000_000 } } });
  });

  it('keeps a bill of unknown worth out of the totals, and in the history', () => {
    const event = feedEventOf(
      factOf({ kind: 'bill-accepted', country: 0, billCode: 99, units: null, billMeter: 1 }),
      noTotals,
      identity,
    );
    expect(event).toMatchObject({ data: { amount: null, totals: { billsIn: 0 } } });
  });

  it('stands after a declared loss where the loss ends', () => {
    const event = feedEventOf(factOf({ kind: 'facts-lost', to: 9, reason: 'disk' }, 4), noTotals, identity);
    expect(event).toMatchObject({ type: 'machine.facts-lost.v1', data: { from: 4, sequence: 9 } });
  });

  it.each<FactBody>([
    { kind: 'door-opened', door: 'slot' },
    { kind: 'door-closed', door: 'cashbox' },
    { kind: 'power-applied' },
    { kind: 'power-lost' },
    { kind: 'game-interrupted', wager: 5, denomination: 100, startedAt: at, coinInMeter: 5, cause: 'power' },
    { kind: 'game-end-unmatched', win: 5, denomination: 100 },
    { kind: 'game-selected', gameNumber: 2 },
    { kind: 'cash-out-requested' },
    {
      kind: 'handpay-requested',
      credits: 500,
      denomination: 100,
      progressiveGroup: 0,
      level: 64,
      partialPay: 0,
      resetId: 0,
    },
    { kind: 'handpay-reset' },
    { kind: 'meters-read', trigger: 'schedule', denomination: 100, meters: { '0C': 700 } },
    {
      kind: 'identity-read',
      sasVersion: '602',
      serial: 'A1',
      gameId: 'TH',
      denomination: 100,
      maxBet: 5,
      payTable: 'P00001',
      basePercent: '9405',
      games: 1,
      selectedGame: 1,
    },
    { kind: 'went-offline', missedPolls: 5, lastAnswerAt: null },
    { kind: 'came-online' },
    { kind: 'clock-off', machineTime: '2026-01-15T13:30:05', offsetMs: -5000 },
    { kind: 'command-settled', commandId: journalId, outcome: 'acknowledged' },
    { kind: 'exception-reported', code: 0x3b, realTime: false },
    { kind: 'meters-disagree', meter: '00', expected: 5, found: 7, cause: 'games between two reports' },
  ])('stores a fact of kind $kind as its type declares it', (body) => {
    const event = feedEventOf(factOf(body), noTotals, identity);
    const declared = feedEvents.find(({ type }) => type === event.type);
    expect(declared?.schema.safeParse(event.data)).toMatchObject({ success: true });
  });
});
