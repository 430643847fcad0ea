import { denominationOfCode, meterKey, type Answer } from '../codec/index.js';
import { remember, write, writeAndWait, writeFact } from './journalling.js';
import { maximumClockOffsetMs } from './settings.js';
import type { MachineState, TurnDraft } from './state.js';
import { identityTasks, isIdentityTask, isMeterTask, meterTasks, type MetersTrigger } from './tasks.js';

/** Meter codes of what long poll 0F answers. */
const metersOf0F = {
  cancelledCredits: '04',
  coinIn: '00',
  coinOut: '01',
  drop: '24',
  jackpot: '02',
  gamesPlayed: '05',
} as const;
const currentCreditsMeter = '0C';

/** Begins a snapshot. One that is on its way for a lesser reason is begun again. */
export function readMeters(machine: MachineState, trigger: MetersTrigger): void {
  machine.tasks = [...machine.tasks.filter((task) => !isMeterTask(task)), ...meterTasks(machine.extendedMeters)];
  machine.meters = { trigger, meters: {} };
}

/** What is asked of a machine that has come to the line: events in real time, which alone tell a game's wager; who it is, its meters, its clock. */
export function introduce(machine: MachineState, trigger: MetersTrigger): void {
  machine.realTimeEvents = false;
  machine.extendedMeters = true;
  machine.identity = {};
  const handpays = machine.tasks.filter(({ poll }) => poll === 'handpay');
  machine.tasks = [...handpays, { poll: 'realTimeEvents' }, ...identityTasks()];
  readMeters(machine, trigger);
  machine.tasks = [...machine.tasks, { poll: 'time' }];
}

/** Takes in the data of a long poll. The poll's task is already off the machine's list. */
export function takeAnswer(draft: TurnDraft, answer: Answer, frame: string): void {
  const { machine } = draft;
  switch (answer.poll) {
    case 'meters':
      return addMeters(
        machine,
        Object.entries(metersOf0F).map(([name, code]) => [code, answer.data[name as keyof typeof metersOf0F]]),
      );
    case 'currentCredits':
      machine.credits = answer.data.value;
      return addMeters(machine, [[currentCreditsMeter, answer.data.value]]);
    case 'selectedMeters':
    case 'extendedMeters':
      machine.credits = answer.data.meters.find(({ code }) => code === 0x0c)?.value ?? machine.credits;
      return addMeters(
        machine,
        answer.data.meters.flatMap(({ code, value }): [string, number][] =>
          value === null ? [] : [[meterKey(code), value]],
        ),
      );
    case 'handpay':
      return takeHandpay(draft, answer.data, frame);
    case 'identity': {
      const { gameId, maxBet, payTable, basePercent, denominationCode } = answer.data;
      machine.identity = { ...machine.identity, gameId, maxBet, payTable, basePercent };
      const denomination = denominationOfCode(denominationCode);
      if (denomination !== null) remember(draft, machine, { denomination });
      return;
    }
    case 'versionAndSerial':
      machine.identity = {
        ...machine.identity,
        sasVersion: answer.data.version,
        serial: answer.data.serial.trim(),
      };
      return;
    case 'numberOfGames':
      machine.identity = { ...machine.identity, games: answer.data.games };
      return;
    case 'selectedGame':
      machine.identity = { ...machine.identity, selectedGame: answer.data.game };
      return remember(draft, machine, { selectedGame: answer.data.game });
    case 'time':
      return checkClock(draft, answer.data.time);
    default:
      return;
  }
}

function addMeters(machine: MachineState, readings: readonly (readonly [string, number])[]): void {
  const reading = machine.meters ?? { trigger: 'schedule' as const, meters: {} };
  machine.meters = { ...reading, meters: { ...reading.meters, ...Object.fromEntries(readings) } };
}

type HandpayRecord = Extract<Answer, { poll: 'handpay' }>['data'];

/** A record of nothing was reported before; the same bytes before a reset are the machine's repetition. */
function takeHandpay(draft: TurnDraft, record: HandpayRecord, frame: string): void {
  const { machine } = draft;
  const { denomination, handpay } = machine.memory;
  const { progressiveGroup, level, amount, partialPay, resetId } = record;
  if (amount === 0 && level === 0 && partialPay === 0) return;
  if (frame === handpay || denomination === null) return;
  const memory = { ...machine.memory, handpay: frame, longPoll: null };
  const body = {
    kind: 'handpay-requested' as const,
    credits: amount,
    denomination,
    progressiveGroup,
    level,
    partialPay,
    resetId,
  };
  writeAndWait(draft, { bodies: [body], memory, frame });
}

/** Writes what is complete: a snapshot once none of its polls waits, an identity once none of its does. */
export function finishReadings(draft: TurnDraft): void {
  const { machine } = draft;
  if (machine.meters && !machine.tasks.some(isMeterTask)) finishMeters(draft);
  if (machine.identity && !machine.tasks.some(isIdentityTask)) finishIdentity(draft);
}

function finishMeters(draft: TurnDraft): void {
  const { machine } = draft;
  const { denomination } = machine.memory;
  const reading = machine.meters;
  machine.meters = null;
  const every = draft.line.settings.schedule;
  machine.nextMetersAt =
    draft.now.elapsedMs + (machine.credits > 0 ? every.metersWithCreditsMs : every.metersWithoutCreditsMs);
  if (!reading || denomination === null || Object.keys(reading.meters).length === 0) return;
  const text = JSON.stringify(reading.meters);
  if (reading.trigger === 'schedule' && text === machine.lastMeters) return;
  machine.lastMeters = text;
  writeFact(draft, machine, { kind: 'meters-read', ...reading, denomination });
}

function finishIdentity(draft: TurnDraft): void {
  const { machine } = draft;
  const { denomination } = machine.memory;
  const identity = machine.identity;
  machine.identity = null;
  if (identity?.gameId === undefined || denomination === null) return;
  const { sasVersion = '', serial = '', gameId, maxBet = 0, payTable = '', basePercent = '' } = identity;
  const { games = 0, selectedGame = 0 } = identity;
  writeFact(draft, machine, {
    kind: 'identity-read',
    ...{ sasVersion, serial, gameId, denomination, maxBet, payTable, basePercent, games, selectedGame },
  });
}

const instantOf = (localTime: string): number => Date.parse(`${localTime}Z`);

function checkClock(draft: TurnDraft, machineTime: string): void {
  const { machine, now, line } = draft;
  const offsetMs = instantOf(machineTime) - instantOf(line.settings.localTime(now.epochMs));
  if (Math.abs(offsetMs) <= maximumClockOffsetMs) return;
  write(draft, machine, { bodies: [{ kind: 'clock-off', machineTime, offsetMs }], memory: machine.memory }, 'soon');
  machine.tasks = [...machine.tasks, { poll: 'setTime' }];
}
