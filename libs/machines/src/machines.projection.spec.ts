import { describe, expect, it } from '@jest/globals';

import type { RecordedEvent } from '#kernel';

import type { MachineEvent } from './machine.js';
import { type MachineDocument, machinesProjection } from './machines.projection.js';

const machineId = 'm1';
const [lock, unlock] = ['8c3f2a50-6c1a-4d5e-9f3b-2b7f7f3a1c22', '8c3f2a50-6c1a-4d5e-9f3b-2b7f7f3a1c33'];
const requested = { machineId, gatewayId: 'g1', deadline: '2026-01-15T13:30:30.000Z' };
const details = { machineId, hallId: 'h1', name: 'A-07', gatewayId: 'g1', address: 1, serial: null };
const registered: MachineEvent = { type: 'machine.registered.v1', data: details };
const lockRequested: MachineEvent = { type: 'machine.play-lock-requested.v1', data: { ...requested, lockId: lock } };
const unlockRequested: MachineEvent = {
  type: 'machine.play-unlock-requested.v1',
  data: { ...requested, lockId: unlock },
};
const settled = (
  type: Exclude<
    MachineEvent['type'],
    `${string}-requested.v1` | 'machine.registered.v1' | 'machine.journal-accepted.v1'
  >,
  lockId: string,
): MachineEvent => ({ type, data: { machineId, lockId } });
const locked = settled('machine.play-locked.v1', lock);

const recorded = (event: MachineEvent, index: number): RecordedEvent<MachineEvent> => ({
  ...event,
  id: `event-${index}`,
  stream: 'machine-m1',
  revision: BigInt(index),
  position: BigInt(index),
  recordedAt: new Date(0),
  metadata: {
    $correlationId: 'c',
    $causationId: 'c',
    commandId: lock,
    actor: { kind: 'system', id: 'test' },
    hallId: 'h1',
    gamingDate: '2026-01-15',
    occurredAt: '2026-01-15T13:30:00.000Z',
  },
});

const playAfter = (...events: MachineEvent[]): MachineDocument['play'] | undefined =>
  [registered, ...events]
    .map(recorded)
    .reduce<MachineDocument | null>((doc, event) => machinesProjection.evolve(doc, event), null)?.play;

describe('a machine on the floor', () => {
  it.each([
    ['unlocked', []],
    ['lock-requested', [lockRequested]],
    ['locked', [lockRequested, locked]],
    ['unlocked', [lockRequested, settled('machine.play-lock-refused.v1', lock)]],
    ['unlocked', [lockRequested, settled('machine.play-lock-expired.v1', lock)]],
    ['locked', [lockRequested, locked, lockRequested, settled('machine.play-lock-expired.v1', lock)]],
    ['locked', [lockRequested, locked, lockRequested, settled('machine.play-lock-refused.v1', lock)]],
    ['unlocked', [unlockRequested, settled('machine.play-unlock-refused.v1', unlock)]],
    ['unlocked', [unlockRequested, settled('machine.play-unlock-expired.v1', unlock)]],
    ['locked', [lockRequested, settled('machine.play-lock-expired.v1', lock), locked]],
    ['unlock-requested', [lockRequested, settled('machine.play-lock-expired.v1', lock), unlockRequested, locked]],
  ] as const)('is shown %s', (play, events) => {
    expect(playAfter(...events)).toBe(play);
  });
});
