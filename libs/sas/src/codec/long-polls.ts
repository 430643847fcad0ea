import { localTime } from './date-time.js';
import { ascii, asciiToTheEnd, bcd, binary, flag, unused, type Fields, type ValuesOf } from './fields.js';
import { extendedMeterCodes, extendedMeterReadings, meterCodes, meterReadings } from './meter-fields.js';

/** R reads and has no CRC in its request; S sets; M is about one game, 0000 for the whole machine; G may be broadcast. */
export type PollType = 'R' | 'S' | 'M';

interface PollShape {
  readonly code: number;
  readonly name: string;
  readonly type: PollType;
  /** May also be sent to address 0, to all machines; nobody answers then. */
  readonly broadcast?: true;
  readonly request: Fields;
  /** `acknowledgement`: one byte, the address, with its highest bit set for a refusal. */
  readonly response: Fields | 'acknowledgement';
  /** A length byte follows the command and counts what comes after it, the CRC not. */
  readonly lengthByte?: { readonly request?: true; readonly response?: true };
}

const noFields = {} as const;
const acknowledgement = 'acknowledgement';
const serialBytes = 40;

/** The long polls: one table for host and machine. Amounts are credits of the accounting denomination. */
export const longPolls = {
  lockPlay: { code: 0x01, name: 'shutdown (lock out play)', type: 'S', request: noFields, response: acknowledgement },
  unlockPlay: { code: 0x02, name: 'startup', type: 'S', request: noFields, response: acknowledgement },
  realTimeEvents: {
    code: 0x0e,
    name: 'real-time event reporting on or off',
    type: 'S',
    request: { enable: flag },
    response: acknowledgement,
  },
  meters: {
    code: 0x0f,
    name: 'meters 10 to 15',
    type: 'R',
    request: noFields,
    response: {
      cancelledCredits: bcd(4),
      coinIn: bcd(4),
      coinOut: bcd(4),
      drop: bcd(4),
      jackpot: bcd(4),
      gamesPlayed: bcd(4),
    },
  },
  currentCredits: {
    code: 0x1a,
    name: 'current credits',
    type: 'R',
    request: noFields,
    response: { currentCredits: bcd(4) },
  },
  handpay: {
    code: 0x1b,
    name: 'handpay information',
    type: 'R',
    request: noFields,
    response: {
      progressiveGroup: binary(1),
      level: binary(1),
      amount: bcd(5),
      partialPay: bcd(2),
      resetId: binary(1),
      reserved: unused(10),
    },
  },
  identity: {
    code: 0x1f,
    name: 'machine id and information',
    type: 'R',
    request: noFields,
    response: {
      gameId: ascii(2),
      additionalId: ascii(3),
      denominationCode: binary(1),
      maxBet: binary(1),
      progressiveGroup: binary(1),
      options: binary(2),
      payTable: ascii(6),
      basePercent: ascii(4),
    },
  },
  selectedMeters: {
    code: 0x2f,
    name: 'selected meters of a game',
    type: 'M',
    request: { game: bcd(2), codes: meterCodes },
    response: { game: bcd(2), meters: meterReadings },
    lengthByte: { request: true, response: true },
  },
  numberOfGames: {
    code: 0x51,
    name: 'number of games implemented',
    type: 'R',
    request: noFields,
    response: { games: bcd(2) },
  },
  versionAndSerial: {
    code: 0x54,
    name: 'SAS version and serial number',
    type: 'R',
    request: noFields,
    response: { version: ascii(3), serial: asciiToTheEnd(serialBytes) },
    lengthByte: { response: true },
  },
  selectedGame: {
    code: 0x55,
    name: 'selected game number',
    type: 'R',
    request: noFields,
    response: { game: bcd(2) },
  },
  extendedMeters: {
    code: 0x6f,
    name: 'extended meters of a game',
    type: 'M',
    request: { game: bcd(2), codes: extendedMeterCodes },
    response: { game: bcd(2), meters: extendedMeterReadings },
    lengthByte: { request: true, response: true },
  },
  time: { code: 0x7e, name: 'date and time', type: 'R', request: noFields, response: { time: localTime } },
  setTime: {
    code: 0x7f,
    name: 'set date and time',
    type: 'S',
    broadcast: true,
    request: { time: localTime },
    response: acknowledgement,
  },
} as const satisfies Readonly<Record<string, PollShape>>;

export type PollName = keyof typeof longPolls;
export type PollDefinition = PollShape & { readonly poll: PollName };
export type RequestData<Name extends PollName> = ValuesOf<(typeof longPolls)[Name]['request']>;
/** Polls that are answered with data, and those that are answered with one byte. */
export type ReadPollName = {
  [Name in PollName]: (typeof longPolls)[Name]['response'] extends 'acknowledgement' ? never : Name;
}[PollName];
export type SetPollName = Exclude<PollName, ReadPollName>;
export type ResponseData<Name extends ReadPollName> = ValuesOf<(typeof longPolls)[Name]['response']>;

const definitions = new Map<PollName, PollDefinition>();
const definitionsByCode = new Map<number, PollDefinition>();
for (const poll of Object.keys(longPolls) as PollName[]) {
  const definition: PollDefinition = { ...longPolls[poll], poll };
  definitions.set(poll, definition);
  definitionsByCode.set(definition.code, definition);
}

/** Every long poll of the table. */
export const pollDefinitions: readonly PollDefinition[] = [...definitions.values()];

export function definitionOf(poll: PollName): PollDefinition {
  const definition = definitions.get(poll);
  if (!definition) throw new RangeError(`no long poll "${poll}"`);
  return definition;
}

export const definitionOfCode = (code: number): PollDefinition | undefined => definitionsByCode.get(code);
