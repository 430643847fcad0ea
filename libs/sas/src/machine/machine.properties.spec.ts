import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { encodeRequest, type HostMessage, type PollName } from '../codec/index.js';
import { hostSymbols } from '../transport/symbols.js';
import { powerUp } from './power.js';
import { machineDoors, type CabinetInput, type MachineInput } from './inputs.js';
import { brokenIdentities } from './meter-book.js';
import { standardProfile } from './profile.js';
import { newMachine, type MachineState } from './state.js';
import { stepMachine } from './step.js';

const start = Date.parse('2026-01-15T18:00:00Z');
const profile = { ...standardProfile, handpayLimit: 200, hopperLimit: 3000, games: 3 };

const cabinetInputs: fc.Arbitrary<CabinetInput> = fc.oneof(
  fc.record({ input: fc.constant('insert-bill' as const), billCode: fc.integer({ min: 0, max: 7 }) }),
  fc.record({
    input: fc.constant('start-game' as const),
    wager: fc.integer({ min: 1, max: 60 }),
    win: fc.integer({ min: 0, max: 400 }),
  }),
  fc.constantFrom<CabinetInput>(
    { input: 'end-game' },
    { input: 'press-cash-out' },
    { input: 'reset-handpay' },
    { input: 'cycle-power' },
    { input: 'cut-power' },
    { input: 'restore-power' },
    { input: 'open-menu', menu: 'operator' },
    { input: 'close-menu' },
    { input: 'cancel-handpay' },
    { input: 'clear-memory' },
    { input: 'age', games: 99_999_990 },
    { input: 'insert-ticket', validation: '0'.repeat(18), cents: 500 },
    { input: 'hit-progressive', level: 1 },
    { input: 'be-busy', forMs: 500 },
    { input: 'hang', how: 'repeating' },
    { input: 'recover' },
  ),
  fc.record({
    input: fc.constantFrom('open-door' as const, 'close-door' as const),
    door: fc.constantFrom(...machineDoors),
  }),
  fc.record({ input: fc.constant('select-game' as const), game: fc.integer({ min: 1, max: 4 }) }),
);

const transfers = fc.record({
  type: fc.constantFrom(0x00, 0x10, 0x20, 0x80),
  cashable: fc.integer({ min: 0, max: 3000 }),
  restricted: fc.integer({ min: 0, max: 50 }),
  nonRestricted: fc.integer({ min: 0, max: 50 }),
  id: fc.constantFrom('A', 'B', 'C'),
  flags: fc.constantFrom(0, 3, 8),
});

const longPoll = (poll: PollName, data: object): HostMessage =>
  ({ kind: 'long-poll', address: 1, poll, data }) as HostMessage;
const ticket = { amount: 500, parsing: 0, validation: '0'.repeat(18), terms: null };

/** Polls that move money: transfers and what acknowledges them, tickets, bonuses, progressives. */
const moneyOnTheWire: fc.Arbitrary<HostMessage> = fc.oneof(
  fc.tuple(fc.constantFrom(0, 1), transfers).map(([code, transfer]) => {
    const whole = { ...transfer, asset: 0x7a, key: '0'.repeat(40), expiration: 0, pool: 0, receipt: '', lock: null };
    return longPoll('transfer', { code, entry: { index: 0, transfer: whole } });
  }),
  fc.constantFrom(
    longPoll('transfer', { code: 0xff, entry: { index: 0, transfer: null } }),
    longPoll('transfer', { code: 0x80, entry: null }),
    longPoll('redeemTicket', { code: 0x00, ticket }),
    longPoll('redeemTicket', { code: 0x01, ticket }),
    longPoll('legacyBonus', { amount: 10, taxStatus: 0 }),
    longPoll('progressive', { group: 0, level: 1, amount: 700 }),
    longPoll('handpayReset', {}),
    longPoll('handpayResetMethod', { method: 1 }),
  ),
);

const onTheWire: fc.Arbitrary<MachineInput> = fc
  .oneof(
    fc.constantFrom([0x80], [0x81], [0x01, 0x1b], [0x01, 0x0f], [0x01, 0x01, 0x51, 0x08], [0x01, 0x02, 0xca, 0x3a]),
    fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 12 }),
    moneyOnTheWire.map((message) => [...encodeRequest(message)]),
  )
  .map((bytes) => ({ input: 'symbols', symbols: hostSymbols(Uint8Array.from(bytes)) }));

const newcomer = (): MachineState => powerUp(newMachine({ address: 1, serial: 'P', profile, seed: 1 }), start, false);

describe('whatever people and hosts do to a machine', () => {
  it('its identities hold, its books survive being written down, and its past is not changed', () => {
    const doings = fc.array<[MachineInput, number]>(
      fc.tuple(fc.oneof<fc.Arbitrary<MachineInput>[]>(cabinetInputs, onTheWire), fc.integer({ min: 0, max: 6000 })),
      {
        maxLength: 80,
      },
    );
    fc.assert(
      fc.property(doings, (evening) => {
        let state = newcomer();
        let now = start;
        for (const [input, waitMs] of evening) {
          now += waitMs;
          const before = JSON.stringify(state);
          const next = stepMachine(state, input, now).state;
          expect(JSON.stringify(state)).toBe(before);
          expect(brokenIdentities(next.books.meters)).toEqual([]);
          expect(JSON.parse(JSON.stringify(next.books))).toEqual(next.books);
          state = next;
        }
      }),
    );
  });
});

/** A host that repeats a poll it heard no answer to, and moves on only when it did. */
function drainOverNoise(state: MachineState, lost: () => boolean): { state: MachineState; codes: number[] } {
  const codes: number[] = [];
  let current = state;
  const send = (byte: number): number[] => {
    const step = stepMachine(current, { input: 'symbols', symbols: hostSymbols(Uint8Array.of(byte)) }, start);
    current = step.state;
    return step.symbols.map((symbol) => symbol.byte);
  };
  send(0x80);
  for (;;) {
    let heard: number[] = [];
    while (heard.length === 0) {
      const reply = send(0x81);
      if (!lost()) heard = reply;
    }
    send(0x80);
    const [code = 0] = heard;
    if (code === 0) return { state: current, codes };
    codes.push(code);
  }
}

describe('a host that repeats what it did not hear', () => {
  it('gets every exception once and in order, whatever answers are lost', () => {
    const doors = fc.array(fc.constantFrom(...machineDoors), { maxLength: 9 });
    fc.assert(
      fc.property(doors, fc.infiniteStream(fc.boolean()), (opened, losses) => {
        let state = newcomer();
        const expected = [0x17];
        for (const door of opened) {
          const isOpen = state.books.openDoors.includes(door);
          const code =
            { slot: 0x11, drop: 0x13, 'card-cage': 0x15, cashbox: 0x19, belly: 0x1d }[door] + (isOpen ? 1 : 0);
          state = stepMachine(state, { input: isOpen ? 'close-door' : 'open-door', door }, start).state;
          expected.push(code);
        }
        const drained = drainOverNoise(state, () => losses.next().value === true);
        expect(drained.codes).toEqual(expected);
        expect(drained.state.books.queue).toEqual([]);
      }),
    );
  });
});
