import { describe, expect, it } from '@jest/globals';

import { machine, type MachineCommand, type MachineEvent, type PlayOutcome } from './machine.js';

const machineId = 'machine-1';
const lockId = '7c3f2a50-6c1a-5d5e-9f3b-2b7f7f3a1c11';
const otherLockId = '8c3f2a50-6c1a-5d5e-9f3b-2b7f7f3a1c22';
const deadline = '2026-01-15T13:30:30.000Z';

const registered: MachineEvent = {
  type: 'machine.registered.v1',
  data: { machineId, hallId: 'hall', name: 'A-07', gatewayId: 'gateway', address: 7, serial: null },
};
const requested: MachineEvent = {
  type: 'machine.play-lock-requested.v1',
  data: { machineId, gatewayId: 'gateway', lockId, deadline },
};
const locked: MachineEvent = { type: 'machine.play-locked.v1', data: { machineId, lockId } };
const expired: MachineEvent = { type: 'machine.play-lock-expired.v1', data: { machineId, lockId } };

const lock = (id = lockId): MachineCommand => ({ type: 'LockPlay', data: { machineId, lockId: id, deadline } });
const unlock: MachineCommand = { type: 'UnlockPlay', data: { machineId, lockId: otherLockId, deadline } };
const settle = (outcome: PlayOutcome, id = lockId): MachineCommand => ({
  type: 'SettlePlay',
  data: { machineId, lockId: id, outcome },
});

const given = (...events: MachineEvent[]) => {
  const state = events.reduce(machine.evolve, machine.initialState());
  return { state, when: (command: MachineCommand) => () => machine.decide(command, state) };
};

describe('a machine', () => {
  it('is asked to lock its play, by its own gateway and until a deadline', () => {
    expect(given(registered).when(lock())()).toEqual([requested]);
  });

  it('is locked when it says so itself, and not before', () => {
    expect(given(registered, requested).state).toMatchObject({ play: 'unlocked' });
    expect(given(registered, requested).when(settle('acknowledged'))()).toEqual([locked]);
    expect(given(registered, requested, locked).state).toMatchObject({ play: 'locked', pending: null });
  });

  it.each([
    ['refused', 'machine.play-lock-refused.v1'],
    ['expired', 'machine.play-lock-expired.v1'],
  ] as const)('stays as it was when the request is %s', (outcome, type) => {
    const [event] = given(registered, requested).when(settle(outcome))();
    expect(event?.type).toBe(type);
    expect(given(registered, requested, event as MachineEvent).state).toMatchObject({
      play: 'unlocked',
      pending: null,
    });
  });

  it('is asked one thing at a time', () => {
    expect(given(registered, requested).when(unlock)).toThrow(
      expect.objectContaining({ code: 'play_request_pending', kind: 'conflict' }),
    );
  });

  it('is locked all the same when it acknowledges an expired request late', () => {
    expect(given(registered, requested, expired).when(settle('acknowledged'))()).toEqual([locked]);
  });

  it('hears an outcome once', () => {
    expect(given(registered, requested, locked).when(settle('acknowledged'))()).toEqual([]);
    expect(given(registered, requested, locked).when(settle('expired'))()).toEqual([]);
  });

  it('that is not registered cannot be asked anything', () => {
    expect(given().when(lock())).toThrow(expect.objectContaining({ code: 'machine_unknown', kind: 'not-found' }));
    expect(given().when(settle('acknowledged'))()).toEqual([]);
  });
});
