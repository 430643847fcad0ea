import { describe, expect, it } from '@jest/globals';

import { BenchMachine } from './bench-machine.test-support.js';
import { endGame, startGame } from './game.js';
import { meter, reading } from './meter-book.js';

const fiveBills = 10_000;

describe('a bill', () => {
  it('becomes credits, and is counted as money, as a bill and as drop', () => {
    const machine = BenchMachine.inPlay();
    expect(machine.press({ input: 'insert-bill', billCode: 7 })).toBeUndefined();
    expect(machine.meter('currentCredits')).toBe(fiveBills + 10_000);
    expect(machine.meter('billsAccepted')).toBe(fiveBills + 10_000);
    expect(machine.meter('totalDrop')).toBe(fiveBills + 10_000);
    expect(machine.state.books.meters['47']).toBe(1);
    expect(machine.drainEvents()).toEqual([{ code: 0x4f, data: { country: 0, billCode: 7, billMeter: 1 } }]);
  });

  it.each([
    ['of a kind that the acceptor does not take', BenchMachine.inPlay(), 0],
    ['beyond the credit limit', BenchMachine.inPlay({ creditLimit: 10_000 }), 2],
    ['that does not make whole credits', BenchMachine.inPlay({ denominationCode: 0x0d, acceptedBillCodes: [1] }), 1],
  ])('%s goes back', (_, machine, billCode) => {
    const before = machine.state.books;
    expect(machine.press({ input: 'insert-bill', billCode })).toBe('bill-not-accepted');
    expect(machine.state.books).toBe(before);
  });
});

describe('a game', () => {
  it('takes the wager at once, ends after its time, and pays to the credit meter', () => {
    const machine = BenchMachine.inPlay();
    machine.press({ input: 'start-game', wager: 50, win: 120 });
    expect([machine.meter('coinIn'), machine.meter('currentCredits')]).toEqual([50, fiveBills - 50]);
    machine.wait(2999);
    expect(machine.meter('gamesPlayed')).toBe(0);
    machine.wait(1);
    expect([machine.meter('coinOut'), machine.meter('gamesWon'), machine.meter('jackpot')]).toEqual([120, 1, 0]);
    expect(machine.meter('currentCredits')).toBe(fiveBills - 50 + 120);
    expect(machine.drainEvents()).toEqual([
      { code: 0x7e, data: { wager: 50, coinInMeter: 50, wagerType: 1, progressiveGroup: 0 } },
      { code: 0x7f, data: { win: 120 } },
    ]);
  });

  it('that wins nothing is counted as lost', () => {
    const machine = BenchMachine.inPlay();
    machine.play(10, 0);
    expect([machine.meter('gamesPlayed'), machine.meter('gamesLost'), machine.meter('totalWon')]).toEqual([1, 1, 0]);
  });

  it('returns what the machine promises in the long run', () => {
    const bench = BenchMachine.inPlay({ handpayLimit: 1_000_000 });
    const games = 20_000;
    let { state } = bench;
    for (let game = 0; game < games; game += 1) {
      const started = startGame(state, 10, bench.now);
      const played = started.game ? endGame({ ...state, books: started }, started.game, bench.now) : started;
      state = { ...state, books: { ...played, queue: [] } };
    }
    const returned = reading(state.books.meters, meter.coinOut) / (games * 10);
    expect(returned).toBeGreaterThan(0.85);
    expect(returned).toBeLessThan(1.03);
  });

  it.each<[string, BenchMachine, number, string]>([
    ['over the largest wager', BenchMachine.inPlay(), 51, 'wager-over-limit'],
    ['without credit for it', new BenchMachine(), 1, 'credits-too-low'],
  ])('%s does not start', (_, machine, wager, refusal) => {
    expect(machine.press({ input: 'start-game', wager })).toBe(refusal);
  });

  it('does not start with a door open, while locked, or during another', () => {
    const machine = BenchMachine.inPlay();
    machine.press({ input: 'open-door', door: 'cashbox' });
    expect(machine.press({ input: 'start-game', wager: 1 })).toBe('cannot-play');
    machine.press({ input: 'close-door', door: 'cashbox' });
    machine.set('lockPlay');
    expect(machine.press({ input: 'start-game', wager: 1 })).toBe('cannot-play');
    machine.set('unlockPlay');
    machine.press({ input: 'start-game', wager: 1 });
    expect(machine.press({ input: 'start-game', wager: 1 })).toBe('game-in-progress');
    expect(machine.press({ input: 'press-cash-out' })).toBe('game-in-progress');
  });

  it('does not start unheard where the profile asks for a host', () => {
    const machine = BenchMachine.inPlay({ playsWithoutHost: false });
    expect(machine.press({ input: 'start-game', wager: 1, win: 0 })).toBeUndefined();
    machine.wait(5000);
    expect(machine.press({ input: 'start-game', wager: 1 })).toBe('cannot-play');
  });
});

describe('a cash-out', () => {
  it('is paid by the hopper up to its limit', () => {
    const machine = BenchMachine.inPlay();
    expect(machine.press({ input: 'press-cash-out' })).toBeUndefined();
    expect([machine.meter('currentCredits'), machine.meter('hopperPaid'), machine.meter('cancelledCredits')]).toEqual([
      0,
      fiveBills,
      fiveBills,
    ]);
    expect(machine.drain()).toEqual([0x66]);
    expect(machine.press({ input: 'press-cash-out' })).toBe('no-credits');
  });

  it('beyond it waits for an attendant, and the credits stay until the key is turned', () => {
    const machine = BenchMachine.inPlay({ hopperLimit: fiveBills - 1 });
    machine.press({ input: 'press-cash-out' });
    expect(machine.meter('currentCredits')).toBe(fiveBills);
    expect(machine.drain()).toEqual([0x51, 0x66]);
    expect(machine.press({ input: 'press-cash-out' })).toBe('no-credits');
    machine.press({ input: 'reset-handpay' });
    expect(machine.meter('currentCredits')).toBe(0);
    expect([machine.meter('handPaidCancelled'), machine.meter('totalHandPaid')]).toEqual([fiveBills, fiveBills]);
    expect(machine.drain()).toEqual([0x52]);
  });
});

describe('doors', () => {
  it.each([
    ['slot', 0x11, 0x12],
    ['drop', 0x13, 0x14],
    ['card-cage', 0x15, 0x16],
    ['cashbox', 0x19, 0x1a],
  ] as const)('the %s door reports %i and %i', (door, opened, closed) => {
    const machine = BenchMachine.inPlay();
    expect(machine.press({ input: 'close-door', door })).toBe('door-is-like-that');
    machine.press({ input: 'open-door', door });
    expect(machine.press({ input: 'open-door', door })).toBe('door-is-like-that');
    machine.press({ input: 'close-door', door });
    expect(machine.drain()).toEqual([opened, closed]);
  });

  it('start the count of games anew when the slot door closes', () => {
    const machine = BenchMachine.inPlay();
    machine.play(1, 0);
    machine.press({ input: 'open-door', door: 'slot' });
    machine.press({ input: 'close-door', door: 'slot' });
    expect([machine.meter('gamesSinceDoorClose'), machine.meter('gamesSincePowerReset')]).toEqual([0, 1]);
  });
});

describe('a power cut', () => {
  it('loses no game and no event: the game is shown to its end before the power is reported', () => {
    const machine = BenchMachine.inPlay();
    machine.press({ input: 'start-game', wager: 50, win: 75 });
    machine.press({ input: 'cycle-power' });
    expect(machine.generalPoll()).toBe('silence');
    machine.nobody();
    expect(machine.drain()).toEqual([0x7e, 0x7f, 0x18, 0x17]);
    expect([machine.meter('coinOut'), machine.meter('gamesPlayed')]).toEqual([75, 1]);
    expect(machine.meter('gamesSincePowerReset')).toBe(0);
    machine.wait(3000);
    expect(machine.meter('gamesPlayed')).toBe(1);
  });

  it('of a machine that resumes its game shows before the end of it', () => {
    const machine = BenchMachine.inPlay({ gameAtPowerUp: 'resumed' });
    machine.press({ input: 'start-game', wager: 50, win: 75 });
    machine.press({ input: 'cycle-power' });
    machine.wait(3000);
    machine.nobody();
    expect(machine.drain()).toEqual([0x7e, 0x18, 0x17, 0x7f]);
  });

  it('of a machine that does not report 18 shows as 17 alone', () => {
    const machine = BenchMachine.inPlay({ reportsPowerLost: false });
    machine.press({ input: 'cycle-power' });
    machine.nobody();
    expect(machine.drain()).toEqual([0x17]);
  });
});

describe('another game', () => {
  it('is reported by its number, if the machine has it', () => {
    const machine = BenchMachine.inPlay({ games: 3 });
    expect(machine.press({ input: 'select-game', game: 4 })).toBe('no-such-game');
    machine.press({ input: 'select-game', game: 2 });
    expect(machine.drainEvents()).toEqual([{ code: 0x8c, data: { game: 2 } }]);
    expect(machine.read('selectedGame')).toEqual({ game: 2 });
    expect(machine.read('numberOfGames')).toEqual({ games: 3 });
  });
});
