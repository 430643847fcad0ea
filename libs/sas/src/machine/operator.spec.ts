import { describe, expect, it } from '@jest/globals';

import { AftBench } from './aft/bench-transfers.test-support.js';
import { BenchMachine } from './bench-machine.test-support.js';
import { brokenIdentities, reading } from './meter-book.js';

describe('an operator', () => {
  it('opens and leaves the menus; nobody plays meanwhile', () => {
    const machine = BenchMachine.inPlay();
    machine.press({ input: 'open-menu', menu: 'operator' });
    expect(machine.press({ input: 'start-game', wager: 1 })).toBe('cannot-play');
    machine.press({ input: 'close-menu' });
    machine.press({ input: 'open-menu', menu: 'attendant' });
    machine.press({ input: 'close-menu' });
    expect(machine.drain()).toEqual([0x84, 0x85, 0x82, 0x83]);
    expect(machine.press({ input: 'start-game', wager: 1 })).toBeUndefined();
  });

  it('changes the denomination only while no credit is on the machine, and says so by 3C', () => {
    const machine = BenchMachine.inPlay();
    expect(machine.press({ input: 'set-denomination', denominationCode: 2 })).toBe('in-use');
    machine.press({ input: 'press-cash-out' });
    expect(machine.press({ input: 'set-denomination', denominationCode: 2 })).toBeUndefined();
    expect(machine.drain()).toEqual([0x66, 0x3c]);
    expect(machine.read('identity').denominationCode).toBe(2);
    machine.press({ input: 'insert-bill', billCode: 2 });
    expect(machine.meter('currentCredits')).toBe(100);
  });

  it('clears the memory: meters to zero by 7A, registration and cash-out to the host gone, validation id asked for by 3F', () => {
    const bench = AftBench.inPlay({ validation: 'enhanced', games: 2 });
    bench.machine.set('validationId', { id: 77, sequence: 5 });
    bench.register(0x01);
    bench.machine.press({ input: 'clear-memory' });
    bench.machine.nobody();
    expect(bench.machine.drain()).toEqual([0x3f, 0x7a]);
    expect(bench.status()).toMatchObject({ hostCashOut: 0, cashable: 0 });
    expect(bench.register(0xff)).toBe(0x80);
    expect(Object.values(bench.machine.state.books.meters).filter((value) => value > 0)).toEqual([9400]);
  });

  it('lets meters wrap: coin in goes on at zero and the books stay sound', () => {
    const machine = BenchMachine.inPlay();
    machine.press({ input: 'age', games: 99_999_999 });
    machine.play(10, 10);
    expect(machine.meter('coinIn')).toBe(9);
    expect(machine.meter('gamesPlayed')).toBe(0);
    expect(brokenIdentities(machine.state.books.meters)).toEqual([]);
  });
});

describe('power', () => {
  it('cut and restored reports the doors that were opened meanwhile', () => {
    const machine = BenchMachine.inPlay();
    machine.press({ input: 'cut-power' });
    expect(machine.bytes(0x81)).toEqual([]);
    expect(machine.press({ input: 'start-game', wager: 1 })).toBe('no-power');
    machine.press({ input: 'open-door', door: 'cashbox' });
    machine.press({ input: 'close-door', door: 'cashbox' });
    machine.press({ input: 'restore-power' });
    machine.nobody();
    expect(machine.drain()).toEqual([0x18, 0x17, 0x9a]);
  });
});

describe('a machine that fails', () => {
  it('tilts: its code, and no play until it is cleared', () => {
    const machine = BenchMachine.inPlay();
    machine.press({ input: 'raise-tilt', code: 0x28 });
    expect(machine.press({ input: 'start-game', wager: 1 })).toBe('cannot-play');
    expect(machine.drain()).toEqual([0x28]);
    machine.press({ input: 'clear-tilt' });
    expect(machine.press({ input: 'start-game', wager: 1 })).toBeUndefined();
  });

  it('hangs in silence, or in its last words', () => {
    const machine = BenchMachine.inPlay();
    const heard = machine.bytes(0x81);
    machine.press({ input: 'hang', how: 'repeating' });
    machine.press({ input: 'open-door', door: 'slot' });
    expect(machine.bytes(0x81)).toEqual(heard);
    expect(machine.bytes(0x01, 0x1a)).toEqual(heard);
    machine.press({ input: 'hang', how: 'silent' });
    expect(machine.bytes(0x81)).toEqual([]);
    machine.press({ input: 'recover' });
    expect(machine.drain()).toEqual([0x11]);
  });

  it('refuses in bursts, and is silent then', () => {
    const machine = BenchMachine.inPlay({ busyAnswer: 'refusal', busyBurst: 2 });
    machine.press({ input: 'be-busy', forMs: 1000 });
    expect([machine.bytes(0x81), machine.bytes(0x81), machine.bytes(0x81)]).toEqual([[0x81], [0x81], []]);
  });
});

describe('several games', () => {
  it('have meters of their own, and can be disabled one by one', () => {
    const machine = BenchMachine.inPlay({ games: 3 });
    machine.play(5, 0);
    machine.press({ input: 'select-game', game: 2 });
    machine.play(7, 20);
    const game = (number: number) => machine.set('gameMeters', { game: number });
    expect(game(1)).toMatchObject({ data: { coinIn: 5, coinOut: 0, gamesPlayed: 1 } });
    expect(game(2)).toMatchObject({ data: { coinIn: 7, coinOut: 20, gamesPlayed: 1 } });
    expect(game(0)).toMatchObject({ data: { coinIn: 12, coinOut: 20, gamesPlayed: 2 } });
    expect(machine.set('enableGame', { game: 2, enable: false })).toMatchObject({ kind: 'acknowledged' });
    expect(machine.press({ input: 'start-game', wager: 1 })).toBe('cannot-play');
    expect(machine.read('enabledGames')).toEqual({ games: [{ game: 1 }, { game: 3 }] });
    machine.nobody();
    expect(reading(machine.state.books.gameMeters?.['2'] ?? {}, 0x00)).toBe(7);
  });
});

describe('polls that only some machines know', () => {
  it('get silence from a machine without them, and A0 is read without a game where the profile has it so', () => {
    const old = BenchMachine.inPlay({ silentTo: [0x6f, 0xaf], featuresAsRead: true });
    expect(old.set('extendedMeters', { game: 0, codes: [0] })).toBe('silence');
    expect(old.set('featuresAsRead')).toMatchObject({ data: { game: 0 } });
    const plain = BenchMachine.inPlay({ realTimeEvents: false });
    expect(plain.state.books.realTimeEvents).toBe(false);
    plain.press({ input: 'insert-bill', billCode: 7 });
    expect(plain.bytes(0x81)).toEqual([0x4c]);
  });

  it('sign the ROM in answer to a later general poll, once', () => {
    const machine = BenchMachine.inPlay();
    expect(machine.set('romSignature', { seed: 0x1234 })).toMatchObject({ kind: 'acknowledged' });
    const signed = machine.bytes(0x81);
    expect([signed.length, signed[1]]).toEqual([6, 0x21]);
    expect(machine.bytes(0x81)).toEqual(signed);
    machine.nobody();
    expect(machine.drain()).toEqual([]);
  });

  it('answer 6F again as before, and AF anew', () => {
    const machine = BenchMachine.inPlay();
    const codes = (poll: 'extendedMeters' | 'extendedMetersTwin', code: number) =>
      machine.set(poll, { game: 0, codes: [code] });
    const first = codes('extendedMeters', 0x00);
    expect(codes('extendedMeters', 0x0b)).toEqual(first);
    expect(codes('extendedMetersTwin', 0x0b)).toMatchObject({ data: { meters: [{ code: 0x0b, value: 10_000 }] } });
  });

  it('pay a legacy bonus by 7C and a progressive by its level', () => {
    const machine = BenchMachine.inPlay({ progressiveGroup: 1 });
    expect(machine.set('legacyBonus', { amount: 40, taxStatus: 0 })).toMatchObject({ kind: 'acknowledged' });
    machine.set('progressiveLevels', { group: 1, levels: [{ level: 2, amount: 50_000 }] });
    machine.nobody();
    expect(machine.drainEvents()).toMatchObject([{ code: 0x7c, data: { bonus: 40 } }]);
    machine.press({ input: 'start-game', wager: 1 });
    machine.press({ input: 'hit-progressive', level: 2 });
    expect(machine.read('sasProgressiveWin')).toEqual({ group: 1, level: 2, amount: 50_000 });
    machine.nobody();
    expect(machine.meter('machinePaidProgressive')).toBe(50_000);
    machine.pause(6000);
    expect(machine.drain()).toContain(0x53);
  });
});
