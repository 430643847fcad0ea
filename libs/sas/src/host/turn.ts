import type { HostMessage } from '../codec/index.js';
import { introduceAgain, readMeters, realTimeTasks } from './asked-readings.js';
import { expireCommands } from './commands.js';
import { sendPoll } from './exchange.js';
import { writeAndWait } from './journalling.js';
import { beginRegistration } from './registration.js';
import { maximumPollsPerTurn, type ReadingSchedule } from './settings.js';
import type { Draft, MachineState, Manner, NextPoll, TurnDraft } from './state.js';
import { messageOf, metersKnownOf, taskOfCommand, type Task } from './tasks.js';
import { asSent, nextTransferTask } from './transfers.js';

/** Long polls in one turn, beside those that an event asks for. */
const longPollsPerTurn = 1;

/** Begins the turn of the machine whose cycle is due the longest. Answers whether one was due. */
export function startDueTurn(draft: Draft): boolean {
  const { line, now } = draft;
  const index = dueMachine(line.machines, now.elapsedMs);
  const machine = line.machines[index];
  if (!machine) return false;
  const latenessMs = now.elapsedMs - machine.nextCycleAt;
  const every = line.settings.pollEveryMs;
  machine.nextCycleAt += every * (1 + Math.floor(latenessMs / every));
  draft.effects.push({ type: 'cycle', machineId: machine.machineId, latenessMs });
  expireCommands(draft, machine);
  const turn = { index, next: firstPoll(machine), polls: 0, longPolls: 0 };
  line.turn = turn;
  proceed({ ...draft, turn, machine });
  return true;
}

function dueMachine(machines: readonly MachineState[], elapsedMs: number): number {
  let due = -1;
  let earliest = Infinity;
  for (const [index, { nextCycleAt }] of machines.entries()) {
    if (nextCycleAt > elapsedMs || nextCycleAt >= earliest) continue;
    due = index;
    earliest = nextCycleAt;
  }
  return due;
}

function firstPoll(machine: MachineState): NextPoll {
  if (machine.repeat) return 'repeat';
  // What a new machine's credits are worth is asked before its first event, which could not be told in money.
  return isStranger(machine) && machine.missedPolls % 2 === 0 ? 'long' : 'general';
}

const isStranger = ({ memory, met }: MachineState): boolean =>
  memory.denomination === null && !met && memory.online === null;

/** Sends the turn's next poll, or ends the turn. */
export function proceed(draft: TurnDraft): void {
  const { turn } = draft;
  if (turn.polls >= maximumPollsPerTurn) return end(draft);
  switch (turn.next) {
    case 'repeat':
      return repeat(draft);
    case 'general':
      return sendGeneralPoll(draft, 'acknowledging');
    case 'long': {
      const task = nextTask(draft);
      return task ? sendTask(draft, task) : end(draft);
    }
    case 'end':
      return end(draft);
  }
}

function end({ line }: TurnDraft): void {
  line.turn = null;
}

function repeat(draft: TurnDraft): void {
  const { machine } = draft;
  const task = stillWanted(machine, machine.repeat?.task ?? null);
  machine.repeat = { task, tried: true };
  if (task) sendPoll(draft, { message: messageFor(draft, task), task, manner: 'repeating' });
  else sendGeneralPoll(draft, 'repeating');
}

/**
 * After a restart the poll that was on the line is repeated. So the journal must not name a long poll any more when a general poll
 * goes out: the long poll would then acknowledge an event that was never heard.
 */
function sendGeneralPoll(draft: TurnDraft, manner: Manner): void {
  const { machine } = draft;
  const message: HostMessage = { kind: 'general-poll', address: machine.address };
  const poll = { message, task: null, manner };
  if (machine.closing !== null) draft.line.awaiting = { token: machine.closing, send: poll };
  else if (machine.memory.longPoll === null) sendPoll(draft, poll);
  else writeAndWait(draft, { bodies: [], memory: { ...machine.memory, longPoll: null, longPollData: null } }, poll);
}

/** A command is not sent again past its deadline, not even to hear an answer. */
function stillWanted(machine: MachineState, task: Task | null): Task | null {
  if (task?.commandId === undefined || task.poll === 'transfer') return task;
  return machine.commands.some(({ id }) => id === task.commandId) ? task : null;
}

function nextTask(draft: TurnDraft): Task | null {
  const { turn, machine, line, now } = draft;
  const [first] = machine.tasks;
  if (first?.poll === 'handpay') return first;
  if (turn.longPolls >= longPollsPerTurn) return null;
  if (isStranger(machine)) return { poll: 'identity' };
  const transfer = nextTransferTask(draft);
  if (transfer) return transfer;
  const command = nextCommandTask(draft);
  if (command) return command;
  if (machine.tasks.length === 0) schedule(machine, line.settings.schedule, now.elapsedMs);
  return machine.tasks[0] ?? null;
}

/** The poll of the command that waits first. Readings are begun instead, and settle it when they are done. */
function nextCommandTask({ machine }: TurnDraft): Task | null {
  const command = machine.commands.find(({ kind }) => kind !== 'transfer');
  if (!command) return null;
  const { id: commandId } = command;
  if (command.kind === 'read-meters') {
    const asked = machine.meters?.commandId === commandId || machine.gameMeters?.commandId === commandId;
    if (!asked) readMeters(machine, 'request', commandId);
    return null;
  }
  if (command.kind === 'transfer-registration') {
    if (machine.registration?.commandId !== commandId) {
      beginRegistration(machine, command.registered ? 'registered' : 'cancelled', commandId);
    }
    return null;
  }
  if (command.kind === 'read-identity') {
    if (machine.identity?.commandId !== commandId) introduceAgain(machine, commandId);
    return null;
  }
  if (command.kind === 'reset-handpay' && command.toCredits && machine.creditedReset !== commandId) {
    return { poll: 'handpayResetMethod', data: { method: 0x01 }, commandId };
  }
  return taskOfCommand(command);
}

function schedule(machine: MachineState, every: ReadingSchedule, elapsedMs: number): void {
  if (elapsedMs >= machine.nextMetersAt) {
    readMeters(machine, 'schedule');
  } else if (elapsedMs >= machine.nextClockAt) {
    machine.nextClockAt = elapsedMs + every.clockMs;
    // A line that was bad for a while may have made the machine look as if it did not know them.
    machine.extendedMeters = metersKnownOf(machine.profile);
    machine.gameMetersAnswered = true;
    machine.tasks = [...(machine.realTimeEvents ? [] : realTimeTasks(machine)), { poll: 'time' }];
  }
}

const messageFor = ({ machine, line, now }: TurnDraft, task: Task): HostMessage =>
  messageOf(task, machine.address, line.settings.localTime(now.epochMs));

/**
 * A long poll is journalled before it goes out: an event may come in place of its answer, and after a restart only the same poll
 * brings that event again.
 */
function sendTask(draft: TurnDraft, task: Task): void {
  const { machine, turn } = draft;
  turn.longPolls += 1;
  const message = messageFor(draft, task);
  const command = task.commandId ?? machine.memory.command;
  const longPollData = task.data === undefined ? null : { ...task.data };
  const { transfer: before } = machine.memory;
  const transfer = before && task.poll === 'transfer' ? asSent(before) : before;
  const memory = { ...machine.memory, longPoll: task.poll, longPollData, command, transfer };
  const unchanged =
    memory.longPoll === machine.memory.longPoll &&
    command === machine.memory.command &&
    transfer === before &&
    JSON.stringify(longPollData) === JSON.stringify(machine.memory.longPollData);
  if (unchanged) {
    sendPoll(draft, { message, task, manner: 'repeating' });
  } else {
    writeAndWait(draft, { bodies: [], memory }, { message, task, manner: 'repeating' });
  }
}
