import { describe, expect, it } from '@jest/globals';

import { withCrc } from '../codec/index.js';
import { BenchMachine, startOfEvening } from './bench-machine.test-support.js';
import { maximumQueuedEvents } from './event-queue.js';

const openAndClose = (machine: BenchMachine): void => {
  machine.press({ input: 'open-door', door: 'slot' });
  machine.press({ input: 'close-door', door: 'slot' });
};

describe('implied acknowledgement', () => {
  it('says the same exception to the same general poll, for ever', () => {
    const machine = BenchMachine.inPlay();
    openAndClose(machine);
    const replies = [machine.bytes(0x81), machine.bytes(0x81), machine.bytes(0x81)];
    expect(replies[1]).toEqual(replies[0]);
    expect(replies[2]).toEqual(replies[0]);
    machine.nobody();
    expect(machine.bytes(0x81)[2]).toBe(0x12);
  });

  it.each([
    ['a poll to address 0', [0x80]],
    ['a general poll to another machine', [0x82]],
    ['a long poll to another machine', [0x02, 0x1a]],
    ['a long poll to this machine', [0x01, 0x1a]],
    ['a long poll that this machine does not know', [0x01, 0xf0, 0x02, 0xff, 0x00, 0x0f, 0x22]],
  ])('takes %s as the acknowledgement', (_, poll) => {
    const machine = BenchMachine.inPlay();
    openAndClose(machine);
    expect(machine.bytes(0x81)[2]).toBe(0x11);
    machine.bytes(...poll);
    expect(machine.bytes(0x81)[2]).toBe(0x12);
  });

  it('takes noise with a wrong CRC as nothing at all', () => {
    const machine = BenchMachine.inPlay();
    openAndClose(machine);
    expect(machine.bytes(0x81)[2]).toBe(0x11);
    expect(machine.bytes(0x01, 0x01, 0x51, 0x09)).toEqual([]);
    expect(machine.bytes(0x81)[2]).toBe(0x11);
    expect(machine.state.books.playLocked).toBe(false);
  });

  it('answers a repeated long poll with the same bytes, and a new one with the news', () => {
    const machine = BenchMachine.inPlay();
    const before = machine.bytes(0x01, 0x1a);
    machine.press({ input: 'insert-bill', billCode: 2 });
    expect(machine.bytes(0x01, 0x1a)).toEqual(before);
    machine.nobody();
    expect(machine.read('currentCredits')).toEqual({ value: 10_500 });
  });

  it('looks anew when there was nothing to report', () => {
    const machine = BenchMachine.inPlay();
    expect(machine.bytes(0x81)[2]).toBe(0x00);
    openAndClose(machine);
    expect(machine.bytes(0x81)[2]).toBe(0x11);
  });
});

describe('real-time events', () => {
  it('off: one byte in place of a frame', () => {
    const machine = BenchMachine.inPlay();
    expect(machine.set('realTimeEvents', { enable: false })).toEqual({ kind: 'acknowledged', address: 1 });
    openAndClose(machine);
    expect(machine.bytes(0x81)).toEqual([0x11]);
  });

  it('take the place of an answer where the profile has it, and the poll is answered when it is sent again', () => {
    const machine = BenchMachine.inPlay({ eventsInPlaceOfAnswers: true });
    machine.press({ input: 'open-door', door: 'drop' });
    expect(machine.bytes(0x01, 0x1a)).toEqual([...withCrc([0x01, 0xff, 0x13])]);
    machine.nobody();
    expect(machine.read('currentCredits')).toEqual({ value: 10_000 });
  });

  it('say 1F when idle on a machine that waits for a player', () => {
    expect(new BenchMachine({ idleException: 0x1f }).state.profile.idleException).toBe(0x1f);
    const machine = new BenchMachine({ idleException: 0x1f });
    machine.nobody();
    machine.bytes(0x81);
    machine.nobody();
    expect(machine.bytes(0x81)).toEqual([0x1f]);
  });
});

describe('the queue', () => {
  it('loses what does not fit, says so by 70, and goes on', () => {
    const machine = BenchMachine.inPlay();
    for (let time = 0; time < maximumQueuedEvents / 2 + 1; time += 1) openAndClose(machine);
    const codes = machine.drain();
    expect(codes[0]).toBe(0x70);
    expect(codes).toHaveLength(1 + maximumQueuedEvents);
    openAndClose(machine);
    expect(machine.drain()).toEqual([0x11, 0x12]);
  });
});

describe('the line', () => {
  it('counts after power-up only once another address was polled', () => {
    const machine = new BenchMachine();
    expect(machine.bytes(0x81)).toEqual([]);
    expect(machine.bytes(0x01, 0x1a)).toEqual([]);
    machine.nobody();
    expect(machine.bytes(0x81)).toEqual([0x17]);
  });

  it('is broken after 5 s: the machine chirps its address until it is synchronised and polled', () => {
    const machine = BenchMachine.inPlay();
    openAndClose(machine);
    machine.bytes(0x81);
    expect(machine.wait(4999)).toEqual([]);
    expect(machine.wait(1)).toEqual([{ wakeup: true, byte: 1 }]);
    expect(machine.wait(199)).toEqual([]);
    expect(machine.wait(1)).toEqual([{ wakeup: true, byte: 1 }]);
    expect(machine.bytes(0x81)).toEqual([]);
    machine.nobody();
    expect(machine.bytes(0x81)[2]).toBe(0x11);
    expect(machine.wait(1000)).toEqual([]);
  });

  it('starts a message with every wakeup bit, and drops what it breaks into', () => {
    const machine = BenchMachine.inPlay();
    machine.bytes(0x01, 0x01, 0x51);
    expect(machine.bytes(0x81)).toHaveLength(5);
    expect(machine.state.books.playLocked).toBe(false);
  });

  it.each([
    ['address-and-zero', [0x01, 0x00]],
    ['address', [0x01]],
    ['refusal', []],
  ] as const)('answers a long poll with busy as "%s"', (busyAnswer, bytes) => {
    const machine = BenchMachine.inPlay({ busyAnswer });
    machine.press({ input: 'be-busy', forMs: 1000 });
    expect(machine.bytes(0x01, 0x1a)).toEqual(bytes);
    machine.wait(1000);
    expect(machine.bytes(0x01, 0x1a)).toHaveLength(8);
  });
});

describe('long polls', () => {
  it('lock and unlock play', () => {
    const machine = BenchMachine.inPlay();
    expect(machine.bytes(0x01, 0x01, 0x51, 0x08)).toEqual([0x01]);
    expect(machine.state.books.playLocked).toBe(true);
    expect(machine.bytes(0x01, 0x02, 0xca, 0x3a)).toEqual([0x01]);
    expect(machine.state.books.playLocked).toBe(false);
  });

  it('are refused with the highest bit where the profile refuses', () => {
    const machine = BenchMachine.inPlay({ refusesLockDuringGame: true });
    machine.press({ input: 'start-game', wager: 1 });
    expect(machine.set('lockPlay')).toEqual({ kind: 'refused', address: 1 });
  });

  it('set the clock, for one machine and for all', () => {
    const machine = BenchMachine.inPlay();
    expect(machine.read('time')).toEqual({ time: '2026-01-15T18:00:00' });
    expect(machine.set('setTime', { time: '2026-01-15T20:00:00' })).toMatchObject({ kind: 'acknowledged' });
    machine.wait(1500);
    expect(machine.read('time')).toEqual({ time: '2026-01-15T20:00:01' });
    expect(machine.bytes(...withCrc([0x00, 0x7f, 0x01, 0x15, 0x20, 0x26, 0x18, 0x00, 0x00]))).toEqual([]);
    expect(machine.read('time')).toEqual({ time: new Date(startOfEvening).toISOString().slice(0, 19) });
  });

  it('identify the machine', () => {
    const machine = BenchMachine.inPlay();
    expect(machine.read('versionAndSerial')).toEqual({ version: '602', serial: 'TH-TEST' });
    expect(machine.read('identity')).toMatchObject({
      gameId: 'TH',
      denominationCode: 1,
      maxBet: 50,
      basePercent: '9400',
    });
  });

  it('read meters: all of 0F, those that exist by 2F, and size 0 for the others by 6F', () => {
    const machine = BenchMachine.inPlay();
    machine.play(50, 20);
    expect(machine.read('meters')).toEqual({
      cancelledCredits: 0,
      coinIn: 50,
      coinOut: 20,
      drop: 10_000,
      jackpot: 0,
      gamesPlayed: 1,
    });
    expect(machine.set('selectedMeters', { game: 0, codes: [0x00, 0x3a, 0x0c] })).toMatchObject({
      data: {
        game: 0,
        meters: [
          { code: 0, value: 50 },
          { code: 0x0c, value: 9970 },
        ],
      },
    });
    expect(machine.set('extendedMeters', { game: 0, codes: [0x01, 0x3a] })).toMatchObject({
      data: {
        meters: [
          { code: 1, bytes: 4, value: 20 },
          { code: 0x3a, bytes: 0, value: null },
        ],
      },
    });
    expect(machine.set('selectedMeters', { game: 2, codes: [0x00] })).toBe('silence');
  });
});
