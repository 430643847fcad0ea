import type { MachineCommand } from '#gateway-protocol';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { meter, reading, type CabinetInput } from '../machine/index.js';
import { standardProfile, type MachineProfile } from '../machine/index.js';
import { VirtualLine, type Noise, type VirtualLineOptions } from './virtual-line.test-support.js';

const inFuture = '2026-01-15T15:00:00.000Z';
const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

const transfer = (
  number: number,
  changes: Partial<Extract<MachineCommand, { kind: 'transfer' }>> = {},
): MachineCommand => ({
  id: idOf(number).replace('00000000', String(number).padStart(8, '0')),
  machineId: 'm1',
  kind: 'transfer',
  direction: 'to-machine',
  cents: 1000,
  deadline: inFuture,
  ...changes,
});

const aft = (changes: Partial<MachineProfile['aft']>): Partial<MachineProfile> => ({
  aft: { ...standardProfile.aft, ...changes },
});

const requestOfAnother = {
  ...{ type: 0x00, cashable: 500, restricted: 0, nonRestricted: 0, flags: 0, asset: 0x7a, key: '0'.repeat(40) },
  ...{ expiration: 0, pool: 0, receipt: '', lock: null },
};

const ready = (options: VirtualLineOptions = {}): VirtualLine => {
  const line = new VirtualLine(options);
  line.run(6000);
  return line;
};

const outcomes = (line: VirtualLine) => line.bodies('transfer-settled');
const credits = (line: VirtualLine): number => reading(line.machine().books.meters, meter.currentCredits);
const sentPolls = (line: VirtualLine, code: number): number =>
  line.sent.filter(([first, second]) => first?.byte === 1 && second?.byte === 0x72 && code >= 0).length;

describe('a transfer', () => {
  it('to the machine is settled by its final word, acknowledged, and read by the meters', () => {
    const line = ready();
    line.command(transfer(1));
    line.run(6000);
    expect(outcomes(line)).toMatchObject([{ outcome: 'completed', cents: 1000, status: 0, direction: 'to-machine' }]);
    expect(credits(line)).toBe(1000);
    expect(line.machine().books.aft.current?.told).toBe(true);
    expect(line.memories.get('m1')?.transfer).toBeNull();
    expect(line.bodies('meters-unbalanced')).toEqual([]);
  });

  it('to the house takes what is asked, and is refused where more is asked than there is', () => {
    const line = ready();
    line.act({ input: 'insert-bill', billCode: 4 });
    line.command(transfer(1, { direction: 'to-house', cents: 1500 }));
    line.command(transfer(2, { direction: 'to-house', cents: 1500 }));
    line.run(8000);
    expect(outcomes(line)).toMatchObject([
      { outcome: 'completed', cents: 1500 },
      { outcome: 'failed', cents: 0, status: 0x83 },
    ]);
    expect(credits(line)).toBe(500);
  });

  it('is on disk before its first byte', () => {
    const line = ready();
    line.journalStands = true;
    line.command(transfer(1));
    line.run(3000);
    expect(sentPolls(line, 0)).toBe(0);
    line.journalStands = false;
    line.run(5000);
    expect(outcomes(line)).toMatchObject([{ outcome: 'completed' }]);
  });

  it('past its deadline is never sent; one that was sent is never given up', () => {
    const line = ready();
    line.command(transfer(1, { deadline: '2026-01-15T13:00:00.000Z' }));
    line.run(2000);
    expect(outcomes(line)).toMatchObject([{ outcome: 'expired', cents: 0, status: null }]);
    expect(sentPolls(line, 0)).toBe(0);
    line.command(transfer(2, { deadline: new Date(line.epochMs + 2000).toISOString() }));
    line.run(700);
    line.mute.add(1);
    line.run(30_000);
    expect(outcomes(line)).toHaveLength(1);
    line.mute.delete(1);
    line.run(10_000);
    expect(outcomes(line)).toHaveLength(2);
    expect(outcomes(line)[1]).toMatchObject({ outcome: credits(line) > 0 ? 'completed' : 'failed' });
  });

  it.each([0x84, 0x87, 0x88, 0x93, 0x9f])(
    'that the machine ends with status %i has failed, and moved nothing',
    (status) => {
      const line = ready();
      line.act({ input: 'force-transfer-status', status });
      line.command(transfer(1));
      line.run(6000);
      expect(outcomes(line)).toMatchObject([{ outcome: 'failed', status, cents: 0 }]);
      expect(credits(line)).toBe(0);
    },
  );

  it.each(['completed', 'dropped'] as const)('that power cuts short is %s as the machine says', (atPowerUp) => {
    const line = ready({ profile: aft({ atPowerUp, takesMs: 5000 }) });
    line.command(transfer(1));
    line.run(3000);
    expect(line.machine().books.aft.current?.status).toBe(0x40);
    line.act({ input: 'cycle-power' });
    line.run(10_000);
    const done = atPowerUp === 'completed';
    expect(outcomes(line)).toMatchObject([{ outcome: done ? 'completed' : 'failed', cents: done ? 1000 : 0 }]);
    expect(credits(line)).toBe(done ? 1000 : 0);
  });

  it('whose machine forgot everything is left to people', () => {
    const line = ready({ profile: aft({ takesMs: 10_000 }) });
    line.command(transfer(1));
    line.run(3000);
    line.act({ input: 'clear-memory' });
    line.run(10_000);
    expect(outcomes(line)).toMatchObject([{ outcome: 'unresolved', status: null, cents: 0 }]);
    expect(line.bodies('meter-epoch-started')).toMatchObject([{ epoch: 1, reason: 'meters-reset' }]);
  });

  it('waits behind another’s outcome that nobody acknowledged', () => {
    const line = ready();
    const foreign = { ...requestOfAnother, id: 'OF-ANOTHER-HOST' };
    line.hearOutOfTurn({
      kind: 'long-poll',
      address: 1,
      poll: 'transfer',
      data: { code: 0, entry: { index: 0, transfer: foreign } },
    });
    line.run(300);
    line.command(transfer(1));
    line.run(8000);
    expect(outcomes(line)).toMatchObject([{ outcome: 'completed', cents: 1000 }]);
    expect(credits(line)).toBe(1500);
  });
});

/** Loses answers to 72 in a row, and then none. */
function losing(count: number): Noise {
  let left = count;
  return (reply) => {
    if (reply[1]?.byte !== 0x72 || left === 0) return reply;
    left -= 1;
    return [];
  };
}

const seeds = fc.integer({ min: 1, max: 2 ** 30 });

/** What the machine itself counted: cents to it, less cents from it. */
const moved = (line: VirtualLine): number => {
  const { meters } = line.machine().books;
  return reading(meters, 0xa0) - reading(meters, 0xb8);
};

const settledSum = (line: VirtualLine): number =>
  outcomes(line).reduce((sum, body) => {
    if (body.kind !== 'transfer-settled') return sum;
    return sum + (body.direction === 'to-machine' ? body.cents : -body.cents);
  }, 0);

describe('whatever is lost and whoever is killed', () => {
  it.each([1, 3, 4, 7, 12])('after %i lost answers nothing is paid twice', (count) => {
    const line = ready({ noise: losing(count) });
    line.command(transfer(1));
    line.run(30_000);
    expect(outcomes(line)).toMatchObject([{ outcome: 'completed', cents: 1000 }]);
    expect(credits(line)).toBe(1000);
  });

  it('the gateway’s account and the machine’s agree to the cent', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        let state = seed;
        const random = (): number => {
          state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
          return state / 2 ** 32;
        };
        const noise: Noise = (reply) => (random() < 0.05 ? [] : reply);
        const line = ready({
          noise,
          profile: aft({ takesMs: 900, atPowerUp: random() < 0.5 ? 'completed' : 'dropped' }),
        });
        const commands = Array.from({ length: 6 }, (_, index) =>
          transfer(index + 1, { direction: index % 3 === 2 ? 'to-house' : 'to-machine', cents: 100 * (index + 1) }),
        );
        const redeliver = (): void => {
          const settled = new Set(
            outcomes(line).map((body) => (body.kind === 'transfer-settled' ? body.commandId : '')),
          );
          for (const command of commands) if (!settled.has(command.id)) line.command(command);
        };
        const powerCut: CabinetInput = { input: 'cycle-power' };
        redeliver();
        line.run(20_000, () => {
          if (random() < 0.0006) {
            line.killHost();
            redeliver();
          }
          if (random() < 0.0003) line.act(powerCut);
        });
        line.run(40_000);
        expect(outcomes(line)).toHaveLength(commands.length);
        expect(
          outcomes(line).filter((body) => body.kind === 'transfer-settled' && body.outcome === 'unresolved'),
        ).toEqual([]);
        expect(settledSum(line)).toBe(moved(line));
      }),
      { numRuns: 12 },
    );
  });
});
