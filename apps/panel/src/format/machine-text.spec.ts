import { describe, expect, it } from '@jest/globals';

import { eur, machine, noon } from '../testing/fixtures.js';
import { describeMachine, noticesOf, stateWord } from './machine-text.js';

const nowMs = Date.parse(noon);

describe('a machine in words', () => {
  it('says the most pressing first', () => {
    const { doors } = machine();
    const pressed = machine({
      state: 'offline',
      play: 'locked',
      handpay: { amount: eur(125_000) },
      doors: { ...doors, slot: 'open', 'card-cage': 'open' },
    });
    expect(noticesOf(pressed).map(({ text }) => text.replace(/[^\w ]/g, ''))).toEqual([
      'Handpay 125000',
      'Slot door open',
      'Card cage open',
      'Offline',
      'Locked',
    ]);
    expect(noticesOf(machine())).toEqual([]);
  });

  it.each([
    [{ state: 'offline' }, 'offline'],
    [{ state: 'unknown' }, 'not heard'],
    [{}, 'idle'],
    [{ lastGame: { wager: eur(1), win: eur(0), endedAt: noon } }, 'playing'],
  ] as const)('%j is %s', (changes, word) => {
    expect(stateWord(machine(changes), nowMs)).toBe(word);
  });

  it('can be heard as one sentence', () => {
    expect(describeMachine(machine({ play: 'lock-requested', credit: null }), nowMs)).toBe(
      'Lucky Star 07, address 7, idle, credit unknown, Locking…',
    );
  });
});
