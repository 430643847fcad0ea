import { meterKey, type Answer } from '../codec/index.js';
import { takeRecord } from './asked-records.js';
import { settle } from './commands.js';
import { finishGames, readGameMeters, takeGameAnswer, withoutGamePoll } from './game-readings.js';
import { finishConfiguration, finishIdentity, takeConfiguration, takeIdentity } from './identity-readings.js';
import { write, writeAndWait, writeFact } from './journalling.js';
import { scheduledOf } from './meter-blocks.js';
import { judgeMeters } from './meter-epochs.js';
import { takeRegistration } from './registration.js';
import { centDenomination, maximumClockOffsetMs, metersAfterCreditsMs } from './settings.js';
import type { MachineState, TurnDraft } from './state.js';
import { isConfigurationTask, isIdentityTask, isMeterTask, meterTasks, type Task } from './tasks.js';
import { takeTransferAnswer } from './transfers.js';

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

/** A poll that stayed unanswered: the machine is asked in the other form that it may know. */
export function withoutPoll(machine: MachineState, task: Task): void {
  const { poll, data } = task;
  const { extendedMeters } = machine;
  withoutGamePoll(machine, task);
  if (poll === 'extendedMetersTwin') {
    machine.extendedMeters = { ...extendedMeters, twin: false };
    const others = machine.tasks.map((task) =>
      task.poll === 'extendedMetersTwin' ? { ...task, poll: 'extendedMeters' as const } : task,
    );
    machine.tasks = [{ poll: 'extendedMeters', ...(data === undefined ? {} : { data }) }, ...others];
  }
  if (poll === 'extendedMeters') {
    machine.extendedMeters = { answered: false, twin: false };
    machine.tasks = [
      ...meterTasks(machine.extendedMeters, false),
      ...machine.tasks.filter((task) => !isMeterTask(task)),
    ];
  }
  if (poll === 'features' && !machine.featuresAsRead) {
    machine.featuresAsRead = true;
    machine.tasks = [{ poll: 'featuresAsRead' }, ...machine.tasks];
  }
}

/** Takes in the data of a long poll. The poll's task is already off the machine's list. */
export function takeAnswer(draft: TurnDraft, task: Task, answer: Answer, frame: string): void {
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
    case 'extendedMetersTwin':
      machine.credits = answer.data.meters.find(({ code }) => code === 0x0c)?.value ?? machine.credits;
      return addMeters(
        machine,
        answer.data.meters.flatMap(({ code, value }): [string, number][] =>
          value === null ? [] : [[meterKey(code), value]],
        ),
      );
    case 'handpay':
      return takeHandpay(draft, answer.data, frame);
    case 'transfer':
      return takeTransferAnswer(draft, task, answer.data, frame);
    case 'handpayReset':
    case 'handpayResetMethod':
      return takeReset(draft, task, answer.poll, answer.data.status);
    case 'registration':
      return takeRegistration(draft, task, answer.data);
    case 'time':
      return checkClock(draft, answer.data.time);
    default:
      takeIdentity(draft, answer);
      takeConfiguration(draft, task, answer);
      takeGameAnswer(draft, answer);
      takeRecord(draft, answer, frame);
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
    denomination: machine.profile.handpayAmounts === 'cents' ? centDenomination : denomination,
    progressiveGroup,
    level,
    partialPay,
    resetId,
  };
  writeAndWait(draft, { bodies: [body], memory, frame });
}

const resetRefusals: Readonly<Record<number, string>> = { 0x01: 'the machine cannot', 0x02: 'no handpay is pending' };

function takeReset(draft: TurnDraft, { commandId }: Task, poll: string, status: number): void {
  const { machine } = draft;
  if (commandId === undefined) return;
  if (status !== 0) return settle(draft, machine, commandId, 'refused', resetRefusals[status] ?? `status ${status}`);
  if (poll === 'handpayResetMethod') machine.creditedReset = commandId;
  else settle(draft, machine, commandId, 'acknowledged');
}

/** Writes what is complete: a snapshot once none of its polls waits, an identity once none of its does. */
export function finishReadings(draft: TurnDraft): void {
  const { machine } = draft;
  if (machine.meters && !machine.tasks.some(isMeterTask)) finishMeters(draft);
  if (machine.identity && !machine.tasks.some(isIdentityTask)) finishIdentity(draft);
  if (machine.configuration && !machine.tasks.some(isConfigurationTask)) finishConfiguration(draft);
  finishGames(draft);
}

function finishMeters(draft: TurnDraft): void {
  const { machine } = draft;
  const { denomination } = machine.memory;
  const reading = machine.meters;
  machine.meters = null;
  const every = draft.line.settings.schedule;
  const onSchedule = machine.credits > 0 ? every.metersWithCreditsMs : every.metersWithoutCreditsMs;
  machine.nextMetersAt = draft.now.elapsedMs + (machine.creditsMoved ? metersAfterCreditsMs : onSchedule);
  if (!reading || denomination === null || Object.keys(reading.meters).length === 0) return;
  const { commandId, ...snapshot } = reading;
  const text = JSON.stringify(scheduledOf(reading.meters));
  if (reading.trigger !== 'schedule' || text !== machine.lastMeters) {
    machine.lastMeters = text;
    writeFact(draft, machine, { kind: 'meters-read', ...snapshot, denomination });
    judgeMeters(draft, reading.meters, denomination);
  }
  if (reading.trigger !== 'schedule' && readGameMeters(machine, reading.trigger, commandId)) return;
  if (commandId !== undefined) settle(draft, machine, commandId, 'acknowledged');
}

const instantOf = (localTime: string): number => Date.parse(`${localTime}Z`);

function checkClock(draft: TurnDraft, machineTime: string): void {
  const { machine, now, line } = draft;
  const offsetMs = instantOf(machineTime) - instantOf(line.settings.localTime(now.epochMs));
  if (Math.abs(offsetMs) <= maximumClockOffsetMs) return;
  write(draft, machine, { bodies: [{ kind: 'clock-off', machineTime, offsetMs }], memory: machine.memory }, 'soon');
  machine.tasks = [...machine.tasks, { poll: 'setTime' }];
}
