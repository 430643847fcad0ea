import { describe, expect, it } from '@jest/globals';

import { bet, eur, event, machine, noon } from '../testing/fixtures.js';
import { applyMachineEvent } from './machine-events.js';

const afterState = (data: object, before = machine()) => applyMachineEvent(before, event('machine.state', data));
const afterLock = (play: 'unlocked' | 'lock-requested' | 'locked' | 'unlock-requested', outcome: string) =>
  applyMachineEvent(machine({ play }), event('machine.play-lock', { outcome, lockId: 'l1' })).machine.play;

describe('a game', () => {
  it('is the last game, and a win the last win', () => {
    expect(applyMachineEvent(machine({ state: 'unknown' }), bet(20, 150))).toMatchObject({
      machine: { state: 'online', lastGame: { wager: eur(20), win: eur(150), endedAt: noon }, lastWin: eur(150) },
      cue: 'win',
    });
  });

  it('without a win leaves the last win', () => {
    expect(applyMachineEvent(machine({ lastWin: eur(5) }), bet(20, 0))).toMatchObject({
      machine: { lastWin: eur(5) },
      cue: 'change',
    });
  });

  it('is not counted: the totals are the platform’s', () => {
    expect(applyMachineEvent(machine(), bet(20, 150)).machine.totals.games).toBe(0);
  });

  it('that makes no sense changes nothing', () => {
    const before = machine({ lastSeenAt: noon });
    expect(applyMachineEvent(before, event('machine.bet', { wager: 20, win: '1' })).machine).toBe(before);
  });
});

describe('a change of state', () => {
  it.each([
    [{ state: 'offline' }, { state: 'offline' }],
    [{ power: 'lost' }, { state: 'offline' }],
    [{ power: 'applied' }, { state: 'online' }],
    [{ door: 'drop', doorState: 'open' }, { doors: { drop: 'open', slot: 'closed' } }],
    [{ play: 'locked' }, { play: 'locked' }],
    [{ credit: { credits: 7, amount: eur(7) } }, { credit: { credits: 7, amount: eur(7) } }],
    [{ handpay: { amount: eur(9) } }, { handpay: { amount: eur(9) } }],
  ])('%j', (data, expected) => {
    expect(afterState(data, machine({ state: 'unknown' })).machine).toMatchObject(expected);
  });

  it('ends a handpay with null, and keeps it when it is not spoken of', () => {
    const before = machine({ handpay: { amount: eur(9) } });
    expect(afterState({ handpay: null }, before).machine.handpay).toBeNull();
    expect(afterState({ state: 'online' }, before).machine.handpay).toEqual({ amount: eur(9) });
  });

  it('is worth a look only when something looks different', () => {
    expect(afterState({ state: 'online' }).cue).toBeUndefined();
    expect(afterState({ state: 'offline' }).cue).toBe('change');
  });

  it.each([{ door: 'garage', doorState: 'open' }, { door: 'slot' }, { state: 'broken' }, { credit: 5 }, {}])(
    'ignores %j',
    (data) => {
      const { doors, state, credit } = machine();
      expect(afterState(data).machine).toMatchObject({ doors, state, credit });
    },
  );
});

describe('a play lock', () => {
  it.each([
    ['unlocked', 'lock-requested', 'lock-requested'],
    ['locked', 'unlock-requested', 'unlock-requested'],
    ['lock-requested', 'locked', 'locked'],
    ['unlock-requested', 'unlocked', 'unlocked'],
    ['lock-requested', 'refused', 'unlocked'],
    ['lock-requested', 'expired', 'unlocked'],
    ['unlock-requested', 'expired', 'locked'],
    ['locked', 'refused', 'locked'],
    ['locked', 'unheard of', 'locked'],
  ] as const)('%s, %s → %s', (play, outcome, expected) => {
    expect(afterLock(play, outcome)).toBe(expected);
  });
});

describe('when a machine was last heard', () => {
  it('follows what it says, not what people do to it', () => {
    const staff = event('machine.play-lock', { outcome: 'lock-requested' }, { actor: { kind: 'staff', id: 's' } });
    expect(applyMachineEvent(machine(), staff).machine.lastSeenAt).toBeNull();
    expect(applyMachineEvent(machine(), bet(1, 0)).machine.lastSeenAt).toBe(noon);
  });

  it('never goes back', () => {
    const later = '2026-11-23T12:00:01.000Z';
    expect(applyMachineEvent(machine({ lastSeenAt: later }), bet(1, 0)).machine.lastSeenAt).toBe(later);
  });
});
