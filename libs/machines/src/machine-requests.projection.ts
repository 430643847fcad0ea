import type { Projection } from '#kernel';

import type { MachineEvent } from './machine.js';

/** A lock or unlock that was asked of a machine, for its gateway to fetch and for its deadline to be kept. */
export interface MachineRequest {
  readonly machineId: string;
  readonly gatewayId: string;
  readonly hallId: string | null;
  readonly kind: 'lock-play' | 'unlock-play';
  readonly deadline: string;
  readonly settled: boolean;
  /** Position of the request: the cursor of gateways. */
  readonly requestedPosition: string;
}

type PlayEvent = Exclude<MachineEvent, { type: 'machine.registered.v1' | 'machine.journal-accepted.v1' }>;

export const machineRequests: Projection<MachineRequest, PlayEvent> = {
  name: 'machine-requests',
  version: 1,
  handles: [
    'machine.play-lock-requested.v1',
    'machine.play-unlock-requested.v1',
    'machine.play-locked.v1',
    'machine.play-unlocked.v1',
    'machine.play-lock-refused.v1',
    'machine.play-unlock-refused.v1',
    'machine.play-lock-expired.v1',
    'machine.play-unlock-expired.v1',
  ],
  idOf: ({ data }) => data.lockId,
  evolve: (doc, { type, data, metadata, position }) => {
    if (!('deadline' in data)) return doc && { ...doc, settled: true };
    return {
      machineId: data.machineId,
      gatewayId: data.gatewayId,
      hallId: metadata.hallId,
      kind: type === 'machine.play-lock-requested.v1' ? 'lock-play' : 'unlock-play',
      deadline: data.deadline,
      settled: false,
      requestedPosition: position.toString(),
    };
  },
  indexes: [
    { gatewayId: 1, settled: 1 },
    { settled: 1, deadline: 1 },
  ],
};
