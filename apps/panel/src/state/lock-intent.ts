import type { PublicEvent } from '#kernel';

import type { Problem } from '../api/problem.js';
import { oneOf, textOf } from './event-data.js';
import { playLockOutcomes, type PlayLockOutcome } from './machine-events.js';

/** Outcomes remembered that came before the answer to their request did. */
export const maxEarlyOutcomes = 8;

export type LockAction = 'lock' | 'unlock';

/** What a person wants, once: the key stays the same until another wish, whatever is retried. */
export interface LockIntent {
  readonly machineId: string;
  readonly action: LockAction;
  readonly reason: string;
  readonly key: string;
}

export type LockStatus =
  | { readonly step: 'idle' }
  | { readonly step: 'sending'; readonly intent: LockIntent }
  | { readonly step: 'failed'; readonly intent: LockIntent; readonly problem: Problem }
  | { readonly step: 'requested'; readonly intent: LockIntent; readonly lockId: string }
  | { readonly step: 'settled'; readonly intent: LockIntent; readonly outcome: SettledOutcome };

type SettledOutcome = Exclude<PlayLockOutcome, 'lock-requested' | 'unlock-requested'>;

export interface LockState {
  readonly status: LockStatus;
  /** Newest last. An event may overtake the answer to the request that caused it. */
  readonly outcomes: readonly { readonly lockId: string; readonly outcome: SettledOutcome }[];
}

export type LockStateAction =
  | { type: 'sent'; intent: LockIntent }
  | { type: 'accepted'; key: string; lockId: string }
  | { type: 'failed'; key: string; problem: Problem }
  | { type: 'events'; events: readonly PublicEvent[] };

export const noLock: LockState = { status: { step: 'idle' }, outcomes: [] };

export function reduceLock(state: LockState, action: LockStateAction): LockState {
  switch (action.type) {
    case 'sent':
      return { ...state, status: { step: 'sending', intent: action.intent } };
    case 'accepted':
      return isSending(state, action.key) ? settle({ ...state, status: requested(state, action.lockId) }) : state;
    case 'failed':
      return isSending(state, action.key)
        ? { ...state, status: { step: 'failed', intent: state.status.intent, problem: action.problem } }
        : state;
    case 'events':
      return settle({ ...state, outcomes: withOutcomes(state.outcomes, action.events) });
  }
}

type Sending = LockState & { status: { step: 'sending' } };

const isSending = (state: LockState, key: string): state is Sending =>
  state.status.step === 'sending' && state.status.intent.key === key;

const requested = ({ status }: Sending, lockId: string): LockStatus => ({
  step: 'requested',
  intent: status.intent,
  lockId,
});

function withOutcomes(known: LockState['outcomes'], events: readonly PublicEvent[]): LockState['outcomes'] {
  const fresh = events.flatMap(({ type, data }) => {
    const lockId = textOf(data, 'lockId');
    const outcome = oneOf(data, 'outcome', playLockOutcomes);
    return type === 'machine.play-lock' && lockId && outcome && isSettled(outcome) ? [{ lockId, outcome }] : [];
  });
  return fresh.length === 0 ? known : [...known, ...fresh].slice(-maxEarlyOutcomes);
}

const isSettled = (outcome: PlayLockOutcome): outcome is SettledOutcome =>
  outcome !== 'lock-requested' && outcome !== 'unlock-requested';

function settle(state: LockState): LockState {
  const { status } = state;
  if (status.step !== 'requested') return state;
  const found = state.outcomes.find(({ lockId }) => lockId === status.lockId);
  return found ? { ...state, status: { step: 'settled', intent: status.intent, outcome: found.outcome } } : state;
}
