import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { hostSymbols } from '../transport/symbols.js';
import { answersWithinMs, DurableMachine, maximumWaitingInputs } from './durable-machine.js';
import type { MachineInput } from './inputs.js';
import { openNvram } from './nvram.js';
import { standardProfile } from './profile.js';
import { newMachine, type Books } from './state.js';

const poll = (...bytes: readonly number[]): MachineInput => ({
  input: 'symbols',
  symbols: hostSymbols(Uint8Array.from(bytes)),
});

describe('a durable machine', () => {
  let folder: string;
  let path: string;
  let machine: DurableMachine;
  let now: number;
  let said: number[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'machine-'));
    path = join(folder, 'machine.nvram');
    now = Date.parse('2026-01-15T18:00:00Z');
    said = [];
    const blank = newMachine({ address: 1, serial: 'TH-1', profile: standardProfile, seed: 1 });
    machine = await DurableMachine.powerUp(
      path,
      blank,
      () => now,
      (symbols) => said.push(...symbols.map(({ byte }) => byte)),
    );
    await machine.apply(poll(0x80));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const onDisk = async (): Promise<Books> => {
    const { nvram, recovered } = await openNvram(path, '{}');
    await nvram.close();
    return JSON.parse(recovered ?? '{}') as Books;
  };

  it('has written down what it shows', async () => {
    await machine.apply({ input: 'insert-bill', billCode: 4 });
    await machine.apply(poll(0x01, 0x01, 0x51, 0x08));
    expect(said).toEqual([0x01]);
    expect(await onDisk()).toEqual(machine.state.books);
    await machine.close();
  });

  it('takes what waits together, in order', async () => {
    const bill = { input: 'insert-bill', billCode: 4 } as const;
    const game = { input: 'start-game', wager: 1 } as const;
    const applied = await Promise.all([bill, game, game].map((input) => machine.apply(input)));
    expect(applied).toEqual([{ ok: true }, { ok: true }, { ok: false, refused: 'game-in-progress' }]);
    await machine.close();
  });

  it('keeps an answer that came too late to itself, and gives it to the poll that is repeated', async () => {
    const slow = machine.apply(poll(0x01, 0x01, 0x51, 0x08));
    now += answersWithinMs + 1;
    await slow;
    expect(said).toEqual([]);
    expect((await onDisk()).playLocked).toBe(true);
    await machine.apply(poll(0x01, 0x01, 0x51, 0x08));
    expect(said).toEqual([0x01]);
    await machine.close();
  });

  it('takes no more inputs than it can hold, and none without power', async () => {
    const applied = Array.from({ length: maximumWaitingInputs + 2 }, () =>
      machine.apply({ input: 'insert-bill', billCode: 2 }).then(
        () => 'taken',
        () => 'not taken',
      ),
    );
    expect(await Promise.all(applied)).toContain('not taken');
    await machine.close();
    await expect(machine.apply({ input: 'tick' })).rejects.toThrow('takes no input');
  });
});
