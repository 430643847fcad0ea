import type { PublicEvent } from '#kernel';

import { doors, type Credit, type LineState, type Machine, type PlayState } from '../api/types.js';
import { field, moneyOf, numberOf, oneOf, textOf } from './event-data.js';

const playStates = ['unlocked', 'lock-requested', 'locked', 'unlock-requested'] as const;
export const playLockOutcomes = [
  'lock-requested',
  'unlock-requested',
  'locked',
  'unlocked',
  'refused',
  'expired',
] as const;
export type PlayLockOutcome = (typeof playLockOutcomes)[number];

/** What people should notice about a change. */
export type CueKind = 'win' | 'change';

export interface Applied {
  readonly machine: Machine;
  readonly cue: CueKind | undefined;
}

export const isMachineEvent = ({ type }: PublicEvent): boolean => type.startsWith('machine.');

export const machineIdOf = ({ data }: PublicEvent): string | undefined => textOf(data, 'machineId');

/**
 * One machine after one public event. Unknown types and fields change nothing but when it was last heard. Totals are not
 * counted here: a read may hold games newer than its position, and money is never counted twice.
 */
export function applyMachineEvent(machine: Machine, event: PublicEvent): Applied {
  const heard = event.actor.kind === 'staff' || event.actor.kind === 'client' ? machine : withSeen(machine, event);
  switch (event.type) {
    case 'machine.bet':
      return applyBet(heard, event);
    case 'machine.win':
      return applyWin(heard, event);
    case 'machine.state':
      return applyState(heard, event);
    case 'machine.play-lock':
      return applyPlayLock(heard, event);
    default:
      return { machine: heard, cue: undefined };
  }
}

const withSeen = (machine: Machine, { occurredAt }: PublicEvent): Machine =>
  machine.lastSeenAt !== null && machine.lastSeenAt >= occurredAt ? machine : { ...machine, lastSeenAt: occurredAt };

function applyBet(machine: Machine, { data, occurredAt }: PublicEvent): Applied {
  const wager = moneyOf(data, 'wager');
  const win = moneyOf(data, 'win');
  if (!wager || !win) return { machine, cue: undefined };
  return {
    machine: {
      ...machine,
      state: 'online',
      lastGame: { wager, win, endedAt: textOf(data, 'endedAt') ?? occurredAt },
      lastWin: win.value > 0 ? win : machine.lastWin,
    },
    cue: win.value > 0 ? 'win' : 'change',
  };
}

function applyWin(machine: Machine, { data }: PublicEvent): Applied {
  const win = moneyOf(data, 'win');
  return win ? { machine: { ...machine, lastWin: win }, cue: 'win' } : { machine, cue: undefined };
}

function applyState(machine: Machine, { data }: PublicEvent): Applied {
  const next: Machine = {
    ...machine,
    state: oneOf(data, 'state', ['online', 'offline']) ?? stateByPower(data) ?? machine.state,
    play: oneOf(data, 'play', playStates) ?? machine.play,
    doors: doorsAfter(machine, data),
    credit: creditAfter(machine, data),
    handpay: handpayAfter(machine, data),
  };
  return { machine: next, cue: looksDifferent(machine, next) ? 'change' : undefined };
}

/** A machine without power does not answer; one that has it again has just said so. */
function stateByPower(data: unknown): LineState | undefined {
  const power = oneOf(data, 'power', ['applied', 'lost']);
  return power && (power === 'applied' ? 'online' : 'offline');
}

function doorsAfter(machine: Machine, data: unknown): Machine['doors'] {
  const door = oneOf(data, 'door', doors);
  const state = oneOf(data, 'doorState', ['open', 'closed']);
  return door && state ? { ...machine.doors, [door]: state } : machine.doors;
}

function creditAfter(machine: Machine, data: unknown): Credit | null {
  const credit = field(data, 'credit');
  const credits = numberOf(credit, 'credits');
  const amount = moneyOf(credit, 'amount');
  return credits !== undefined && amount ? { credits, amount } : machine.credit;
}

function handpayAfter(machine: Machine, data: unknown): Machine['handpay'] {
  const handpay = field(data, 'handpay');
  if (handpay === null) return null;
  const amount = moneyOf(handpay, 'amount');
  return amount ? { amount } : machine.handpay;
}

const looksDifferent = (a: Machine, b: Machine): boolean =>
  a.state !== b.state ||
  a.play !== b.play ||
  a.handpay?.amount.value !== b.handpay?.amount.value ||
  a.credit?.amount.value !== b.credit?.amount.value ||
  doors.some((door) => a.doors[door] !== b.doors[door]);

function applyPlayLock(machine: Machine, { data }: PublicEvent): Applied {
  const outcome = oneOf(data, 'outcome', playLockOutcomes);
  const play = outcome ? playAfter(machine.play, outcome) : machine.play;
  return { machine: { ...machine, play }, cue: play === machine.play ? undefined : 'change' };
}

/** A request that the machine refuses, or never answers, leaves play as it was. */
function playAfter(play: PlayState, outcome: PlayLockOutcome): PlayState {
  switch (outcome) {
    case 'lock-requested':
    case 'unlock-requested':
    case 'locked':
    case 'unlocked':
      return outcome;
    case 'refused':
    case 'expired':
      return play === 'lock-requested' ? 'unlocked' : play === 'unlock-requested' ? 'locked' : play;
  }
}
