import { denominationOfCode, type Answer } from '#sas';

/** What was learnt of one machine by asking. */
export interface Findings {
  readonly answers: readonly Answer[];
  /** From a poll's last byte to its answer's first, in milliseconds, over all that were answered. */
  readonly firstByteMs: readonly number[];
  /** Answers that were not whole or had a wrong checksum. */
  readonly broken: number;
}

/** The wire's own limit, in milliseconds. */
const allowedMs = 20;
/** In 1/10 000 of the currency's unit. */
const unit = 10_000;
const knowsAft = 0x40;
const knowsExtendedMeters = 0x08;
const redeemsTickets = 0x80;

type Told<Poll extends Answer['poll']> = Extract<Answer, { poll: Poll }>['data'];

const told = <Poll extends Answer['poll']>({ answers }: Findings, poll: Poll): Told<Poll> | undefined =>
  answers.find((answer) => answer.poll === poll)?.data as Told<Poll> | undefined;

const listed = (parts: readonly (string | undefined | false)[]): string => parts.filter(Boolean).join(', ');

function whoItIs(address: number, findings: Findings): string {
  const version = told(findings, 'versionAndSerial');
  const identity = told(findings, 'identity');
  const games = told(findings, 'numberOfGames')?.games;
  const credits = told(findings, 'currentCredits')?.value;
  const denomination = identity && denominationOfCode(identity.denominationCode);
  const parts = listed([
    version && `SAS ${version.version.charAt(0)}.${version.version.slice(1)}, serial number ${version.serial.trim()}`,
    identity && `game ${identity.gameId} ${identity.payTable.trim()}`,
    denomination ? `${denomination / unit} a credit` : identity && 'no denomination',
    games !== undefined && `${games} ${games === 1 ? 'game' : 'games'}`,
    credits !== undefined && `${credits} credits`,
  ]);
  return `machine ${address} is there${parts === '' ? '' : `: ${parts}`}`;
}

function whatItKnows(findings: Findings): string | undefined {
  const features = told(findings, 'features');
  const lock = told(findings, 'lockAndStatus');
  const extended = told(findings, 'extendedMeters');
  const knows = listed([
    extended && 'extended meters (6F)',
    lock && `AFT, asset number ${lock.asset}`,
    features && (features.features1 & redeemsTickets) !== 0 && 'tickets',
  ]);
  const contradicts = listed([
    features && !extended && (features.features2 & knowsExtendedMeters) !== 0 && 'extended meters',
    features && !lock && (features.features2 & knowsAft) !== 0 && 'AFT',
  ]);
  const lines = [
    knows !== '' && `  answers to ${knows}`,
    contradicts !== '' && `  says that it knows ${contradicts}, and was silent to it`,
    !extended && '  is silent to 6F: profile no-extended-meters',
    !lock && '  is silent to 74: profile no-aft',
  ];
  return lines.filter(Boolean).join('\n') || undefined;
}

function howItsClockIs(findings: Findings, now: Date): string | undefined {
  const time = told(findings, 'time')?.time;
  if (time === undefined) return undefined;
  const seconds = Math.round((Date.parse(`${time}Z`) - now.getTime()) / 1000);
  return `  its clock shows ${time.replace('T', ' ')}, ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} universal time`;
}

function howItAnswers({ firstByteMs, broken }: Findings): string {
  const [least, most] = [Math.min(...firstByteMs), Math.max(...firstByteMs)];
  const slow = most > allowedMs ? ` (the wire allows ${allowedMs}: answerWithinMs)` : '';
  const faults = broken > 0 ? `; ${broken} answers were broken: noise, or another machine at this address` : '';
  return `  first byte after ${least.toFixed(1)} to ${most.toFixed(1)} ms${slow}${faults}`;
}

/** What a technician wants to know about a machine that answered. */
export function summaryOf(address: number, findings: Findings, now: Date): string[] {
  const lines = [
    whoItIs(address, findings),
    whatItKnows(findings),
    howItsClockIs(findings, now),
    findings.firstByteMs.length > 0 ? howItAnswers(findings) : undefined,
  ];
  return lines.filter((line) => line !== undefined);
}

/** What to look at where nothing came. */
export const adviceOf = (address: number, broken: number): string[] =>
  broken > 0
    ? [
        `machine ${address} did not answer as a machine does: ${broken} answers were broken`,
        '  noise: a common ground, the speed (19 200 baud), two machines at one address',
      ]
    : [
        `machine ${address} did not answer`,
        '  look at: the address in its menu (not 0), whether its SAS port is on, TX and RX, a common ground, the ninth bit',
      ];
