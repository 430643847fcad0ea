import { bcd, binary, coded, unused } from '../fields.js';
import { list } from '../variable-fields.js';
import { acknowledgement, noFields, opaquePoll, type PollTable } from './shape.js';

const mostLevels = 32;
const meter = bcd(4);
const win = { group: binary(1), level: binary(1), amount: bcd(5) } as const;
const levels = list({ level: binary(1), amount: bcd(5) }, mostLevels);
const taxStatus = coded({ 0x00: 'deductible', 0x01: 'non-deductible', 0x02: 'wager match' });

const gameMeter = <const Code extends number, const Name extends string>(code: Code, name: Name) =>
  ({
    code,
    name,
    type: 'M',
    certainty: 'K',
    request: { game: bcd(2) },
    response: { game: bcd(2), value: meter },
  }) as const;

/** Handpays, progressives, bonuses, tournaments. */
export const winPolls = {
  handpay: {
    code: 0x1b,
    name: 'handpay information',
    type: 'R',
    certainty: '2+',
    request: noFields,
    /** Whether the amount is credits or cents is not agreed; a profile says. */
    response: {
      progressiveGroup: binary(1),
      level: binary(1),
      amount: bcd(5),
      partialPay: bcd(2),
      resetId: coded({ 0x00: 'standard reset only', 0x01: 'to the credit meter as well' }),
      reserved: unused(10),
    },
  },
  progressive: {
    code: 0x80,
    name: 'progressive amount of one level',
    type: 'S',
    certainty: 'V',
    broadcast: true,
    request: win,
    response: acknowledgement,
  },
  cumulativeProgressiveWins: {
    code: 0x83,
    name: 'cumulative progressive wins of a game',
    type: 'M',
    certainty: 'D',
    request: { game: bcd(2) },
    response: { game: bcd(2), value: meter },
  },
  progressiveWin: {
    code: 0x84,
    name: 'progressive win',
    type: 'R',
    certainty: '2+',
    request: noFields,
    response: win,
  },
  sasProgressiveWin: {
    code: 0x85,
    name: 'SAS progressive win',
    type: 'R',
    certainty: '2+',
    request: noFields,
    response: win,
  },
  progressiveLevels: {
    code: 0x86,
    name: 'progressive amounts of several levels',
    type: 'S',
    certainty: 'D',
    broadcast: true,
    request: { group: binary(1), levels },
    response: acknowledgement,
    lengthByte: { request: true },
  },
  sasProgressiveWins: {
    code: 0x87,
    name: 'several SAS progressive wins',
    type: 'R',
    certainty: 'K',
    request: noFields,
    response: { group: binary(1), levels },
    lengthByte: { response: true },
  },
  legacyBonus: {
    code: 0x8a,
    name: 'legacy bonus award',
    type: 'S',
    certainty: '2+',
    request: { amount: meter, taxStatus },
    response: acknowledgement,
  },
  multipliedJackpot: opaquePoll(0x8b, 'multiplied jackpots of a game', 'M'),
  tournament: opaquePoll(0x8c, 'enter or leave tournament', 'M'),
  legacyBonusWin: {
    code: 0x90,
    name: 'legacy bonus win',
    type: 'R',
    certainty: 'K',
    request: noFields,
    response: { multiplier: binary(1), multipliedWin: meter, taxStatus, bonus: meter },
  },
  tournamentGamesPlayed: gameMeter(0x95, 'tournament games played'),
  tournamentGamesWon: gameMeter(0x96, 'tournament games won'),
  tournamentWagered: gameMeter(0x97, 'tournament credits wagered'),
  tournamentWon: gameMeter(0x98, 'tournament credits won'),
  tournamentMeters: {
    code: 0x99,
    name: 'tournament meters',
    type: 'M',
    certainty: 'K',
    request: { game: bcd(2) },
    response: { game: bcd(2), gamesPlayed: meter, gamesWon: meter, wagered: meter, won: meter },
  },
  legacyBonusMeters: {
    code: 0x9a,
    name: 'legacy bonus meters',
    type: 'M',
    certainty: '2+',
    request: { game: bcd(2) },
    response: { game: bcd(2), deductible: meter, nonDeductible: meter, wagerMatch: meter },
  },
  progressiveAccounting: opaquePoll(0x77, 'progressive accounting', 'S'),
  progressiveBroadcast: opaquePoll(0x7a, 'extended progressive broadcast', 'S'),
} as const satisfies PollTable;
