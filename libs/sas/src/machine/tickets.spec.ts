import { describe, expect, it } from '@jest/globals';

import { BenchMachine } from './bench-machine.test-support.js';
import { brokenIdentities, reading } from './meter-book.js';

const number = '000123456789012345';
const system = { cashOutDevice: 'ticket', validation: 'system' } as const;
const own = { cashOutDevice: 'ticket' } as const;

const meterOf = (machine: BenchMachine, code: number): number => reading(machine.state.books.meters, code);

describe('a ticket out', () => {
  it('of the machine’s own number is printed at once, reported by 3D, and read record by record', () => {
    const machine = BenchMachine.inPlay(own);
    machine.press({ input: 'press-cash-out' });
    expect(machine.drain()).toEqual([0x66, 0x3d]);
    const [first, again] = [
      machine.set('validationRecord', { record: 0 }),
      machine.set('validationRecord', { record: 0 }),
    ];
    expect(first).toMatchObject({ data: { type: 0, index: 1, amount: 10_000, systemId: 0 } });
    expect(again).toEqual(first);
    machine.nobody();
    expect(machine.set('validationRecord', { record: 0 })).toMatchObject({ data: { index: 0, amount: 0 } });
    expect([0x86, 0x87, 0x0e, 0x2c, 0x16].map((code) => meterOf(machine, code))).toEqual([
      10_000, 1, 10_000, 10_000, 10_000,
    ]);
    expect(machine.set('validationMeters', { type: 0 })).toMatchObject({ data: { count: 1, amount: 10_000 } });
  });

  it('with the host’s number waits for it', () => {
    const machine = BenchMachine.inPlay(system);
    machine.press({ input: 'press-cash-out' });
    expect(machine.drain()).toEqual([0x57, 0x66]);
    expect(machine.read('pendingCashOut')).toEqual({ type: 0, amount: 10_000 });
    const answer = { systemId: 1, validation: '1234567890123456' };
    expect(machine.set('validationNumber', answer)).toMatchObject({ data: { status: 0 } });
    machine.nobody();
    expect(machine.drain()).toEqual([0x3d]);
    expect(machine.set('validationRecord', { record: 0xff })).toMatchObject({ data: answer });
    expect(machine.meter('currentCredits')).toBe(0);
  });

  it.each([
    [
      'denied',
      (machine: BenchMachine) => void machine.set('validationNumber', { systemId: 0, validation: '0'.repeat(16) }),
    ],
    ['not answered in time', (machine: BenchMachine) => void machine.pause(10_000)],
  ])('that is %s becomes a handpay: the machine’s own fallback', (_, happens) => {
    const machine = BenchMachine.inPlay(system);
    machine.press({ input: 'press-cash-out' });
    machine.drain();
    happens(machine);
    machine.nobody();
    expect(machine.drain()).toEqual([0x51]);
    expect(machine.meter('currentCredits')).toBe(10_000);
  });
});

describe('a ticket in', () => {
  const inserted = (): BenchMachine => {
    const machine = BenchMachine.inPlay(own);
    machine.press({ input: 'insert-ticket', validation: number, cents: 2500 });
    expect(machine.drain()).toEqual([0x67]);
    expect(machine.read('ticketInEscrow')).toMatchObject({ status: 0, ticket: { validation: number } });
    machine.nobody();
    return machine;
  };
  const ticket = { amount: 2500, parsing: 0, validation: number, terms: null };

  it.each([
    [0x00, [0x80, 0x0d, 0x29, 0x28]],
    [0x01, [0x82, 0x0f, 0x2a]],
    [0x02, [0x84, 0x0d, 0x2b, 0x28]],
  ])('that the host authorises as %i is paid, by its own meters', (code, meters) => {
    const machine = inserted();
    expect(machine.set('redeemTicket', { code, ticket })).toMatchObject({ data: { status: 0x40 } });
    machine.nobody();
    expect(machine.drain()).toEqual([0x68]);
    expect(machine.set('redeemTicket', { code: 0xff, ticket: null })).toMatchObject({ data: { status: 0 } });
    machine.nobody();
    expect(machine.drain()).toEqual([]);
    expect(meters.map((each) => meterOf(machine, each))).toEqual(meters.map(() => 2500));
    expect(brokenIdentities(machine.state.books.meters)).toEqual([]);
  });

  it.each([
    ['the host refuses', { code: 0x82, ticket }, 0x80],
    ['has another number', { code: 0x00, ticket: { ...ticket, validation: '9'.repeat(18) } }, 0x81],
    ['is beyond the credit limit', { code: 0x00, ticket: { ...ticket, amount: 9_000_000 } }, 0x84],
  ])('that %s goes back', (_, data, status) => {
    const machine = inserted();
    machine.set('redeemTicket', data);
    machine.nobody();
    expect(machine.set('redeemTicket', { code: 0xff, ticket: null })).toMatchObject({ data: { status } });
    expect(machine.meter('currentCredits')).toBe(10_000);
  });

  it('goes back when the host says nothing for 30 s', () => {
    const machine = inserted();
    machine.pause(30_000);
    expect(machine.drain()).toContain(0x68);
    expect(machine.set('redeemTicket', { code: 0xff, ticket: null })).toMatchObject({ data: { status: 0x88 } });
  });
});
