import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { meterDelta, residualOf, wentBack } from './meter-blocks.js';
import { VirtualLine } from './virtual-line.test-support.js';

const started = (): VirtualLine => {
  const line = new VirtualLine();
  line.run(6500);
  line.act({ input: 'insert-bill', billCode: 4 });
  line.act({ input: 'start-game', wager: 5, win: 20 });
  line.run(6000);
  return line;
};

describe('a series of meters', () => {
  it('counts a wrap as going on, and a step back as none', () => {
    expect(meterDelta(0x00, 99_999_990, 5)).toBe(15);
    expect(meterDelta(0xa0, 9_999_999_990, 5)).toBe(15);
    expect(meterDelta(0x00, 500, 400)).toBeNull();
    expect(wentBack({ '00': 500 }, { '00': 400 })).toBe(true);
    expect(wentBack({ '00': 99_999_999, '0C': 9 }, { '00': 0, '0C': 1 })).toBe(false);
  });

  it('sums back to what was counted, over any number of wraps', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9_000_000 }), { maxLength: 60 }), (moves) => {
        let value = 95_000_000;
        let sum = 0;
        for (const by of moves) {
          const next = (value + by) % 100_000_000;
          sum += meterDelta(0x00, value, next) ?? NaN;
          value = next;
        }
        expect(sum).toBe(moves.reduce((total, by) => total + by, 0));
      }),
    );
  });

  it('has a residual only when the credit meter was read', () => {
    expect(residualOf({ '00': 5 })).toBeNull();
    expect(residualOf({ '0C': 95, '0B': 100, '00': 5 })).toBe(0);
    expect(residualOf({ '0C': 96, '0B': 100, '00': 5 })).toBe(1);
  });
});

describe('the conservation of credits', () => {
  it('holds over play, cash-out and a wrap of meters, without an alarm', () => {
    const line = started();
    line.act({ input: 'press-cash-out' });
    line.run(12_000);
    line.act({ input: 'age', games: 95_000_000 });
    line.run(61_000);
    line.act({ input: 'age', games: 6_000_000 });
    line.run(61_000);
    line.act({ input: 'insert-bill', billCode: 4 });
    line.act({ input: 'start-game', wager: 10, win: 0 });
    line.run(12_000);
    expect(line.bodies('meters-unbalanced', 'meter-epoch-started')).toEqual([]);
  });

  it('that is broken is a fact with the credits that nobody can account for, once', () => {
    const line = started();
    const machine = line.machine();
    const meters = { ...machine.books.meters, '0C': (machine.books.meters['0C'] ?? 0) + 777 };
    line.machines[0] = { ...machine, books: { ...machine.books, meters } };
    line.run(30_000);
    expect(line.bodies('meters-unbalanced')).toMatchObject([{ epoch: 0, credits: 777 }]);
  });
});

describe('credits that move while all meters are being read', () => {
  it('are read again soon, not by the schedule of an empty machine', () => {
    const line = new VirtualLine();
    line.run(6500);
    line.command({
      ...{ id: '00000000-0000-4000-8000-000000000001', machineId: 'm1', kind: 'read-meters' },
      deadline: '2026-01-15T15:00:00.000Z',
    });
    line.run(1000);
    line.act({ input: 'insert-bill', billCode: 4 });
    line.run(8000);
    expect(line.bodies('meters-read').at(-1)).toMatchObject({ trigger: 'schedule', meters: { '0C': 2000 } });
  });
});

describe('a reading with fewer meters than before', () => {
  it('raises no alarm: a machine that has become silent to 6F is read by the other polls', () => {
    const line = new VirtualLine({ unknownPolls: unknown });
    line.run(6500);
    line.act({ input: 'insert-bill', billCode: 4 });
    line.run(15_000);
    unknown.push(0x6f, 0xaf);
    line.act({ input: 'start-game', wager: 5, win: 0 });
    line.run(60_000);
    unknown.length = 0;
    line.run(320_000);
    expect(line.bodies('meters-unbalanced', 'meter-epoch-started')).toEqual([]);
    expect(line.bodies('meters-read').at(-1)).toMatchObject({ meters: { '00': 5, '0B': 2000 } });
  });
});

const unknown: number[] = [];

describe('an epoch of meters', () => {
  it('begins with 7A, and all meters are read anew', () => {
    const line = started();
    line.act({ input: 'clear-memory' });
    line.run(8000);
    const begun = line.bodies('meter-epoch-started');
    expect(begun).toMatchObject([{ epoch: 1, reason: 'meters-reset', before: { '0B': 2000 } }]);
    expect(line.bodies('meters-unbalanced')).toEqual([]);
    expect(line.memories.get('m1')).toMatchObject({ epoch: 1 });
  });

  it('begins with another denomination, heard of by 3C', () => {
    const line = started();
    line.act({ input: 'press-cash-out' });
    line.act({ input: 'set-denomination', denominationCode: 2 });
    line.run(12_000);
    expect(line.bodies('meter-epoch-started')).toMatchObject([{ reason: 'denomination-changed' }]);
  });
});
