import {
  disturb,
  newMachine,
  newPatron,
  patronStep,
  powerUp,
  randomFrom,
  scriptStart,
  scriptStep,
  stepMachine,
  type MachineInput,
  type MachineScript,
  type MachineState,
  type Patron,
  type RandomState,
  type ScriptProgress,
  type WireSymbol,
} from '#sas';

export interface ScriptedMachineOptions {
  readonly script: MachineScript;
  readonly address: number;
  readonly serial: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly say: (symbols: readonly WireSymbol[]) => void;
  /** Runs something so many milliseconds later. */
  readonly later: (ms: number, run: () => void) => void;
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
}

/** One machine that lives by a script: its people, its memory for as long as it runs, and the line that disturbs what it says. */
export class ScriptedMachine {
  state: MachineState;
  private readonly startedAt: number;
  private progress: ScriptProgress;
  private patron: Patron;
  private random: RandomState;

  constructor(private readonly options: ScriptedMachineOptions) {
    const { script, address, serial, now } = options;
    this.startedAt = now();
    this.state = powerUp(newMachine({ address, serial, profile: script.profile, seed: script.seed }), now(), false);
    this.progress = scriptStart(script);
    this.patron = newPatron(script.seed, serial);
    this.random = randomFrom(script.seed, `line of ${serial}`);
  }

  /** Lets time pass; ask often. */
  live(): void {
    const { script, now, log } = this.options;
    const { progress, inputs } = scriptStep(script, this.progress, now() - this.startedAt);
    this.progress = progress;
    for (const input of inputs) {
      const refused = this.apply(input);
      log({ ...input, ...(refused === undefined ? {} : { refused }) });
    }
    const gameEveryMs = progress.playing ? script.gameEveryMs : 0;
    const people = patronStep(this.patron, { gameEveryMs }, this.state, now());
    this.patron = people.patron;
    for (const input of people.inputs) this.apply(input);
    this.apply({ input: 'tick' });
  }

  hear(symbols: readonly WireSymbol[]): void {
    this.apply({ input: 'symbols', symbols });
  }

  private apply(input: MachineInput): string | undefined {
    const { state, symbols, refused } = stepMachine(this.state, input, this.options.now());
    this.state = state;
    if (symbols.length > 0) this.say(symbols);
    return refused;
  }

  private say(reply: readonly WireSymbol[]): void {
    const { arrivals, random } = disturb(this.progress.line, this.random, reply);
    this.random = random;
    for (const { afterMs, symbols } of arrivals) {
      if (afterMs === 0) this.options.say(symbols);
      else this.options.later(afterMs, () => this.options.say(symbols));
    }
  }
}
