import type { Money, Projection } from '#kernel';

import type { TransferDirection, TransferEvent } from './transfer.js';

/** One transfer as its own history tells it. */
export interface TransferDocument {
  readonly hallId: string | null;
  readonly machineId: string;
  readonly direction: TransferDirection;
  readonly requested: Money;
  /** What the machine, or whoever looked, says was moved; null while it is not known. */
  readonly moved: Money | null;
  readonly status: 'requested' | 'completed' | 'failed' | 'unresolved' | 'resolved';
  readonly machineStatus: number | null;
  readonly detail: string | null;
  readonly requestedAt: string;
  readonly settledAt: string | null;
}

export const transfersProjection: Projection<TransferDocument, TransferEvent> = {
  name: 'transfers',
  version: 1,
  handles: [
    'transfer.requested.v1',
    'transfer.completed.v1',
    'transfer.failed.v1',
    'transfer.unresolved.v1',
    'transfer.resolved.v1',
  ],
  idOf: ({ data }) => data.transferId,
  evolve: (doc, { type, data, metadata }) => {
    const { machineId, direction, requested } = data;
    if (type === 'transfer.requested.v1') {
      return {
        ...{ hallId: metadata.hallId, machineId, direction, requested },
        ...{ moved: null, status: 'requested', machineStatus: null, detail: null },
        ...{ requestedAt: metadata.occurredAt, settledAt: null },
      };
    }
    if (!doc) return null;
    return {
      ...doc,
      status: statusOf[type],
      moved: 'moved' in data ? data.moved : doc.moved,
      machineStatus: 'machineStatus' in data ? data.machineStatus : doc.machineStatus,
      detail: 'detail' in data ? (data.detail ?? null) : doc.detail,
      settledAt: type === 'transfer.unresolved.v1' ? null : metadata.occurredAt,
    };
  },
  indexes: [{ hallId: 1 }, { machineId: 1 }, { hallId: 1, status: 1 }],
  onFailure: 'stop',
};

const statusOf = {
  'transfer.completed.v1': 'completed',
  'transfer.failed.v1': 'failed',
  'transfer.unresolved.v1': 'unresolved',
  'transfer.resolved.v1': 'resolved',
} as const;
