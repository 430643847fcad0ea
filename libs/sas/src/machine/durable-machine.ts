import type { WireSymbol } from '../transport/symbols.js';
import { powerUp } from './power.js';
import type { MachineInput, Refusal } from './inputs.js';
import { openNvram, type Nvram } from './nvram.js';
import { completed, type Books, type MachineState } from './state.js';
import { stepMachine } from './step.js';

/** Inputs that may wait for one machine while its books are written; a host that sends more than this talks to itself. */
export const maximumWaitingInputs = 1000;

/**
 * A later answer stays unsaid: on a wire it would fall into the host's next poll. The host repeats its poll, and gets it then. A
 * machine on a serial line has 20 ms; between two programs the schedulers take their share.
 */
export const answersWithinMs = 40;

export type Applied = { readonly ok: true } | { readonly ok: false; readonly refused: Refusal };

interface Waiting {
  readonly input: MachineInput;
  readonly arrivedAt: number;
  readonly done: (applied: Applied) => void;
  readonly failed: (error: unknown) => void;
}

const outcome = (refused: Refusal | undefined): Applied => (refused ? { ok: false, refused } : { ok: true });

/** A machine whose books are on the disk before anybody can see what changed in them. */
export class DurableMachine {
  private readonly waiting: Waiting[] = [];
  private working: Promise<void> | null = null;
  private closed = false;

  private constructor(
    private current: MachineState,
    private readonly nvram: Nvram,
    private readonly now: () => number,
    private readonly say: (symbols: readonly WireSymbol[]) => void,
  ) {}

  /**
   * Powers a machine up: with the books of its memory file, or as the new machine that is handed in.
   * @param now milliseconds since 1970
   * @param say puts symbols on the wire
   */
  static async powerUp(
    path: string,
    blank: MachineState,
    now: () => number,
    say: (symbols: readonly WireSymbol[]) => void,
  ): Promise<DurableMachine> {
    const { nvram, recovered } = await openNvram(path, JSON.stringify(blank.books));
    const books = recovered === null ? blank.books : completed(blank.books, JSON.parse(recovered) as Partial<Books>);
    const state = powerUp({ ...blank, books }, now(), recovered !== null);
    await nvram.write(JSON.stringify(state.books));
    return new DurableMachine(state, nvram, now, say);
  }

  /** The machine as it stands on the disk. */
  get state(): MachineState {
    return this.current;
  }

  /** @returns what became of the input, once it is safe @throws when the disk fails, or the machine has no power any more */
  apply(input: MachineInput): Promise<Applied> {
    if (this.closed || this.waiting.length >= maximumWaitingInputs) {
      return Promise.reject(new Error(`machine ${this.current.serial} takes no input`));
    }
    return new Promise((done, failed) => {
      this.waiting.push({ input, arrivedAt: this.now(), done, failed });
      this.working ??= this.work().finally(() => (this.working = null));
    });
  }

  /** All inputs that wait are taken together, and their effects written at once. */
  private async work(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0);
      try {
        await this.takeTogether(batch);
      } catch (error) {
        this.closed = true;
        for (const { failed } of [...batch, ...this.waiting.splice(0)]) failed(error);
      }
    }
  }

  private async takeTogether(batch: readonly Waiting[]): Promise<void> {
    let state = this.current;
    const said: { readonly arrivedAt: number; readonly symbols: readonly WireSymbol[] }[] = [];
    const answers = batch.map(({ input, arrivedAt, done }) => {
      const step = stepMachine(state, input, this.now());
      state = step.state;
      said.push({ arrivedAt, symbols: step.symbols });
      return () => done(outcome(step.refused));
    });
    if (state.books !== this.current.books) await this.nvram.write(JSON.stringify(state.books));
    this.current = state;
    const inTime = said.filter(({ arrivedAt }) => this.now() - arrivedAt <= answersWithinMs);
    const symbols = inTime.flatMap((each) => each.symbols);
    if (symbols.length > 0) this.say(symbols);
    for (const answer of answers) answer();
  }

  /** Waits for what is under way. The next power-up finds the books. */
  async close(): Promise<void> {
    this.closed = true;
    await this.working;
    await this.nvram.close();
  }
}
