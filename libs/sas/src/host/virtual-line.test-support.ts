import type { MachineCommand } from '#gateway-protocol';

import { newMachine, powerUp, stepMachine, type CabinetInput, type MachineState } from '../machine/index.js';
import { standardProfile, type MachineProfile } from '../machine/index.js';
import { encodeRequest, type HostMessage } from '../codec/index.js';
import { hostSymbols, type WireSymbol } from '../transport/symbols.js';
import { startLine, stepLine, tcpTiming, wakeAt, type FactDraft, type LineInput, type LineState } from './index.js';
import type { HostProfile, LineEffect, LineSettings, MachineMemory } from './index.js';

/** Changes what a machine says on its way to the host; empty is lost. */
export type Noise = (reply: readonly WireSymbol[]) => readonly WireSymbol[];

export interface VirtualLineOptions {
  readonly machines?: number;
  readonly profile?: Partial<MachineProfile>;
  readonly hostProfile?: HostProfile;
  readonly noise?: Noise;
  readonly settings?: Partial<LineSettings>;
  readonly journalMs?: number;
  /** Commands that the machines take for noise. */
  readonly unknownPolls?: readonly number[];
}

type Waiting = Extract<LineEffect, { type: 'journal' }> & { readonly readyAt: number };

const epoch = Date.parse('2026-01-15T13:30:00.000Z');
/** From the host to the machines, and back; between the two, things happen. */
const pollMs = 2;
const answerMs = 3;

/** A host, its machines and its journal on one virtual clock. Nothing sleeps. */
export class VirtualLine {
  elapsedMs = 0;
  machines: MachineState[];
  line: LineState;
  /** What is on disk, in order. */
  readonly facts: (FactDraft & { machineId: string })[] = [];
  readonly memories = new Map<string, MachineMemory>();
  readonly sent: WireSymbol[][] = [];
  readonly cycles: number[] = [];
  /** Machines that hear nothing and say nothing. */
  readonly mute = new Set<number>();
  journalStands = false;
  private readonly settings: LineSettings;
  private readonly noise: Noise;
  private readonly journalMs: number;
  private readonly unknownPolls: readonly number[];
  private journal: Waiting[] = [];
  private underWay: { readonly at: number; readonly symbols: readonly WireSymbol[] }[] = [];
  private inFlight: { readonly at: number; readonly symbols: readonly WireSymbol[] }[] = [];

  constructor(options: VirtualLineOptions = {}) {
    const count = options.machines ?? 1;
    const addresses = Array.from({ length: count }, (_, index) => index + 1);
    this.settings = {
      machines: addresses.map((address) => ({
        ...{ machineId: `m${address}`, address },
        ...(options.hostProfile && { profile: options.hostProfile }),
      })),
      pollEveryMs: 200,
      timing: tcpTiming,
      schedule: { metersWithCreditsMs: 10_000, metersWithoutCreditsMs: 60_000, clockMs: 300_000 },
      localTime: (at) => new Date(at).toISOString().slice(0, 19),
      ...options.settings,
    };
    this.noise = options.noise ?? ((reply) => reply);
    this.journalMs = options.journalMs ?? 3;
    this.unknownPolls = options.unknownPolls ?? [];
    const profile = { ...standardProfile, ...options.profile };
    this.machines = addresses.map((address) =>
      powerUp(newMachine({ address, serial: `S${address}`, profile, seed: address }), epoch, false),
    );
    this.line = startLine(this.settings, this.memories, 0);
  }

  /** Facts on disk by kind, in order. */
  kinds = (): string[] => this.facts.map(({ body }) => body.kind);

  bodies(...kinds: readonly string[]): FactDraft['body'][] {
    return this.facts.filter(({ body }) => kinds.includes(body.kind)).map(({ body }) => body);
  }

  machine(address = 1): MachineState {
    const machine = this.machines[address - 1];
    if (!machine) throw new RangeError(`no machine ${address}`);
    return machine;
  }

  act(input: CabinetInput, address = 1): boolean {
    const outcome = stepMachine(this.machine(address), input, this.epochMs);
    this.machines[address - 1] = outcome.state;
    return outcome.refused === undefined;
  }

  /** Somebody else on the wire: a poll that this host did not send, and whose answer it does not hear. */
  hearOutOfTurn(message: HostMessage): void {
    const symbols = hostSymbols(encodeRequest(message));
    this.machines = this.machines.map((each) => stepMachine(each, { input: 'symbols', symbols }, this.epochMs).state);
  }

  get epochMs(): number {
    return epoch + this.elapsedMs;
  }

  command(command: MachineCommand): void {
    this.feed({ type: 'command', command });
  }

  /** Lets time pass, one millisecond after another. */
  run(forMs: number, each?: (elapsedMs: number) => void): void {
    const until = this.elapsedMs + forMs;
    while (this.elapsedMs < until) {
      this.elapsedMs += 1;
      each?.(this.elapsedMs);
      this.deliver();
      this.sync();
      if (wakeAt(this.line) <= this.elapsedMs) this.feed({ type: 'tick' });
    }
  }

  /** The same in leaps from one thing that happens to the next, and `each` so often: for hours. */
  leap(forMs: number, everyMs: number, each: () => void): void {
    const until = this.elapsedMs + forMs;
    let nextEach = this.elapsedMs + everyMs;
    while (this.elapsedMs < until) {
      const onTheWire = [...this.underWay, ...this.inFlight].map(({ at }) => at);
      const onDisk = this.journal.filter(({ urgency }) => urgency !== 'lazy').map(({ readyAt }) => readyAt);
      const next = Math.min(until, nextEach, wakeAt(this.line), ...onTheWire, ...onDisk);
      this.elapsedMs = Math.max(this.elapsedMs + 1, Math.ceil(next));
      if (this.elapsedMs >= nextEach) {
        nextEach += everyMs;
        each();
      }
      this.deliver();
      this.sync();
      if (wakeAt(this.line) <= this.elapsedMs) this.feed({ type: 'tick' });
    }
  }

  /** The host is killed: what was not on disk, and what is on the wire to it, is gone. */
  killHost(): void {
    this.journal = [];
    this.inFlight = [];
    const last = this.sent.at(-1)?.findLast(({ wakeup }) => wakeup);
    this.line = startLine(this.settings, this.memories, this.elapsedMs, last ? last.byte & 0x7f : null);
  }

  feed(input: LineInput): void {
    const { state, effects } = stepLine(this.line, input, { elapsedMs: this.elapsedMs, epochMs: this.epochMs });
    this.line = state;
    for (const effect of effects) this.carryOut(effect);
  }

  private carryOut(effect: LineEffect): void {
    if (effect.type === 'send') this.send(effect.symbols);
    if (effect.type === 'journal') this.journal.push({ ...effect, readyAt: this.elapsedMs + this.journalMs });
    if (effect.type === 'cycle') this.cycles.push(effect.latenessMs);
  }

  private send(symbols: readonly WireSymbol[]): void {
    this.sent.push([...symbols]);
    this.underWay.push({ at: this.elapsedMs + pollMs, symbols });
  }

  private hear(symbols: readonly WireSymbol[]): void {
    if (this.unknownPolls.includes(symbols[1]?.byte ?? -1) && symbols[1]?.wakeup === false) return;
    this.machines = this.machines.map((machine) => {
      if (this.mute.has(machine.address)) return machine;
      const { state, symbols: reply } = stepMachine(machine, { input: 'symbols', symbols }, this.epochMs);
      const arriving = this.noise(reply);
      if (arriving.length > 0) this.inFlight.push({ at: this.elapsedMs + answerMs, symbols: arriving });
      return state;
    });
  }

  private deliver(): void {
    this.machines = this.machines.map((machine) => stepMachine(machine, { input: 'tick' }, this.epochMs).state);
    const heard = this.underWay.filter(({ at }) => at <= this.elapsedMs);
    this.underWay = this.underWay.filter(({ at }) => at > this.elapsedMs);
    for (const { symbols } of heard) this.hear(symbols);
    const due = this.inFlight.filter(({ at }) => at <= this.elapsedMs);
    this.inFlight = this.inFlight.filter(({ at }) => at > this.elapsedMs);
    for (const { symbols } of due) this.feed({ type: 'symbols', symbols });
  }

  private sync(): void {
    if (this.journalStands) return;
    const urgent = this.journal.some(({ urgency, readyAt }) => urgency !== 'lazy' && readyAt <= this.elapsedMs);
    if (!urgent) return;
    const durable = this.journal.filter(({ readyAt }) => readyAt <= this.elapsedMs);
    this.journal = this.journal.filter(({ readyAt }) => readyAt > this.elapsedMs);
    for (const { machineId, facts, memory, token } of durable) {
      this.facts.push(...facts.map((fact) => ({ ...fact, machineId })));
      this.memories.set(machineId, memory);
      this.feed({ type: 'journalled', token });
    }
  }
}
