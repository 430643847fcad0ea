import type { FactBody, MachineCommand } from '#gateway-protocol';

import type { HostMessage, LongPoll, PollName } from '../codec/index.js';
import { balanceCodes, fullBlocks, playCodes } from './meter-blocks.js';
import type { HostProfile } from './profile.js';

export type MetersTrigger = Extract<FactBody, { kind: 'meters-read' }>['trigger'];

/** A long poll that waits for the machine's turn. */
export interface Task {
  readonly poll: PollName;
  /** Left out where the poll has none, or where the time of sending fills it in. */
  readonly data?: object;
  /** Set on the polls that carry out a command. */
  readonly commandId?: string;
}

export interface MeterReadingInProgress {
  readonly trigger: MetersTrigger;
  /** By meter code, two hexadecimal digits. */
  readonly meters: Readonly<Record<string, number>>;
  /** The command that asked for it. */
  readonly commandId?: string;
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
  readonly commandId?: string;
}

export interface ConfigurationInProgress {
  readonly features?: string;
  readonly assetNumber?: number;
  readonly enabledGames?: readonly number[];
  readonly denominationCodes?: readonly number[];
  readonly tokenDenominationCode?: number;
}

type GamesRead = Extract<FactBody, { kind: 'games-read' }>;
/** What is known of one game. */
export type GameRead = GamesRead['games'][number];
type GameMetersRead = Extract<FactBody, { kind: 'game-meters-read' }>;

/** What the games of a machine are: 53, B5, and B4 for each wager category. */
export interface GamesInProgress {
  readonly games: Readonly<Record<number, GameRead>>;
}

/** What was wagered and won on each game: 52. */
export interface GameMetersInProgress {
  readonly trigger: MetersTrigger;
  readonly games: GameMetersRead['games'];
  readonly commandId?: string;
}

/** What is wanted of a machine's registration for transfers. */
export interface RegistrationInProgress {
  readonly wanted: 'registered' | 'cancelled' | 'read';
  readonly commandId?: string;
}

/** Meters of 2F, where 6F is not answered, beside 0F and 1A. */
const selectedMeterCodes = [0x0c, 0x00, 0x01, 0x03, 0x09, 0x0b, 0x15, 0x16, 0x17, 0x18] as const;
const otherMeterCodes = [0x02, 0x04, 0x05, 0x06, 0x08, 0x22, 0x23] as const;

export const identityPolls = ['identity', 'versionAndSerial', 'numberOfGames', 'selectedGame'] as const;
const configurationPolls = [
  'features',
  'featuresAsRead',
  'enabledGames',
  'enabledDenominations',
  'tokenDenomination',
  'lockAndStatus',
] as const;
const meterPolls = ['meters', 'currentCredits', 'extendedMeters', 'extendedMetersTwin', 'selectedMeters'] as const;

const among =
  (polls: readonly PollName[]) =>
  ({ poll }: Task): boolean =>
    polls.includes(poll);

export const isIdentityTask = among(identityPolls);
export const isConfigurationTask = among(configurationPolls);
export const isMeterTask = among(meterPolls);

/** What a machine is known to answer of the extended meters: nothing is known against it at first. */
export interface ExtendedMeters {
  readonly answered: boolean;
  /** AF, the twin of 6F. */
  readonly twin: boolean;
}

/** What is taken to be known before anything was asked, or after a line that was bad for a while. */
export const metersKnownOf = ({ extendedMeters }: HostProfile): ExtendedMeters => ({
  answered: extendedMeters !== 'none',
  twin: extendedMeters === 'both',
});

/** The polls of one snapshot. 6F and its twin in turn, so that a block is never taken for a repetition of the one before. */
export function meterTasks({ answered, twin }: ExtendedMeters, full: boolean): Task[] {
  if (!answered) {
    return [
      { poll: 'meters' },
      { poll: 'currentCredits' },
      { poll: 'selectedMeters', data: { game: 0, codes: selectedMeterCodes } },
      { poll: 'selectedMeters', data: { game: 0, codes: otherMeterCodes } },
    ];
  }
  const blocks = [balanceCodes, playCodes, ...(full ? fullBlocks : [])];
  return blocks.map((codes, index) => ({
    poll: twin && index % 2 === 1 ? 'extendedMetersTwin' : 'extendedMeters',
    data: { game: 0, codes },
  }));
}

export const identityTasks = (): Task[] => identityPolls.map((poll) => ({ poll }));

const statusOnly = { code: 0xff, condition: 0, timeout: 0 };

export const configurationTasks = (featuresAsRead: boolean, transfersKnown: boolean): Task[] => [
  featuresAsRead ? { poll: 'featuresAsRead' } : { poll: 'features', data: { game: 0 } },
  { poll: 'enabledGames' },
  { poll: 'enabledDenominations' },
  { poll: 'tokenDenomination' },
  ...(transfersKnown ? [{ poll: 'lockAndStatus', data: statusOnly } as const] : []),
];

type Bit = MachineCommand & { kind: 'bill-denominations' };
const maskOf = ({ billCodes }: Bit): number => [...new Set(billCodes)].reduce((mask, code) => mask + 2 ** code, 0);

/** The long poll of a command, or null for one that is more than a single poll. */
export function taskOfCommand(command: MachineCommand): Task | null {
  const commandId = command.id;
  switch (command.kind) {
    case 'lock-play':
      return { poll: 'lockPlay', commandId };
    case 'unlock-play':
      return { poll: 'unlockPlay', commandId };
    case 'sounds':
      return {
        poll: ({ on: 'soundOn', off: 'soundOff', 'game-off': 'gameSoundsOff' } as const)[command.sounds],
        commandId,
      };
    case 'bill-acceptor':
      return { poll: command.on ? 'billAcceptorOn' : 'billAcceptorOff', commandId };
    case 'bill-denominations':
      return {
        poll: 'billDenominations',
        data: { bills: maskOf(command), action: command.staysOn ? 1 : 0 },
        commandId,
      };
    case 'maintenance':
      return { poll: command.on ? 'enterMaintenance' : 'exitMaintenance', commandId };
    case 'enable-game':
      return { poll: 'enableGame', data: { game: command.game, enable: command.enable }, commandId };
    case 'set-clock':
      return { poll: 'setTime', commandId };
    case 'reset-handpay':
      return { poll: 'handpayReset', commandId };
    case 'rom-signature':
      return { poll: 'romSignature', data: { seed: command.seed }, commandId };
    case 'read-meters':
    case 'read-identity':
    case 'transfer-registration':
    case 'transfer':
      return null;
  }
}

/** Polls that carry out commands: a machine may refuse them for good. */
const commandPolls: ReadonlySet<PollName> = new Set<PollName>([
  ...(['lockPlay', 'unlockPlay', 'soundOn', 'soundOff', 'gameSoundsOff', 'billAcceptorOn', 'billAcceptorOff'] as const),
  ...([
    'billDenominations',
    'enterMaintenance',
    'exitMaintenance',
    'enableGame',
    'handpayReset',
    'romSignature',
  ] as const),
]);

export const isCommandPoll = (poll: PollName): boolean => commandPolls.has(poll);

/** The message of a task. `localTime` is the hall's, for the machine's clock. */
export function messageOf({ poll, data }: Task, address: number, localTime: string): HostMessage {
  if (poll === 'realTimeEvents') return { kind: 'long-poll', address, poll, data: { enable: true } };
  if (poll === 'setTime') return { kind: 'long-poll', address, poll, data: { time: localTime } };
  return { kind: 'long-poll', address, poll, data: data ?? {} } as LongPoll;
}
