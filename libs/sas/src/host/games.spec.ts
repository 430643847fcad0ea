import { describe, expect, it } from '@jest/globals';

import { endGame, interruptGame, startGame } from './games.js';
import { noMemory, type MachineMemory } from './memory.js';

const known: MachineMemory = { ...noMemory, denomination: 100, selectedGame: 5 };
const began = { at: '2026-01-15T13:30:00.000Z', frame: '01FF7E' };
const ended = { at: '2026-01-15T13:30:03.000Z', frame: '01FF7F' };

const playing = (wager = 5, coinInMeter = 105, from = known): MachineMemory =>
  startGame(from, { wager, coinInMeter }, began).memory;

describe('a game', () => {
  it('is one fact, of its start and its end', () => {
    expect(endGame(playing(), 20, ended)).toEqual({
      facts: [
        {
          kind: 'game-played',
          wager: 5,
          denomination: 100,
          startedAt: began.at,
          endedAt: ended.at,
          win: 20,
          coinInMeter: 105,
          gameNumber: 5,
          endFrame: ended.frame,
        },
      ],
      memory: { ...known, coinInMeter: 105 },
    });
  });

  it('is not begun again by the same coin-in meter', () => {
    const memory = playing();
    expect(startGame(memory, { wager: 5, coinInMeter: 105 }, { ...began, frame: 'other' })).toEqual({
      facts: [],
      memory,
    });
  });

  it('without a wager is begun again only by the same frame while it lasts', () => {
    const memory = playing(0);
    expect(startGame(memory, { wager: 0, coinInMeter: 105 }, began).facts).toEqual([]);
    const over = endGame(memory, 0, ended).memory;
    expect(startGame(over, { wager: 0, coinInMeter: 105 }, began).memory.game).not.toBeNull();
  });

  it('that is followed by another start never ended', () => {
    const { facts, memory } = startGame(playing(), { wager: 2, coinInMeter: 107 }, began);
    expect(facts).toMatchObject([{ kind: 'game-interrupted', cause: 'started-again', wager: 5, coinInMeter: 105 }]);
    expect(memory.game).toMatchObject({ wager: 2 });
  });

  it('whose coin-in meter moved by more than its wager shows games that were not heard', () => {
    const over = endGame(playing(), 0, ended).memory;
    expect(startGame(over, { wager: 2, coinInMeter: 117 }, began).facts).toMatchObject([
      { kind: 'meters-disagree', meter: '00', expected: 107, found: 117 },
    ]);
  });

  it('may wrap its coin-in meter', () => {
    const before = { ...known, coinInMeter: 99_999_998 };
    expect(startGame(before, { wager: 5, coinInMeter: 3 }, began).facts).toEqual([]);
  });

  it('whose start was not heard is an end of its own', () => {
    expect(endGame(known, 20, ended).facts).toEqual([{ kind: 'game-end-unmatched', win: 20, denomination: 100 }]);
  });

  it('of unknown denomination is told without its money', () => {
    const memory = playing(5, 105, noMemory);
    expect(endGame(memory, 20, ended).facts).toEqual([{ kind: 'exception-reported', code: 0x7f, realTime: true }]);
    expect(interruptGame(memory, 'power').facts).toEqual([{ kind: 'exception-reported', code: 0x7e, realTime: true }]);
  });

  it('that is not there cannot be interrupted', () => {
    expect(interruptGame(known, 'power')).toEqual({ facts: [], memory: known });
  });
});
