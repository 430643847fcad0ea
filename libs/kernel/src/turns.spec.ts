import { describe, expect, it } from '@jest/globals';

import { TurnGivenUp, Turns } from './turns.js';

const gate = (): { open: () => void; opened: Promise<void> } => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
};

describe('turns', () => {
  it('come first come first served, so many at once', async () => {
    const turns = new Turns(2);
    const order: string[] = [];
    const gates = [gate(), gate(), gate()];
    const runs = gates.map(({ opened }, index) =>
      turns.run(async () => {
        order.push(`start ${index}`);
        await opened;
      }),
    );
    await Promise.resolve();
    expect(order).toEqual(['start 0', 'start 1']);
    expect(turns.waitingCount).toBe(1);
    gates[1]?.open();
    await runs[1];
    expect(order).toEqual(['start 0', 'start 1', 'start 2']);
    for (const { open } of gates) open();
    await Promise.all(runs);
  });

  it('pass on when the work fails or is given up', async () => {
    const turns = new Turns(1);
    const aborted = new AbortController();
    aborted.abort();
    const failing = turns.run(() => Promise.reject(new Error('no')));
    const givenUp = turns.run(() => Promise.resolve('never'), aborted.signal);
    const last = turns.run(() => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('no');
    await expect(givenUp).rejects.toThrow(TurnGivenUp);
    await expect(last).resolves.toBe('done');
  });
});
