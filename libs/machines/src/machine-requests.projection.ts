import type { MachineCommand } from '#gateway-protocol';
import type { Projection } from '#kernel';

import type { FeedEventOf } from './feed-events.js';
import type { MachineEvent } from './machine.js';
import type { TransferEvent } from './transfer.js';

/** Something that was asked of a machine, for its gateway to fetch, and what became of it. */
export interface MachineRequest {
  readonly machineId: string;
  readonly gatewayId: string;
  readonly hallId: string | null;
  readonly kind: MachineCommand['kind'];
  /** What the kind takes beside its name. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly deadline: string;
  readonly settled: boolean;
  /** The platform itself lets it expire, should its gateway be away. */
  readonly expiresHere: boolean;
  readonly outcome: string | null;
  readonly detail: string | null;
  readonly requestedAt: string;
  readonly settledAt: string | null;
  /** Position of the request: the cursor of gateways. */
  readonly requestedPosition: string;
}

type RequestEvent =
  | Exclude<MachineEvent, { type: 'machine.registered.v1' | 'machine.journal-accepted.v1' }>
  | Extract<TransferEvent, { type: 'transfer.requested.v1' }>
  | FeedEventOf<'machine.command-settled.v1' | 'machine.transfer-settled.v1'>;

export const machineRequests: Projection<MachineRequest, RequestEvent> = {
  name: 'machine-requests',
  version: 2,
  handles: [
    'machine.play-lock-requested.v1',
    'machine.play-unlock-requested.v1',
    'machine.play-locked.v1',
    'machine.play-unlocked.v1',
    'machine.play-lock-refused.v1',
    'machine.play-unlock-refused.v1',
    'machine.play-lock-expired.v1',
    'machine.play-unlock-expired.v1',
    'machine.control-requested.v1',
    'machine.command-settled.v1',
    'machine.transfer-settled.v1',
    'transfer.requested.v1',
  ],
  idOf: ({ data }) => ('lockId' in data ? data.lockId : 'transferId' in data ? data.transferId : data.commandId),
  evolve: (doc, { type, data, metadata, position }) => {
    if (!('deadline' in data)) return doc && settled(doc, type, data, metadata.occurredAt);
    const { kind, parameters } = askedOf({ type, data } as RequestEvent);
    return {
      ...{ machineId: data.machineId, gatewayId: data.gatewayId, hallId: metadata.hallId, kind, parameters },
      ...{ deadline: data.deadline, settled: false, expiresHere: 'lockId' in data, outcome: null, detail: null },
      ...{ requestedAt: metadata.occurredAt, settledAt: null, requestedPosition: position.toString() },
    };
  },
  indexes: [{ gatewayId: 1, settled: 1 }, { settled: 1, expiresHere: 1, deadline: 1 }, { machineId: 1 }],
};

function askedOf(event: RequestEvent): Pick<MachineRequest, 'kind' | 'parameters'> {
  switch (event.type) {
    case 'machine.play-lock-requested.v1':
      return { kind: 'lock-play', parameters: {} };
    case 'machine.control-requested.v1': {
      const { kind, ...parameters } = event.data.control;
      return { kind, parameters };
    }
    case 'transfer.requested.v1': {
      const { direction, requested } = event.data;
      return { kind: 'transfer', parameters: { direction, cents: requested.value } };
    }
    default:
      return { kind: 'unlock-play', parameters: {} };
  }
}

const playOutcomes: Readonly<Record<string, string>> = {
  'machine.play-locked.v1': 'acknowledged',
  'machine.play-unlocked.v1': 'acknowledged',
  'machine.play-lock-refused.v1': 'refused',
  'machine.play-unlock-refused.v1': 'refused',
};

function settled(doc: MachineRequest, type: string, data: object, at: string): MachineRequest {
  const said = 'outcome' in data && typeof data.outcome === 'string' ? data.outcome : undefined;
  const detail = 'detail' in data && typeof data.detail === 'string' ? data.detail : doc.detail;
  return { ...doc, settled: true, outcome: said ?? playOutcomes[type] ?? 'expired', detail, settledAt: at };
}
