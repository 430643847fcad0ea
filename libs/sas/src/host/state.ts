import type { MachineCommand } from '#gateway-protocol';

import { pollDefinitions, type HostMessage } from '../codec/index.js';
import { noMemory, type MachineMemory } from './memory.js';
import type { LineEffect } from './messages.js';
import { standardHostProfile, type HostProfile } from './profile.js';
import type { LineSettings, MachineOnLine, Moment } from './settings.js';
import {
  metersKnownOf,
  type ConfigurationInProgress,
  type ExtendedMeters,
  type GameMetersInProgress,
  type GamesInProgress,
  type IdentityInProgress,
  type MeterReadingInProgress,
  type RegistrationInProgress,
  type Task,
} from './tasks.js';
import { interrogate } from './transfer-polls.js';

/** A long poll, or the general poll where `task` is null. `tried`: repeated already, in vain. */
export interface Repeat {
  readonly task: Task | null;
  readonly tried: boolean;
}

export interface MachineState {
  machineId: string;
  address: number;
  profile: HostProfile;
  memory: MachineMemory;
  nextCycleAt: number;
  missedPolls: number;
  lastAnswerAt: string | null;
  /** Answered at least once since this host began. */
  met: boolean;
  /** The first answer after a start may be the one that the journal already has. */
  recovering: boolean;
  realTimeEvents: boolean;
  /** The token with which the journal forgets the last long poll; until it is back, no general poll goes out. */
  closing: number | null;
  /** A poll whose answer was never heard: repeated before any other, because any other would acknowledge it. */
  repeat: Repeat | null;
  tasks: readonly Task[];
  meters: MeterReadingInProgress | null;
  /** The last snapshot that became a fact, as text. */
  lastMeters: string | null;
  identity: IdentityInProgress | null;
  configuration: ConfigurationInProgress | null;
  /** How many games it has, as it said last; 0 before it did. */
  games: number;
  gamesReading: GamesInProgress | null;
  gameMeters: GameMetersInProgress | null;
  /** Whether 52 is known to the machine: nothing is known against it at first. */
  gameMetersAnswered: boolean;
  registration: RegistrationInProgress | null;
  /** The transfer for which the machine was asked to lock itself, until it has. */
  lockAskedFor: string | null;
  /** When an exception that nobody serves was heard last, by code: the machine says it again until it is served. */
  unserved: Readonly<Record<number, number>>;
  extendedMeters: ExtendedMeters;
  /** A0 is asked without a game, because the machine was silent to the other form. */
  featuresAsRead: boolean;
  nextInterrogationAt: number;
  /** The handpay reset for which the machine was told to pay to its credits. */
  creditedReset: string | null;
  signatureSeed: number | null;
  credits: number;
  nextMetersAt: number;
  /** Credits moved after the reading that is under way, or was last, began. */
  creditsMoved: boolean;
  nextClockAt: number;
  commands: readonly MachineCommand[];
}

/** A poll that is on the line and what came back so far. */
export interface Exchange {
  message: HostMessage;
  task: Task | null;
  bytes: readonly number[];
  deadlineAt: number;
  resends: number;
  /** A single byte has no checksum: it counts once it came twice. */
  heardOnce: number | null;
}

/** `acknowledging` puts byte 80 before a general poll; `repeating` is the poll alone, which asks for the same answer again. */
export type Manner = 'acknowledging' | 'repeating';

export interface Outgoing {
  readonly message: HostMessage;
  readonly task: Task | null;
  readonly manner: Manner;
}

export type NextPoll = 'repeat' | 'general' | 'long' | 'end';

/** One machine's time on the line. */
export interface Turn {
  index: number;
  next: NextPoll;
  polls: number;
  longPolls: number;
}

export interface LineState {
  settings: LineSettings;
  machines: MachineState[];
  turn: Turn | null;
  exchange: Exchange | null;
  /** The line is still until this token is journalled; then the turn goes on, or this poll is sent. */
  awaiting: { token: number; send: Outgoing | null } | null;
  nextToken: number;
  paused: boolean;
}

/** A step in the making: a copy of the line that the step's functions change, and what they ask for. */
export interface Draft {
  line: LineState;
  effects: LineEffect[];
  now: Moment;
}

/** The machine whose turn it is, and its turn. */
export interface TurnDraft extends Draft {
  turn: Turn;
  machine: MachineState;
}

/**
 * A line at its start. `memories` is what the journal kept of each machine, by machine id. `lastAddress` is the machine that was polled last
 * before a restart: it is the first again, because a poll to any other would acknowledge what it may have said.
 */
export function startLine(
  settings: LineSettings,
  memories: ReadonlyMap<string, MachineMemory>,
  startAtMs: number,
  lastAddress: number | null = null,
): LineState {
  const every = settings.pollEveryMs;
  return {
    settings,
    machines: settings.machines.map((machine, index) =>
      startMachine(
        machine,
        memories.get(machine.machineId) ?? null,
        machine.address === lastAddress ? startAtMs - every : startAtMs + (every * index) / settings.machines.length,
      ),
    ),
    turn: null,
    exchange: null,
    awaiting: null,
    nextToken: 1,
    paused: false,
  };
}

function startMachine(
  { machineId, address, profile = standardHostProfile }: MachineOnLine,
  memory: MachineMemory | null,
  at: number,
): MachineState {
  return {
    ...{ machineId, address, profile },
    memory: memory ?? noMemory,
    nextCycleAt: at,
    missedPolls: 0,
    lastAnswerAt: null,
    met: false,
    recovering: memory !== null,
    realTimeEvents: false,
    closing: null,
    repeat: memory ? { task: rememberedTask(memory), tried: false } : null,
    tasks: [],
    meters: null,
    lastMeters: null,
    identity: null,
    configuration: null,
    games: 0,
    gamesReading: null,
    gameMeters: null,
    gameMetersAnswered: true,
    registration: null,
    lockAskedFor: null,
    unserved: {},
    extendedMeters: metersKnownOf(profile),
    featuresAsRead: profile.featuresAsRead,
    nextInterrogationAt: 0,
    creditedReset: null,
    signatureSeed: null,
    credits: 0,
    nextMetersAt: at,
    creditsMoved: false,
    nextClockAt: at,
    commands: [],
  };
}

/** The long poll that was on the line when the gateway was killed. Its answer, or an event in place of it, may wait. */
function rememberedTask({ longPoll, longPollData, command, transfer }: MachineMemory): Task | null {
  const poll = pollDefinitions.find((definition) => definition.poll === longPoll)?.poll;
  if (poll === undefined) return null;
  // A transfer is never sent again unasked: what became of it is asked for first.
  if (poll === 'transfer') return transfer && { poll, data: interrogate, commandId: transfer.commandId };
  const data = longPollData === null ? {} : { data: longPollData };
  return command === null ? { poll, ...data } : { poll, ...data, commandId: command };
}
