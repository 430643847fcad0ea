import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Time } from '../time.js';

/** Turns of the event loop after which everything that needs no time has happened. */
const settlingTurns = 8;

/** {@link Time} that only goes on when it is told to. */
export class VirtualTime implements Time {
  private current = Date.parse('2026-11-23T12:00:00.000Z');
  private timers: { at: number; wake: () => void }[] = [];

  now = (): Date => new Date(this.current);

  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const timer = { at: this.current + milliseconds, wake: resolve };
      this.timers.push(timer);
      signal.addEventListener('abort', () => {
        this.timers = this.timers.filter((other) => other !== timer);
        resolve();
      });
    });
  }

  async advance(milliseconds: number): Promise<void> {
    const end = this.current + milliseconds;
    await this.settle();
    for (;;) {
      const next = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.current = Math.max(this.current, next.at);
      next.wake();
      await this.settle();
    }
    this.current = end;
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < settlingTurns; turn += 1) await nextTurn();
  }
}
