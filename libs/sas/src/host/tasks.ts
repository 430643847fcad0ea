import type { FactBody, MachineCommand } from '#gateway-protocol';

import type { HostMessage, LongPoll, PollName } from '../codec/index.js';

export type MetersTrigger = Extract<FactBody, { kind: 'meters-read' }>['trigger'];

/** A long poll that waits for the machine's turn. */
export interface Task {
  readonly poll: PollName;
  /** Set on the polls that carry out a command. */
  readonly commandId?: string;
}

export interface MeterReadingInProgress {
  readonly trigger: MetersTrigger;
  /** By meter code, two hexadecimal digits. */
  readonly meters: Readonly<Record<string, number>>;
}

export interface IdentityInProgress {
  readonly sasVersion?: string;
  readonly serial?: string;
  readonly gameId?: string;
  readonly maxBet?: number;
  readonly payTable?: string;
  readonly basePercent?: string;
  readonly games?: number;
  readonly selectedGame?: number;
}

/** Meters of 2F, where 6F is not answered, beside 0F and 1A. */
const selectedMeterCodes = [0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0b, 0x22, 0x23] as const;
/** Meters of 6F: the same of one instant, with credits and drop. */
const extendedMeterCodes = [...selectedMeterCodes, 0x0c, 0x24] as const;

export const identityPolls = ['identity', 'versionAndSerial', 'numberOfGames', 'selectedGame'] as const;
export const meterPolls = ['meters', 'currentCredits', 'extendedMeters', 'selectedMeters'] as const;

const among =
  (polls: readonly PollName[]) =>
  ({ poll }: Task): boolean =>
    polls.includes(poll);

export const isIdentityTask = among(identityPolls);
export const isMeterTask = among(meterPolls);

/** The polls of one snapshot. `extended`: the machine is not known to be silent to 6F, whose one answer is all of one instant. */
export const meterTasks = (extended: boolean): Task[] =>
  extended
    ? [{ poll: 'extendedMeters' }]
    : [{ poll: 'meters' }, { poll: 'currentCredits' }, { poll: 'selectedMeters' }];

export const identityTasks = (): Task[] => identityPolls.map((poll) => ({ poll }));

export const commandPolls = { 'lock-play': 'lockPlay', 'unlock-play': 'unlockPlay' } as const satisfies Record<
  MachineCommand['kind'],
  PollName
>;

export const isCommandPoll = (poll: PollName): boolean => Object.values<PollName>(commandPolls).includes(poll);

/** The message of a task. `localTime` is the hall's, for the machine's clock. */
export function messageOf({ poll }: Task, address: number, localTime: string): HostMessage {
  switch (poll) {
    case 'realTimeEvents':
      return { kind: 'long-poll', address, poll, data: { enable: true } };
    case 'selectedMeters':
      return { kind: 'long-poll', address, poll, data: { game: 0, codes: selectedMeterCodes } };
    case 'extendedMeters':
      return { kind: 'long-poll', address, poll, data: { game: 0, codes: extendedMeterCodes } };
    case 'setTime':
      return { kind: 'long-poll', address, poll, data: { time: localTime } };
    default:
      return { kind: 'long-poll', address, poll, data: {} } as LongPoll;
  }
}
