import { describe, expect, it } from '@jest/globals';

import { transferStatuses } from '../../codec/index.js';
import { brokenIdentities, reading } from '../meter-book.js';
import { AftBench, key, request } from './bench-transfers.test-support.js';

const meterOf = ({ machine }: AftBench, code: number): number => reading(machine.state.books.meters, code);

describe('a transfer to the machine', () => {
  it('is pending, completes by 69, and its outcome stays until it is acknowledged', () => {
    const bench = AftBench.inPlay();
    expect(bench.transfer()).toBe(0x40);
    bench.machine.pause(1000);
    expect(bench.machine.meter('currentCredits')).toBe(11_000);
    expect(bench.machine.drain()).toEqual([0x69]);
    expect(bench.interrogate(0xfe)).toMatchObject({
      status: 0x00,
      position: 1,
      details: { cashable: 1000, id: 'T-1' },
    });
    bench.machine.pause(15_000);
    expect(bench.machine.drain()).toEqual([0x69]);
    expect(bench.interrogate()).toMatchObject({ status: 0x00, details: { cashableMeter: { value: 1000n } } });
    bench.machine.pause(15_000);
    expect(bench.machine.drain()).toEqual([]);
  });

  it('moves the meters of its kind: in-house, restricted, non-restricted, debit, bonus', () => {
    const bench = AftBench.inPlay();
    bench.register(0x00);
    bench.register(0x01);
    bench.complete({ id: 'A', cashable: 500, restricted: 300, nonRestricted: 200 });
    bench.complete({ id: 'B', type: 0x40, cashable: 700, key });
    bench.complete({ id: 'C', type: 0x10, cashable: 100 });
    expect([0xa0, 0xa1, 0xa2, 0xa4, 0xa6, 0xae].map((code) => meterOf(bench, code))).toEqual([
      500, 1, 300, 200, 700, 100,
    ]);
    expect([0x17, 0x2e, 0x2f, 0x30, 0x31, 0x1e].map((code) => meterOf(bench, code))).toEqual([
      1700, 500, 300, 200, 700, 100,
    ]);
    expect(bench.status()).toMatchObject({ cashable: 11_300, restricted: 300, nonRestricted: 200 });
    expect(brokenIdentities(bench.machine.state.books.meters)).toEqual([]);
  });

  it('is played restricted first, and restricted credits stay when the player cashes out', () => {
    const bench = AftBench.inPlay();
    bench.complete({ cashable: 0, restricted: 300, pool: 7 });
    bench.machine.play(50, 0);
    expect(bench.machine.meter('restrictedCredits')).toBe(250);
    expect(bench.machine.press({ input: 'press-cash-out' })).toBeUndefined();
    expect(bench.machine.meter('currentCredits')).toBe(250);
    expect(bench.machine.press({ input: 'press-cash-out' })).toBe('no-credits');
  });

  it('sent again with the same id is the same transfer, with other content is not', () => {
    const bench = AftBench.inPlay();
    bench.complete();
    expect(bench.transfer()).toBe(0x00);
    expect(bench.transfer({ cashable: 2000 })).toBe(0x81);
    expect(bench.machine.meter('currentCredits')).toBe(11_000);
    expect(bench.transfer({ id: 'T-2' })).toBe(0x40);
  });
});

describe('a transfer to the host', () => {
  it('takes all that was asked, or a part where the machine does that', () => {
    const bench = AftBench.inPlay();
    expect(bench.complete({ type: 0x80, cashable: 4000 })).toMatchObject({ status: 0x00, details: { cashable: 4000 } });
    expect(bench.transfer({ type: 0x80, id: 'T-2', cashable: 99_999 })).toBe(0x83);
    expect(bench.transfer({ type: 0x80, id: 'T-3', cashable: 99_999 }, 0x01)).toBe(0x86);
    expect(meterOf(bench, 0xb8)).toBe(4000);
    const partial = AftBench.inPlay({}, { partialToHost: true });
    const outcome = partial.complete({ type: 0x80, cashable: 99_999 }, 0x01);
    expect(outcome).toMatchObject({ status: 0x01, details: { cashable: 10_000, cashableMeter: { value: 10_000n } } });
    expect(partial.machine.meter('currentCredits')).toBe(0);
  });

  it('answers a cash-out that the machine offers by 6A, once the host has switched that on', () => {
    const bench = AftBench.inPlay();
    bench.complete({ flags: 0b11 });
    bench.machine.press({ input: 'press-cash-out' });
    expect(bench.machine.drain()).toEqual([0x6a, 0x66]);
    expect(bench.complete({ id: 'out', type: 0x80, cashable: 11_000, flags: 0b1000 })).toMatchObject({ status: 0x00 });
    expect(bench.machine.meter('currentCredits')).toBe(0);
    expect(bench.machine.meter('hopperPaid')).toBe(0);
  });

  it('that nobody asks for in time leaves the machine to its own hopper', () => {
    const bench = AftBench.inPlay();
    bench.complete({ flags: 0b11 });
    bench.machine.press({ input: 'press-cash-out' });
    bench.machine.pause(1000);
    expect(bench.machine.meter('hopperPaid')).toBe(11_000);
  });

  it('takes a win that is offered by 6B, which else becomes a handpay', () => {
    const offering = { jackpotMeterMoves: 'at-reset' } as const;
    const bench = AftBench.inPlay(offering, { winsToHost: true });
    expect(bench.transfer({ type: 0x90, cashable: 6000 })).toBe(0x8b);
    bench.machine.play(10, 6000);
    expect(bench.machine.drain()).toContain(0x6b);
    const outcome = bench.complete({ id: 'win', type: 0x90, cashable: 6000 });
    expect(outcome).toMatchObject({ status: 0x00, details: { cashable: 6000 } });
    expect(bench.machine.meter('currentCredits')).toBe(9990);
    bench.machine.play(10, 6000);
    bench.machine.pause(1000);
    expect(bench.machine.drain()).toContain(0x51);
  });
});

describe('power and cancellation in the middle of a transfer', () => {
  it('complete it, or drop it: never half', () => {
    const completing = AftBench.inPlay();
    completing.transfer();
    completing.machine.press({ input: 'cycle-power' });
    completing.machine.wait(1);
    expect(completing.machine.meter('currentCredits')).toBe(11_000);
    const dropping = AftBench.inPlay({}, { atPowerUp: 'dropped' });
    dropping.transfer();
    dropping.machine.press({ input: 'cycle-power' });
    dropping.machine.nobody();
    expect(dropping.interrogate()).toMatchObject({ status: 0x87, details: { cashable: 0 } });
    expect(dropping.machine.meter('currentCredits')).toBe(10_000);
  });

  it('cancel while it waits', () => {
    const bench = AftBench.inPlay();
    bench.transfer();
    expect(bench.send({ code: 0x80, entry: null }).status).toBe(0x80);
    bench.machine.pause(5000);
    expect(bench.machine.meter('currentCredits')).toBe(10_000);
  });
});

/** Each status of the table, and what brings a machine to say it of its own; the rest only a script does. */
const waysTo: Readonly<Record<number, () => number>> = {
  0x00: () => AftBench.inPlay().complete().status,
  0x01: () => AftBench.inPlay({}, { partialToHost: true }).complete({ type: 0x80, cashable: 50_000 }, 0x01).status,
  0x40: () => AftBench.inPlay().transfer(),
  0x80: () => {
    const bench = AftBench.inPlay();
    bench.transfer();
    return bench.send({ code: 0x80, entry: null }).status;
  },
  0x81: () => {
    const bench = AftBench.inPlay();
    bench.complete();
    return bench.transfer({ cashable: 1 });
  },
  0x82: () => AftBench.inPlay().transfer({ type: 0x33 }),
  0x83: () => AftBench.inPlay().transfer({ cashable: 0 }),
  0x84: () => AftBench.inPlay().transfer({ cashable: 2_000_000 }),
  0x85: () => AftBench.inPlay({ denominationCode: 0x02 }).transfer({ cashable: 1001 }),
  0x86: () => AftBench.inPlay().transfer({ type: 0x80, cashable: 50_000 }, 0x01),
  0x87: () => {
    const bench = AftBench.inPlay();
    bench.machine.press({ input: 'open-door', door: 'slot' });
    return bench.transfer();
  },
  0x88: () => AftBench.inPlay().transfer({ type: 0x40 }),
  0x89: () => {
    const bench = AftBench.inPlay({}, { registration: 'required' });
    bench.register(0x01);
    return bench.transfer({ key: '11'.repeat(20) });
  },
  0x8a: () => {
    const bench = AftBench.inPlay();
    bench.register(0x01, undefined, '00000000');
    return bench.transfer({ type: 0x40, key });
  },
  0x8b: () => AftBench.inPlay().transfer({ type: 0x90 }),
  0x8c: () => {
    const bench = AftBench.inPlay();
    bench.machine.press({ input: 'press-cash-out' });
    bench.machine.press({ input: 'set-denomination', denominationCode: 0 });
    return bench.transfer();
  },
  0x8d: () => AftBench.inPlay().transfer({ cashable: 0, restricted: 100, expiration: 1_012_020 }),
  0x8e: () => AftBench.inPlay({ printer: false }).transfer({ type: 0x20 }),
  0x8f: () => {
    const bench = AftBench.inPlay();
    bench.complete({ cashable: 0, restricted: 100, pool: 1 });
    return bench.transfer({ id: 'T-2', cashable: 0, restricted: 100, pool: 2 });
  },
  0x90: () => AftBench.inPlay({ printer: false }).transfer({ flags: 0x80 }),
  0x91: () => AftBench.inPlay({}, { receiptDataRequired: true }).transfer({ flags: 0x80 }),
  0x92: () => AftBench.inPlay().transfer({ type: 0x10, flags: 0x80 }),
  0x93: () => AftBench.inPlay().transfer({ asset: 5 }),
  0x94: () => AftBench.inPlay({}, { needsLock: true }).transfer(),
  0x95: () => AftBench.inPlay().transfer({ id: '' }),
  0xc0: () => {
    const bench = AftBench.inPlay();
    bench.transfer();
    return bench.transfer({ id: 'T-2' });
  },
  0xc1: () => AftBench.inPlay().transfer({}, 0x07),
  0xff: () => AftBench.inPlay().interrogate().status,
};

describe('every status of a transfer', () => {
  const statuses = Object.keys(transferStatuses).map(Number);

  it.each(statuses.filter((status) => status !== 0x9f))('%i comes of its own', (status) => {
    expect(waysTo[status]?.()).toBe(status);
  });

  it.each(statuses.filter((status) => status >= 0x81))(
    '%i comes where a script has it so, and moves nothing',
    (status) => {
      const bench = AftBench.inPlay();
      bench.machine.press({ input: 'force-transfer-status', status });
      const first = bench.transfer();
      if (first === 0x40) bench.machine.pause(1000);
      expect(first === 0x40 ? bench.interrogate().status : first).toBe(status);
      bench.machine.pause(10_000);
      expect(bench.machine.meter('currentCredits')).toBe(10_000);
      expect(bench.transfer({ id: 'T-2' })).toBe(0x40);
    },
  );
});

describe('registration and lock', () => {
  it('go from initialised to registered, by the operator where the host asks for that, and back', () => {
    const bench = AftBench.inPlay();
    expect(bench.register(0xff)).toBe(0x80);
    expect(bench.register(0x00)).toBe(0x00);
    expect(bench.register(0x40)).toBe(0x40);
    bench.machine.press({ input: 'confirm-registration', confirmed: true });
    expect(bench.machine.drain()).toEqual([0x6d]);
    expect(bench.register(0xff)).toBe(0x01);
    expect(bench.status().aft & 0x08).toBe(0x08);
    expect(bench.register(0x80)).toBe(0x80);
    expect(bench.register(0x01, 99)).toBe(0x80);
  });

  it('lock once the game is over, say so by 6F, and let go in time', () => {
    const bench = AftBench.inPlay({}, { needsLock: true });
    bench.machine.press({ input: 'start-game', wager: 1, win: 0 });
    expect(bench.status(0x00, 1000).lock).toBe(0x40);
    bench.machine.pause(4000);
    expect(bench.machine.drain()).toContain(0x6f);
    expect(bench.status().lock).toBe(0x00);
    expect(bench.machine.press({ input: 'start-game', wager: 1 })).toBe('cannot-play');
    expect(bench.transfer(request({ flags: 0x40 }))).toBe(0x40);
    bench.machine.pause(10_000);
    expect(bench.status().lock).toBe(0xff);
  });
});
