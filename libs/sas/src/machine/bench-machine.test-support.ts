import { expect } from '@jest/globals';

import {
  decodeReply,
  encodeRequest,
  type HostMessage,
  type MachineMessage,
  type PollName,
  type ReadPollName,
  type ResponseData,
} from '../codec/index.js';
import { hostSymbols, type WireSymbol } from '../transport/symbols.js';
import { powerUp } from './power.js';
import type { CabinetInput, Refusal } from './inputs.js';
import { brokenIdentities, meter, reading } from './meter-book.js';
import { standardProfile, type MachineProfile } from './profile.js';
import { newMachine, type MachineState } from './state.js';
import { stepMachine } from './step.js';

/** Bill code of 20 units: 2000 credits of 0.01. */
const twenty = 4;

export const startOfEvening = Date.parse('2026-01-15T18:00:00Z');

/** A machine on a bench: a hand on its buttons, a host on its wire, and a clock that only moves when told. */
export class BenchMachine {
  now = startOfEvening;
  state: MachineState;

  constructor(profile: Partial<MachineProfile> = {}, { seed = 1, address = 1 } = {}) {
    const machine = newMachine({ address, serial: 'TH-TEST', profile: { ...standardProfile, ...profile }, seed });
    this.state = powerUp(machine, this.now, false);
  }

  /** A machine that a host knows already: synchronised, its power-up reported, 100 units of credit. */
  static inPlay(profile: Partial<MachineProfile> = {}, options: { seed?: number } = {}): BenchMachine {
    const bench = new BenchMachine(profile, options);
    bench.nobody();
    bench.set('realTimeEvents', { enable: true });
    for (let bill = 0; bill < 5; bill += 1) bench.press({ input: 'insert-bill', billCode: twenty });
    bench.drain();
    return bench;
  }

  press(input: CabinetInput): Refusal | undefined {
    const { state, refused } = stepMachine(this.state, input, this.now);
    this.state = state;
    expect(brokenIdentities(state.books.meters)).toEqual([]);
    return refused;
  }

  /** Lets time pass in one step. */
  wait(ms: number): readonly WireSymbol[] {
    this.now += ms;
    const { state, symbols } = stepMachine(this.state, { input: 'tick' }, this.now);
    this.state = state;
    return symbols;
  }

  /** The same with a host that comes back: after 5 s without a poll the machine wants to be synchronised. */
  pause(ms: number): void {
    this.wait(ms);
    this.nobody();
  }

  /** Sends raw bytes, the first with the wakeup bit, and answers the raw reply. */
  bytes(...sent: readonly number[]): number[] {
    const symbols = hostSymbols(Uint8Array.from(sent));
    const { state, symbols: heard } = stepMachine(this.state, { input: 'symbols', symbols }, this.now);
    this.state = state;
    return heard.map(({ byte }) => byte);
  }

  send(message: HostMessage): MachineMessage | 'silence' {
    const reply = this.bytes(...encodeRequest(message));
    if (reply.length === 0) return 'silence';
    const outcome = decodeReply(message, Uint8Array.from(reply));
    expect(outcome).toMatchObject({ ok: true });
    return outcome.ok ? outcome.message : 'silence';
  }

  /** The poll to address 0 that acknowledges and synchronises. */
  nobody(): void {
    expect(this.send({ kind: 'general-poll', address: 0 })).toBe('silence');
  }

  generalPoll(): MachineMessage | 'silence' {
    return this.send({ kind: 'general-poll', address: this.state.address });
  }

  read<Name extends ReadPollName>(poll: Name): ResponseData<Name> {
    const message = this.send({ kind: 'long-poll', address: this.state.address, poll, data: {} } as HostMessage);
    if (message === 'silence' || message.kind !== 'answer') throw new Error(`${poll} was not answered with data`);
    return message.data;
  }

  set(poll: PollName, data: object = {}): MachineMessage | 'silence' {
    return this.send({ kind: 'long-poll', address: this.state.address, poll, data } as HostMessage);
  }

  /** All waiting exceptions, each acknowledged, as codes. */
  drain(): number[] {
    return this.drainEvents().map(({ code }) => code);
  }

  drainEvents(): { code: number; data?: object }[] {
    const events: { code: number; data?: object }[] = [];
    for (;;) {
      const reply = this.bytes(0x80 | this.state.address);
      const realTime = reply.length > 1;
      const code = (realTime ? reply[2] : reply[0]) ?? 0;
      this.nobody();
      if (code === 0) return events;
      const message = decodeReply({ kind: 'general-poll', address: this.state.address }, Uint8Array.from(reply));
      const event = message.ok && message.message.kind === 'real-time-event' ? message.message.event : undefined;
      events.push(event && event.name !== 'plain' ? { code, data: event.data } : { code });
    }
  }

  meter(name: keyof typeof meter): number {
    return reading(this.state.books.meters, meter[name]);
  }

  /** One game from its start to its end, with a win that is told. */
  play(wager: number, win: number): void {
    expect(this.press({ input: 'start-game', wager, win })).toBeUndefined();
    this.pause(this.state.profile.gameLastsMs);
    expect(brokenIdentities(this.state.books.meters)).toEqual([]);
  }
}
