import { z } from 'zod';

import {
  type Command,
  conflict,
  type Decider,
  DomainError,
  type EventOf,
  eventType,
  moneySchema,
  type Money,
  reasonSchema,
} from '#kernel';

const direction = z.enum(['to-machine', 'to-house']);
export type TransferDirection = z.output<typeof direction>;

const common = { transferId: z.uuid(), machineId: z.string().min(1), direction, requested: moneySchema };

/** Money between the house's account and a machine. The intent is written before anybody sends a byte. */
export const transferRequested = eventType(
  'transfer.requested.v1',
  z.strictObject({ ...common, gatewayId: z.string(), deadline: z.iso.datetime(), reason: reasonSchema.optional() }),
);
/** The machine's final word: what it moved, which may be less than was asked. */
export const transferCompleted = eventType(
  'transfer.completed.v1',
  z.strictObject({ ...common, moved: moneySchema, machineStatus: z.int().min(0).max(255) }),
);
/** Nothing moved: the machine refused, or was never asked. */
export const transferFailed = eventType(
  'transfer.failed.v1',
  z.strictObject({
    ...common,
    cause: z.enum(['refused', 'expired', 'never-taken']),
    machineStatus: z.int().min(0).max(255).nullable(),
    detail: z.string().max(200).optional(),
  }),
);
/** The machine's word cannot be had any more. The money stays pending until somebody has looked. */
export const transferUnresolved = eventType(
  'transfer.unresolved.v1',
  z.strictObject({ ...common, detail: z.string().max(200).optional() }),
);
/** Somebody looked at an unresolved transfer, and says what was moved. */
export const transferResolved = eventType(
  'transfer.resolved.v1',
  z.strictObject({ ...common, moved: moneySchema, reason: reasonSchema }),
);

export const transferEvents = [
  transferRequested,
  transferCompleted,
  transferFailed,
  transferUnresolved,
  transferResolved,
] as const;
export type TransferEvent = EventOf<(typeof transferEvents)[number]>;

export type RequestTransfer = Command<'RequestTransfer', EventOf<typeof transferRequested>['data']>;
export type SettleTransfer = Command<
  'SettleTransfer',
  {
    transferId: string;
    outcome: 'completed' | 'failed' | 'expired' | 'unresolved';
    moved: Money;
    machineStatus: number | null;
    detail?: string;
  }
>;
export type ResolveTransfer = Command<'ResolveTransfer', { transferId: string; moved: Money; reason: string }>;
export type TransferCommand = RequestTransfer | SettleTransfer | ResolveTransfer;

interface Known {
  readonly transferId: string;
  readonly machineId: string;
  readonly direction: TransferDirection;
  readonly requested: Money;
}

export type TransferState =
  | { readonly status: 'missing' }
  | ({ readonly status: 'requested' | 'unresolved' | 'completed' | 'failed' | 'resolved' } & Known);

export const transfer: Decider<TransferState, TransferCommand, TransferEvent> = {
  initialState: () => ({ status: 'missing' }),
  decide: (command, state) => {
    switch (command.type) {
      case 'RequestTransfer':
        return request(command, state);
      case 'SettleTransfer':
        return settle(command, state);
      case 'ResolveTransfer':
        return resolve(command, state);
    }
  },
  evolve: (_, { type, data }) => {
    const { transferId, machineId, direction: way, requested } = data;
    return { status: statusAfter[type], transferId, machineId, direction: way, requested };
  },
};

const statusAfter = {
  'transfer.requested.v1': 'requested',
  'transfer.completed.v1': 'completed',
  'transfer.failed.v1': 'failed',
  'transfer.unresolved.v1': 'unresolved',
  'transfer.resolved.v1': 'resolved',
} as const;

function request({ data }: RequestTransfer, state: TransferState): TransferEvent[] {
  if (state.status !== 'missing') throw conflict('transfer_exists', 'This transfer was requested already.');
  if (data.requested.value <= 0) throw new DomainError('amount_invalid', 'The amount must be above zero.');
  return [{ type: 'transfer.requested.v1', data }];
}

const knownOf = ({ transferId, machineId, direction: way, requested }: Known): Known => ({
  transferId,
  machineId,
  direction: way,
  requested,
});

/** Only what is open is settled: a machine's word that comes again changes nothing. */
function settle({ data }: SettleTransfer, state: TransferState): TransferEvent[] {
  if (state.status !== 'requested') return [];
  const known = knownOf(state);
  const detail = data.detail === undefined ? {} : { detail: data.detail };
  switch (data.outcome) {
    case 'completed':
      return [
        {
          type: 'transfer.completed.v1',
          data: { ...known, moved: data.moved, machineStatus: data.machineStatus ?? 0 },
        },
      ];
    case 'unresolved':
      return [{ type: 'transfer.unresolved.v1', data: { ...known, ...detail } }];
    case 'expired':
      return [{ type: 'transfer.failed.v1', data: { ...known, cause: 'expired', machineStatus: null, ...detail } }];
    case 'failed': {
      const cause = data.machineStatus === null ? 'never-taken' : 'refused';
      return [{ type: 'transfer.failed.v1', data: { ...known, cause, machineStatus: data.machineStatus, ...detail } }];
    }
  }
}

function resolve({ data }: ResolveTransfer, state: TransferState): TransferEvent[] {
  if (state.status !== 'unresolved') {
    throw conflict('transfer_not_unresolved', 'Only a transfer whose outcome is not known can be resolved by hand.');
  }
  const { moved, reason } = data;
  if (moved.currency !== state.requested.currency) {
    throw new DomainError('currency_mismatch', `The currency is ${state.requested.currency}, not ${moved.currency}.`);
  }
  if (moved.value < 0 || moved.value > state.requested.value) {
    throw new DomainError('amount_invalid', 'What was moved is from zero to what was asked.');
  }
  return [{ type: 'transfer.resolved.v1', data: { ...knownOf(state), moved, reason } }];
}
