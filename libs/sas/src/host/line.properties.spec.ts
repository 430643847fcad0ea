import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { meter, reading } from '../machine/index.js';
import type { WireSymbol } from '../transport/symbols.js';
import { VirtualLine, type Noise } from './virtual-line.test-support.js';

/** A small seeded generator: the same evening for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

/** One reply in a hundred is lost, one has a bit turned. */
function onePercentNoise(random: () => number): Noise {
  return (reply) => {
    const chance = random();
    if (reply.length === 0 || chance > 0.02) return reply;
    if (chance < 0.01) return [];
    const at = Math.floor(random() * reply.length);
    const bit = 1 << Math.floor(random() * 8);
    return reply.map((symbol: WireSymbol, index) => (index === at ? { ...symbol, byte: symbol.byte ^ bit } : symbol));
  };
}

/** Answers any poll with an event when it has one, and is read often, so that this happens. */
const rude = { eventsInPlaceOfAnswers: true };
const eager = { schedule: { metersWithCreditsMs: 400, metersWithoutCreditsMs: 400, clockMs: 3000 } };

interface Evening {
  games: number;
  doorsOpened: number;
  bills: number;
}

/** Somebody plays, feeds bills and opens doors, one thing at a time. */
function live(line: VirtualLine, random: () => number, evening: Evening, address = 1): void {
  const choice = random();
  if (choice < 0.5)
    evening.games += line.act({ input: 'start-game', wager: 1 + Math.floor(random() * 9) }, address) ? 1 : 0;
  else if (choice < 0.6) evening.bills += line.act({ input: 'insert-bill', billCode: 4 }, address) ? 1 : 0;
  else if (choice < 0.7) evening.doorsOpened += line.act({ input: 'open-door', door: 'slot' }, address) ? 1 : 0;
  else line.act({ input: 'close-door', door: 'slot' }, address);
  line.act({ input: 'reset-handpay' }, address);
}

function drain(line: VirtualLine): void {
  line.run(5000);
  for (const { address } of line.machines) {
    line.act({ input: 'close-door', door: 'slot' }, address);
    line.act({ input: 'reset-handpay' }, address);
  }
  line.run(20_000);
}

function expectEverythingOnce(line: VirtualLine, evening: Evening): void {
  const books = line.machines.map((machine) => machine.books);
  const queue = books.flatMap((each) => each.queue);
  const coinIn = books.reduce((total, { meters }) => total + reading(meters, meter.coinIn), 0);
  const games = line.bodies('game-played');
  const wagered = games.reduce((total, body) => total + (body.kind === 'game-played' ? body.wager : 0), 0);
  expect(queue).toEqual([]);
  expect(line.bodies('game-interrupted', 'game-end-unmatched', 'meters-disagree', 'exception-reported')).toEqual([]);
  expect(games).toHaveLength(evening.games);
  expect(wagered).toBe(coinIn);
  expect(line.bodies('bill-accepted')).toHaveLength(evening.bills);
  expect(line.bodies('door-opened')).toHaveLength(evening.doorsOpened);
}

const seeds = fc.integer({ min: 1, max: 2 ** 31 });

describe('whatever happens on the line', () => {
  it('every event is a fact once, with answers lost and bits turned', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = randomOf(seed);
        const line = new VirtualLine({ noise: onePercentNoise(random), profile: rude, settings: eager });
        const evening: Evening = { games: 0, doorsOpened: 0, bills: 0 };
        line.run(6000);
        line.run(60_000, (at) => {
          if (at % 500 === 0) live(line, random, evening);
        });
        drain(line);
        expectEverythingOnce(line, evening);
      }),
      { numRuns: 8 },
    );
  });

  it('every event is a fact once, with the gateway killed and rebuilt from its journal at any point', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = randomOf(seed);
        const line = new VirtualLine({ profile: rude, settings: eager });
        const evening: Evening = { games: 0, doorsOpened: 0, bills: 0 };
        line.run(6000);
        line.run(60_000, (at) => {
          if (at % 500 === 0) live(line, random, evening);
          if (random() < 0.002) line.killHost();
        });
        drain(line);
        expectEverythingOnce(line, evening);
      }),
      { numRuns: 12 },
    );
  });

  it('holds for three machines on one line, killed as well', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = randomOf(seed);
        const line = new VirtualLine({ machines: 3, profile: rude, settings: eager });
        const evening: Evening = { games: 0, doorsOpened: 0, bills: 0 };
        line.run(6000);
        line.run(40_000, (at) => {
          if (at % 200 === 0) live(line, random, evening, 1 + ((at / 200) % 3));
          if (random() < 0.002) line.killHost();
        });
        drain(line);
        expectEverythingOnce(line, evening);
      }),
      { numRuns: 8 },
    );
  });
});
