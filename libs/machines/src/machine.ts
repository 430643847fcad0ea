import { z } from 'zod';

import { machineControlSchema, type MachineControl } from '#gateway-protocol';
import { type Command, conflict, type Decider, type EventOf, eventType, notFound, reasonSchema } from '#kernel';

/** What people configure of a machine. */
export const machineDetailsSchema = z.strictObject({
  hallId: z.string().min(1).max(64),
  name: z.string().trim().min(1).max(100).meta({ example: 'A-07' }),
  /** The gateway client that feeds it. */
  gatewayId: z.string().min(1).max(64),
  /** SAS address on its line. */
  address: z.int().min(1).max(127),
  serial: z.string().trim().min(1).max(40).nullable().default(null),
});

const machineId = z.string().min(1).max(64);
const requestedSchema = z.strictObject({
  machineId,
  gatewayId: z.string(),
  lockId: z.uuid(),
  deadline: z.iso.datetime(),
  reason: reasonSchema.optional(),
});
const settledSchema = z.strictObject({ machineId, lockId: z.uuid(), detail: z.string().max(200).optional() });

export const machineRegistered = eventType('machine.registered.v1', machineDetailsSchema.extend({ machineId }));
export const playLockRequested = eventType('machine.play-lock-requested.v1', requestedSchema);
export const playUnlockRequested = eventType('machine.play-unlock-requested.v1', requestedSchema);
export const playLocked = eventType('machine.play-locked.v1', settledSchema);
export const playUnlocked = eventType('machine.play-unlocked.v1', settledSchema);
export const playLockRefused = eventType('machine.play-lock-refused.v1', settledSchema);
export const playUnlockRefused = eventType('machine.play-unlock-refused.v1', settledSchema);
export const playLockExpired = eventType('machine.play-lock-expired.v1', settledSchema);
export const playUnlockExpired = eventType('machine.play-unlock-expired.v1', settledSchema);

/** A journal that may feed this machine from now on, beside the one before: a gateway that was replaced. */
export const journalAccepted = eventType(
  'machine.journal-accepted.v1',
  z.strictObject({ machineId, journalId: z.uuid() }),
);

/** Something else than play that was asked of a machine: sounds, bills, games, clock, readings. */
export const controlRequested = eventType(
  'machine.control-requested.v1',
  z.strictObject({
    machineId,
    gatewayId: z.string(),
    commandId: z.uuid(),
    deadline: z.iso.datetime(),
    control: machineControlSchema,
  }),
);

export const machineEvents = [
  machineRegistered,
  journalAccepted,
  playLockRequested,
  playUnlockRequested,
  playLocked,
  playUnlocked,
  playLockRefused,
  playUnlockRefused,
  playLockExpired,
  playUnlockExpired,
  controlRequested,
] as const;
export type MachineEvent = EventOf<(typeof machineEvents)[number]>;

export type RegisterMachine = Command<'RegisterMachine', EventOf<typeof machineRegistered>['data']>;
/** Asks the machine, through its gateway, to stop or to allow play. Only the machine's own acknowledgement makes it so. */
export type LockPlay = Command<'LockPlay', PlayRequest>;
export type UnlockPlay = Command<'UnlockPlay', PlayRequest>;
/** What became of a request, as the gateway heard it from the machine, or as its deadline decided. */
export type SettlePlay = Command<
  'SettlePlay',
  { machineId: string; lockId: string; outcome: PlayOutcome; detail?: string }
>;
/** Allows another journal to feed the machine: its gateway was replaced and the old journal is gone. */
export type AcceptJournal = Command<'AcceptJournal', { machineId: string; journalId: string }>;
/** Asks the machine, through its gateway, for something; the feed says what became of it. */
export type RequestControl = Command<
  'RequestControl',
  { machineId: string; commandId: string; deadline: string; control: MachineControl }
>;
export type MachineCommand = RegisterMachine | AcceptJournal | LockPlay | UnlockPlay | SettlePlay | RequestControl;

export type PlayOutcome = 'acknowledged' | 'refused' | 'expired';

interface PlayRequest {
  readonly machineId: string;
  readonly lockId: string;
  readonly deadline: string;
  readonly reason?: string;
}

interface Pending {
  readonly lockId: string;
  readonly kind: 'lock' | 'unlock';
}

export type MachineState =
  | { readonly status: 'missing' }
  | {
      readonly status: 'registered';
      readonly hallId: string;
      readonly gatewayId: string;
      readonly acceptedJournalId: string | null;
      /** Those that were accepted before it. */
      readonly earlierJournalIds: readonly string[];
      readonly play: 'unlocked' | 'locked';
      readonly pending: Pending | null;
      /** The last request that expired: the machine may still acknowledge it, and then it is so. */
      readonly expired: Pending | null;
    };

export const machine: Decider<MachineState, MachineCommand, MachineEvent> = {
  initialState: () => ({ status: 'missing' }),
  decide: (command, state) => {
    switch (command.type) {
      case 'RegisterMachine':
        return register(command, state);
      case 'AcceptJournal':
        return acceptJournal(command, state);
      case 'LockPlay':
      case 'UnlockPlay':
        return request(command, state);
      case 'SettlePlay':
        return settle(command, state);
      case 'RequestControl':
        return requestControl(command, state);
    }
  },
  evolve: (state, event) => {
    if (event.type === 'machine.registered.v1') {
      const { hallId, gatewayId } = event.data;
      return {
        status: 'registered',
        hallId,
        gatewayId,
        acceptedJournalId: null,
        earlierJournalIds: [],
        play: 'unlocked',
        pending: null,
        expired: null,
      };
    }
    if (state.status === 'missing') return state;
    if (event.type === 'machine.control-requested.v1') return state;
    if (event.type === 'machine.journal-accepted.v1') {
      const { acceptedJournalId: before, earlierJournalIds: earlier } = state;
      const earlierJournalIds = before === null ? earlier : [...earlier, before];
      return { ...state, acceptedJournalId: event.data.journalId, earlierJournalIds };
    }
    return { ...state, ...playAfter(event, state.pending) };
  },
};

function register({ data }: RegisterMachine, state: MachineState): MachineEvent[] {
  if (state.status !== 'missing') throw conflict('machine_exists', 'This machine is registered already.');
  return [{ type: 'machine.registered.v1', data }];
}

function acceptJournal({ data }: AcceptJournal, state: MachineState): MachineEvent[] {
  if (state.status === 'missing') throw notFound('machine_unknown', 'There is no such machine.');
  return state.acceptedJournalId === data.journalId ? [] : [{ type: 'machine.journal-accepted.v1', data }];
}

function requestControl({ data }: RequestControl, state: MachineState): MachineEvent[] {
  if (state.status === 'missing') throw notFound('machine_unknown', 'There is no such machine.');
  return [{ type: 'machine.control-requested.v1', data: { ...data, gatewayId: state.gatewayId } }];
}

function request({ type, data }: LockPlay | UnlockPlay, state: MachineState): MachineEvent[] {
  if (state.status === 'missing') throw notFound('machine_unknown', 'There is no such machine.');
  if (state.pending) throw conflict('play_request_pending', 'The machine has not answered the last request yet.');
  const { machineId, lockId, deadline, reason } = data;
  return [
    {
      type: type === 'LockPlay' ? 'machine.play-lock-requested.v1' : 'machine.play-unlock-requested.v1',
      data: { machineId, gatewayId: state.gatewayId, lockId, deadline, ...(reason === undefined ? {} : { reason }) },
    },
  ];
}

/** An expired request that the machine acknowledges late is still what the machine did. Anything else late is old news. */
function settle({ data: { machineId, lockId, outcome, detail } }: SettlePlay, state: MachineState): MachineEvent[] {
  if (state.status === 'missing') return [];
  const late = state.expired?.lockId === lockId && outcome === 'acknowledged';
  const request = state.pending?.lockId === lockId ? state.pending : late ? state.expired : null;
  if (!request) return [];
  return [
    { type: settled[request.kind][outcome], data: { machineId, lockId, ...(detail === undefined ? {} : { detail }) } },
  ];
}

const settled = {
  lock: {
    acknowledged: 'machine.play-locked.v1',
    refused: 'machine.play-lock-refused.v1',
    expired: 'machine.play-lock-expired.v1',
  },
  unlock: {
    acknowledged: 'machine.play-unlocked.v1',
    refused: 'machine.play-unlock-refused.v1',
    expired: 'machine.play-unlock-expired.v1',
  },
} as const;

type PlayEvent = Exclude<
  MachineEvent,
  { type: 'machine.registered.v1' | 'machine.journal-accepted.v1' | 'machine.control-requested.v1' }
>;

interface Play {
  readonly play?: 'unlocked' | 'locked';
  readonly pending?: Pending | null;
  readonly expired?: Pending | null;
}

function playAfter({ type, data }: PlayEvent, pending: Pending | null): Play {
  switch (type) {
    case 'machine.play-lock-requested.v1':
      return { pending: { lockId: data.lockId, kind: 'lock' } };
    case 'machine.play-unlock-requested.v1':
      return { pending: { lockId: data.lockId, kind: 'unlock' } };
    case 'machine.play-locked.v1':
      return { play: 'locked', pending: withoutIt(pending, data.lockId), expired: null };
    case 'machine.play-unlocked.v1':
      return { play: 'unlocked', pending: withoutIt(pending, data.lockId), expired: null };
    case 'machine.play-lock-refused.v1':
    case 'machine.play-unlock-refused.v1':
      return { pending: null };
    case 'machine.play-lock-expired.v1':
    case 'machine.play-unlock-expired.v1':
      return { pending: null, expired: pending };
  }
}

/** A late acknowledgement of an expired request leaves a newer one pending. */
const withoutIt = (pending: Pending | null, lockId: string): Pending | null =>
  pending?.lockId === lockId ? null : pending;
