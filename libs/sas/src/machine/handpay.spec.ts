import { describe, expect, it } from '@jest/globals';

import { BenchMachine } from './bench-machine.test-support.js';

const bigWin = 6000;
const emptyRecord = { progressiveGroup: 0, level: 0, amount: 0, partialPay: 0, resetId: 0, reserved: null };

describe('a win over the handpay limit', () => {
  it('moves the jackpot meter, never coin out or the credits', () => {
    const machine = BenchMachine.inPlay();
    const credits = machine.meter('currentCredits');
    machine.play(50, bigWin);
    expect([machine.meter('jackpot'), machine.meter('coinOut'), machine.meter('totalWon')]).toEqual([
      bigWin,
      0,
      bigWin,
    ]);
    expect(machine.meter('currentCredits')).toBe(credits - 50);
  });

  it('moves it at the reset where the profile says so', () => {
    const machine = BenchMachine.inPlay({ jackpotMeterMoves: 'at-reset' });
    machine.play(50, bigWin);
    expect(machine.meter('jackpot')).toBe(0);
    machine.press({ input: 'reset-handpay' });
    expect([machine.meter('jackpot'), machine.meter('totalHandPaid')]).toEqual([bigWin, bigWin]);
  });

  it('is reported first of all, and again every 15 s until its record was read and acknowledged', () => {
    const machine = BenchMachine.inPlay();
    machine.play(50, bigWin);
    expect(machine.drain()).toEqual([0x51, 0x7e, 0x7f]);
    machine.wait(14_999);
    machine.nobody();
    expect(machine.drain()).toEqual([]);
    machine.wait(1);
    machine.nobody();
    expect(machine.drain()).toEqual([0x51]);
    expect(machine.read('handpay')).toEqual({ ...emptyRecord, level: 0x40, amount: bigWin });
    expect(machine.read('handpay')).toEqual({ ...emptyRecord, level: 0x40, amount: bigWin });
    machine.nobody();
    expect(machine.read('handpay')).toEqual(emptyRecord);
    machine.wait(15_000);
    machine.nobody();
    expect(machine.drain()).toEqual([]);
  });

  it('keeps the machine from playing until the key is turned: exception 52', () => {
    const machine = BenchMachine.inPlay();
    machine.play(50, bigWin);
    machine.drain();
    expect(machine.press({ input: 'start-game', wager: 1 })).toBe('cannot-play');
    machine.press({ input: 'reset-handpay' });
    expect(machine.drain()).toEqual([0x52]);
    expect(machine.press({ input: 'start-game', wager: 1 })).toBeUndefined();
    expect(machine.press({ input: 'reset-handpay' })).toBe('no-handpay-pending');
  });

  it('that follows another is issued at once, and is not taken as read', () => {
    const machine = BenchMachine.inPlay();
    machine.play(50, bigWin);
    machine.drain();
    machine.read('handpay');
    machine.press({ input: 'reset-handpay' });
    machine.play(50, bigWin + 1);
    expect(machine.drain()[0]).toBe(0x51);
    expect(machine.read('handpay').amount).toBe(bigWin + 1);
  });

  it('is issued again at once after a power cut', () => {
    const machine = BenchMachine.inPlay();
    machine.play(50, bigWin);
    machine.drain();
    machine.press({ input: 'cycle-power' });
    machine.nobody();
    expect(machine.drain()).toEqual([0x51, 0x18, 0x17]);
  });
});
