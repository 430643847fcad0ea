import {
  isOnline,
  meter,
  newPatron,
  patronStep,
  reading,
  denominationOf,
  type Applied,
  type CabinetInput,
  type DurableMachine,
  type Patron,
} from '#sas';

/** A machine as the control interface shows it: its own books, not what a host made of them. Amounts are credits. */
export interface MachineReport {
  readonly serial: string;
  readonly name: string;
  readonly line: string;
  readonly address: number;
  /** Whether a host polls it. */
  readonly online: boolean;
  readonly playLocked: boolean;
  readonly openDoors: readonly string[];
  readonly credits: number;
  /** In 1/10 000 of the currency's unit. */
  readonly denomination: number;
  readonly gameInProgress: { readonly wager: number } | null;
  readonly handpay: { readonly kind: string; readonly credits: number } | null;
  /** Events that the host has not acknowledged. */
  readonly waitingEvents: number;
  /** What a platform that heard everything has in its totals. */
  readonly totals: {
    readonly coinIn: number;
    readonly coinOut: number;
    readonly jackpot: number;
    readonly gamesPlayed: number;
    readonly billsAccepted: number;
  };
  /** Every meter by its code in hexadecimal. */
  readonly meters: Readonly<Record<string, number>>;
}

/** A machine with the people around it. */
export class Seat {
  private patron: Patron;
  private living = false;

  constructor(
    private readonly name: string,
    private readonly line: string,
    private readonly machine: DurableMachine,
    seed: number,
  ) {
    this.patron = newPatron(seed, machine.state.serial);
  }

  get serial(): string {
    return this.machine.state.serial;
  }

  apply(input: CabinetInput): Promise<Applied> {
    return this.machine.apply(input);
  }

  /** Lets time pass for people and machine; does nothing while the last time is still being written down. */
  async live(gameEveryMs: number, now: number): Promise<void> {
    if (this.living) return;
    this.living = true;
    try {
      const { patron, inputs } = patronStep(this.patron, { gameEveryMs }, this.machine.state, now);
      this.patron = patron;
      await Promise.all([...inputs, { input: 'tick' as const }].map((input) => this.machine.apply(input)));
    } finally {
      this.living = false;
    }
  }

  report(now: number): MachineReport {
    const { state } = this.machine;
    const { meters, playLocked, openDoors, game, handpay, queue } = state.books;
    return {
      serial: state.serial,
      name: this.name,
      line: this.line,
      address: state.address,
      online: isOnline(state, now),
      playLocked,
      openDoors,
      credits: reading(meters, meter.currentCredits),
      denomination: denominationOf(state.books),
      gameInProgress: game ? { wager: game.wager } : null,
      handpay: handpay ? { kind: handpay.kind, credits: handpay.credits } : null,
      waitingEvents: queue.length,
      totals: {
        coinIn: reading(meters, meter.coinIn),
        coinOut: reading(meters, meter.coinOut),
        jackpot: reading(meters, meter.jackpot),
        gamesPlayed: reading(meters, meter.gamesPlayed),
        billsAccepted: reading(meters, meter.billsAccepted),
      },
      meters,
    };
  }
}
