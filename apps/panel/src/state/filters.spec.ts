import { describe, expect, it } from '@jest/globals';

import { eur, machine, noon } from '../testing/fixtures.js';
import { compareMachines, countByFilter, isPlaying, matchesSearch, passesFilter, playingWithinMs } from './filters.js';

const nowMs = Date.parse(noon);
const played = machine({ lastGame: { wager: eur(1), win: eur(0), endedAt: noon } });

describe('the filters of the floor', () => {
  it('playing: a game ended a short while ago, on a machine that answers', () => {
    expect(isPlaying(played, nowMs + playingWithinMs - 1)).toBe(true);
    expect(isPlaying(played, nowMs + playingWithinMs)).toBe(false);
    expect(isPlaying({ ...played, state: 'offline' }, nowMs)).toBe(false);
    expect(isPlaying(machine(), nowMs)).toBe(false);
  });

  it.each([
    ['offline', { state: 'offline' }],
    ['door-open', { doors: { ...played.doors, cashbox: 'open' } }],
    ['locked', { play: 'lock-requested' }],
    ['handpay', { handpay: { amount: eur(1) } }],
  ] as const)('%s shows %j and not a calm machine', (filter, changes) => {
    expect(passesFilter(machine(changes), filter, nowMs)).toBe(true);
    expect(passesFilter(machine(), filter, nowMs)).toBe(false);
  });

  it('count what each would show', () => {
    expect(countByFilter([played, machine({ state: 'offline' })], nowMs)).toEqual({
      all: 2,
      playing: 1,
      offline: 1,
      'door-open': 0,
      locked: 0,
      handpay: 0,
    });
  });
});

describe('the search', () => {
  it.each(['', '  ', 'lucky', 'STAR luc', 'sn-7', '#7', '07'])('%p finds Lucky Star 07', (search) => {
    expect(matchesSearch(machine(), search)).toBe(true);
  });

  it.each(['#8', 'lucky moon'])('%p does not', (search) => {
    expect(matchesSearch(machine(), search)).toBe(false);
  });
});

describe('the order', () => {
  it('is by name as people count, then by address', () => {
    const names = ['Star 10', 'Star 2', 'star 2'].map((name, index) =>
      machine({ id: `${index}`, name, address: 10 - index }),
    );
    expect(names.sort(compareMachines).map(({ id }) => id)).toEqual(['2', '1', '0']);
  });
});
