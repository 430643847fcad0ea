import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { until } from './processes.js';

/** A simulated machine as it knows itself. */
export interface MachineReport {
  readonly serial: string;
  readonly credits: number;
  /** In 1/10 000 of the currency's unit. */
  readonly denomination: number;
  readonly gameInProgress: object | null;
  readonly waitingEvents: number;
  readonly playLocked: boolean;
  /** Every meter by its SAS code in hexadecimal. */
  readonly meters: Readonly<Record<string, number>>;
  /** Credits and counts of the machine's own meters. */
  readonly totals: Readonly<Record<'coinIn' | 'coinOut' | 'jackpot' | 'gamesPlayed' | 'billsAccepted', number>>;
}

/** The demo floor's control interface: what a person at the machines would do. */
export class FloorControl {
  private constructor(private readonly url: string) {}

  static of(dataDir: string): FloorControl {
    const { control } = JSON.parse(readFileSync(join(dataDir, 'floor', 'floor.json'), 'utf8')) as { control: string };
    return new FloorControl(control);
  }

  async machines(): Promise<MachineReport[]> {
    const response = await fetch(`${this.url}/machines`);
    return ((await response.json()) as { items: MachineReport[] }).items;
  }

  async input(serial: string, input: object): Promise<void> {
    await this.post(`/machines/${serial}/inputs`, input);
  }

  /** Milliseconds between two games of each machine; 0 stops play. */
  async play(gameEveryMs: number): Promise<void> {
    await this.post('/play', { gameEveryMs });
  }

  /** Stops play, and waits until every machine has told the gateway all that it had to tell. */
  async settle(): Promise<MachineReport[]> {
    await this.play(0);
    const settledMs = 60_000;
    await until(
      async () =>
        (await this.machines()).every(
          ({ gameInProgress, waitingEvents }) => gameInProgress === null && waitingEvents === 0,
        ),
      settledMs,
    );
    return this.machines();
  }

  private async post(path: string, body: object): Promise<void> {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
  }
}
