import { createHash } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { decodeReply, encodeRequest, type HostMessage } from '../codec/index.js';
import { hostSymbols } from '../transport/symbols.js';
import { powerUp } from './power.js';
import { brokenIdentities, meter, reading } from './meter-book.js';
import { newPatron, patronStep } from './patron.js';
import { standardProfile } from './profile.js';
import { newMachine, type MachineState } from './state.js';
import { stepMachine } from './step.js';

const eveningStartsAt = Date.parse('2026-01-15T18:00:00Z');
const hourMs = 3_600_000;
const tickMs = 500;
const gameEveryMs = 10_000;

/** What a host that drains exceptions by `81 80`, and reads 1B when it hears 51, adds up from the wire alone. */
interface Account {
  wagered: number;
  won: number;
  started: number;
  ended: number;
  bills: number;
  handpays: number;
  resets: number;
  doors: number;
  codes: number[];
}

class Seat {
  state: MachineState;
  patron;
  readonly account: Account = {
    wagered: 0,
    won: 0,
    started: 0,
    ended: 0,
    bills: 0,
    handpays: 0,
    resets: 0,
    doors: 0,
    codes: [],
  };

  constructor(seed: number, index: number) {
    const serial = `TH-${index}`;
    const machine = newMachine({ address: 1, serial, profile: { ...standardProfile, handpayLimit: 1000 }, seed });
    this.state = powerUp(machine, eveningStartsAt, false);
    this.patron = newPatron(seed, serial);
  }

  liveThrough(now: number): void {
    const before = this.state.books.meters;
    const { patron, inputs } = patronStep(this.patron, { gameEveryMs }, this.state, now);
    this.patron = patron;
    for (const input of [...inputs, { input: 'tick' as const }]) this.state = stepMachine(this.state, input, now).state;
    const { meters } = this.state.books;
    if (meters !== before && brokenIdentities(meters).length > 0) throw new Error(brokenIdentities(meters).join('; '));
  }

  private send(message: HostMessage, now: number): Uint8Array {
    const step = stepMachine(this.state, { input: 'symbols', symbols: hostSymbols(encodeRequest(message)) }, now);
    this.state = step.state;
    return Uint8Array.from(step.symbols, ({ byte }) => byte);
  }

  start(now: number): void {
    this.send({ kind: 'general-poll', address: 0 }, now);
    this.send({ kind: 'long-poll', address: 1, poll: 'realTimeEvents', data: { enable: true } }, now);
  }

  drain(now: number): void {
    const poll: HostMessage = { kind: 'general-poll', address: 1 };
    for (;;) {
      const outcome = decodeReply(poll, this.send(poll, now));
      if (!outcome.ok || outcome.message.kind !== 'real-time-event') throw new Error('the machine did not answer');
      const { event } = outcome.message;
      this.send({ kind: 'general-poll', address: 0 }, now);
      if (event.name === 'plain' && event.code === 0) return;
      this.write(event, now);
    }
  }

  private write(event: { name: string; code?: number; data?: object }, now: number): void {
    const { account } = this;
    const data = (event.data ?? {}) as { wager?: number; win?: number; billMeter?: number };
    if (event.name === 'gameStarted') account.wagered += data.wager ?? 0;
    if (event.name === 'gameStarted') account.started += 1;
    if (event.name === 'gameEnded') account.won += data.win ?? 0;
    if (event.name === 'gameEnded') account.ended += 1;
    if (event.name === 'billAccepted') account.bills += 1;
    if (event.code === undefined) return;
    account.codes.push(event.code);
    if (event.code === 0x52) account.resets += 1;
    if (event.code >= 0x11 && event.code <= 0x1a) account.doors += 1;
    if (event.code !== 0x51) return;
    account.handpays += 1;
    this.send({ kind: 'long-poll', address: 1, poll: 'handpay', data: {} }, now);
    this.send({ kind: 'general-poll', address: 0 }, now);
  }
}

function playAnEvening(seed: number, machines: number, ms: number): Seat[] {
  const floor = Array.from({ length: machines }, (_, index) => new Seat(seed, index));
  for (const seat of floor) seat.start(eveningStartsAt);
  for (let now = eveningStartsAt; now < eveningStartsAt + ms; now += tickMs) {
    for (const seat of floor) {
      seat.liveThrough(now);
      if (now % 1000 === 0) seat.drain(now);
    }
  }
  for (const seat of floor) seat.drain(eveningStartsAt + ms);
  return floor;
}

const digest = (floor: readonly Seat[]): string =>
  createHash('sha256')
    .update(JSON.stringify(floor.map(({ state, account }) => [state.books, account])))
    .digest('hex');

describe('an hour of 24 machines under a virtual clock', () => {
  const floor = playAnEvening(2026, 24, hourMs);

  it('tells the host on the wire exactly what the meters say', () => {
    for (const { account, state } of floor) {
      const { meters, game } = state.books;
      expect(account.wagered).toBe(reading(meters, meter.coinIn));
      expect(account.won).toBe(reading(meters, meter.coinOut) + reading(meters, meter.jackpot));
      expect(account.ended).toBe(reading(meters, meter.gamesPlayed));
      expect(account.started).toBe(account.ended + (game ? 1 : 0));
      expect(account.bills).toBe(reading(meters, meter.billsInStacker));
      expect(account.codes).not.toContain(0x70);
    }
  });

  it('is an evening worth watching: everyone plays, some win by hand, some doors open and close', () => {
    const sum = (of: (account: Account) => number): number =>
      floor.reduce((total, { account }) => total + of(account), 0);
    expect(Math.min(...floor.map(({ account }) => account.ended))).toBeGreaterThan(300);
    expect(sum(({ handpays }) => handpays)).toBeGreaterThan(5);
    expect(sum(({ resets }) => resets)).toBeGreaterThanOrEqual(sum(({ handpays }) => handpays) - floor.length);
    expect(sum(({ doors }) => doors)).toBeGreaterThan(20);
  });

  it('leaves no handpay unattended for more than a minute', () => {
    for (const seat of floor) {
      const { handpay } = seat.state.books;
      for (let later = 0; handpay && later <= 60_000; later += tickMs)
        seat.liveThrough(eveningStartsAt + hourMs + later);
      expect(seat.state.books.handpay).not.toEqual(handpay ?? 'none');
    }
  });
});

describe('a seed', () => {
  it('plays the same evening again, and another seed another', () => {
    const tenMinutes = 600_000;
    expect(digest(playAnEvening(1, 3, tenMinutes))).toBe(digest(playAnEvening(1, 3, tenMinutes)));
    expect(digest(playAnEvening(1, 3, tenMinutes))).not.toBe(digest(playAnEvening(2, 3, tenMinutes)));
  });
});
