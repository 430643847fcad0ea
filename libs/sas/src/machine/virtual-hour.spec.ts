import { describe, expect, it } from '@jest/globals';

import { encodeRequest } from '../codec/index.js';
import { hostSymbols, type WireSymbol } from '../transport/symbols.js';
import { brokenIdentities, meter, reading } from './meter-book.js';
import { newPatron, patronStep, type Patron } from './patron.js';
import { powerUp } from './power.js';
import { standardProfile } from './profile.js';
import { newMachine, type MachineState } from './state.js';
import { stepMachine } from './step.js';

const start = Date.parse('2026-01-15T18:00:00Z');
const hourMs = 3_600_000;
const stepMs = 2000;
const machines = 200;
const settings = { gameEveryMs: 10_000 };
const nobody = hostSymbols(encodeRequest({ kind: 'general-poll', address: 0 }));
const generalPoll = hostSymbols(encodeRequest({ kind: 'general-poll', address: 1 }));
const readHandpay = hostSymbols(encodeRequest({ kind: 'long-poll', address: 1, poll: 'handpay', data: {} }));
const mostEvents = 25;

/** One moment of one machine: its people, and a host that drains its exceptions. */
function live(before: MachineState, people: Patron, now: number): { state: MachineState; people: Patron } {
  let state = before;
  const send = (symbols: readonly WireSymbol[]): number => {
    const step = stepMachine(state, { input: 'symbols', symbols }, now);
    ({ state } = step);
    return step.symbols[0]?.byte ?? 0;
  };
  const { patron, inputs } = patronStep(people, settings, state, now);
  for (const input of [...inputs, { input: 'tick' as const }]) ({ state } = stepMachine(state, input, now));
  for (let event = 0; event < mostEvents; event += 1) {
    send(nobody);
    const code = send(generalPoll);
    if (code === 0x00) break;
    if (code === 0x51) send(readHandpay);
  }
  return { state, people: patron };
}

describe('an hour of virtual time', () => {
  it('is played by 200 machines, and every one of them is sound', () => {
    const floor = Array.from({ length: machines }, (_, index) => {
      const serial = `V-${index}`;
      const machine = newMachine({ address: 1, serial, profile: standardProfile, seed: index });
      return { state: powerUp(machine, start, false), people: newPatron(index, serial) };
    });
    let games = 0;
    for (const seat of floor) {
      let { state, people } = seat;
      for (let at = 0; at < hourMs; at += stepMs) ({ state, people } = live(state, people, start + at));
      expect(brokenIdentities(state.books.meters)).toEqual([]);
      expect(state.books.queueOverflowed).toBe(false);
      games += reading(state.books.meters, meter.gamesPlayed);
    }
    expect(games).toBeGreaterThan(machines * 200);
  });
});
