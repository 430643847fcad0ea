import type { FactBody } from '#gateway-protocol';

import { exceptionCodes, highestBit, isIdle, type DeferredAnswer, type MachineMessage } from '../codec/index.js';
import { introduce, readMeters } from './asked-readings.js';
import { settle } from './commands.js';
import { codeOf, interpretEvent, isRepeatedEvent, type EventMessage } from './events.js';
import { announcesRecord, followUp, isReissued } from './follow-ups.js';
import { closeLongPoll, isoOf, remember, writeAndWait, writeFact } from './journalling.js';
import { finishReadings, takeAnswer, withoutPoll } from './readings.js';
import { giveUpRegistration } from './registration.js';
import { missedPollsUntilOffline } from './settings.js';
import type { Exchange, TurnDraft } from './state.js';
import { isCommandPoll, type Task } from './tasks.js';
import { proceed } from './turn.js';

/** A whole, valid answer. */
export function hear(draft: TurnDraft, exchange: Exchange, message: MachineMessage, frame: string): void {
  draft.line.exchange = null;
  present(draft);
  if (message.kind === 'exception' || message.kind === 'real-time-event') {
    hearEvent(draft, exchange, message, frame);
  } else if (message.kind === 'deferred-answer') {
    hearDeferred(draft, message, frame);
  } else {
    hearReply(draft, exchange, message, frame);
  }
  if (draft.line.awaiting === null) proceed(draft);
}

function present(draft: TurnDraft): void {
  const { machine } = draft;
  machine.missedPolls = 0;
  machine.lastAnswerAt = isoOf(draft);
  machine.repeat = null;
  const returned = machine.memory.online !== true;
  if (returned) {
    writeFact(draft, machine, { kind: 'came-online' }, { ...machine.memory, online: true });
    draft.effects.push({ type: 'log', machineId: machine.machineId, message: 'machine came online' });
  }
  if (returned || !machine.met) introduce(machine, machine.met ? 'online' : 'start');
  machine.met = true;
}

function hearEvent(draft: TurnDraft, exchange: Exchange, message: EventMessage, frame: string): void {
  const { machine, turn } = draft;
  const code = codeOf(message);
  if (isIdle(code)) {
    machine.recovering = false;
    turn.next = 'long';
    return remember(draft, machine, { outstanding: null });
  }
  if (message.kind === 'exception' && code === (highestBit | machine.address) && machine.profile.busyByGeneralPoll) {
    turn.next = 'end';
    return;
  }
  // In place of a long poll's answer: the poll had none, and has its turn again once this is acknowledged.
  if (exchange.task) turn.longPolls = Math.max(0, turn.longPolls - 1);
  turn.next = 'general';
  const asBefore = isRepeatedEvent(message, frame, machine.memory.outstanding, machine.recovering);
  const repeated = isReissued(draft, code) || asBefore;
  machine.recovering = false;
  if (!repeated) writeEvent(draft, message, frame);
  followUp(draft, code, repeated);
}

function writeEvent(draft: TurnDraft, message: EventMessage, frame: string): void {
  const { memory } = draft.machine;
  const record = announcesRecord(codeOf(message)) ? null : memory.record;
  const outcome = interpretEvent(message, memory, { at: isoOf(draft), frame });
  const next = { ...outcome.memory, outstanding: frame, longPoll: null, record };
  writeAndWait(draft, { bodies: outcome.facts, memory: next, frame, gameFrame: memory.game?.frame });
}

type Reply = Exclude<MachineMessage, EventMessage | DeferredAnswer>;

const seedOf = ({ data }: Task): number =>
  data !== undefined && 'seed' in data && typeof data.seed === 'number' ? data.seed : 0;

/** The result of an earlier poll, in answer to a general poll; the next poll erases it in the machine. */
function hearDeferred(draft: TurnDraft, { data }: DeferredAnswer, frame: string): void {
  const { machine, turn } = draft;
  turn.next = 'general';
  const body: FactBody = { kind: 'rom-signature-read', seed: machine.signatureSeed ?? 0, signature: data.signature };
  machine.signatureSeed = null;
  writeAndWait(draft, { bodies: [body], memory: { ...machine.memory, outstanding: frame, longPoll: null }, frame });
}

function hearReply(draft: TurnDraft, { task }: Exchange, reply: Reply, frame: string): void {
  const { machine, turn } = draft;
  machine.recovering = false;
  turn.next = turn.next === 'repeat' ? 'general' : 'end';
  if (!task || reply.kind === 'busy') return;
  if (task.commandId !== undefined && (reply.kind === 'acknowledged' || reply.kind === 'refused') && !isMoney(task)) {
    if (task.poll === 'romSignature' && reply.kind === 'acknowledged') machine.signatureSeed = seedOf(task);
    return settle(draft, machine, task.commandId, reply.kind);
  }
  if (reply.kind === 'refused' && !isSetting(task)) return;
  drop(draft, task);
  if (reply.kind === 'acknowledged' && task.poll === 'realTimeEvents') machine.realTimeEvents = true;
  if (reply.kind === 'answer') takeAnswer(draft, task, reply, frame);
  if (reply.kind === 'answer' && reply.poll === 'handpay') {
    turn.next = 'general';
    readMeters(machine, 'handpay');
  }
  finishReadings(draft);
  if (draft.line.awaiting === null) closeLongPoll(draft, machine);
}

const isMoney = ({ poll, commandId }: Task): boolean =>
  commandId !== undefined && (poll === 'transfer' || poll === 'lockAndStatus');

/** Polls that a machine may refuse for good. Others it only puts off. */
const isSetting = ({ poll }: Task): boolean => poll === 'realTimeEvents' || poll === 'setTime' || isCommandPoll(poll);

function drop({ machine }: TurnDraft, { poll, commandId }: Task): void {
  if (commandId !== undefined) return;
  const index = machine.tasks.findIndex((task) => task.poll === poll);
  if (index >= 0) machine.tasks = machine.tasks.toSpliced(index, 1);
}

/** No answer, after all repetitions. */
export function miss(draft: TurnDraft, { task }: Exchange): void {
  const { machine, turn, line } = draft;
  line.exchange = null;
  const tried = machine.repeat?.tried === true;
  machine.repeat = null;
  turn.next = 'end';
  if (task) missLongPoll(draft, task, tried);
  else missGeneralPoll(draft, tried);
  if (line.awaiting === null) proceed(draft);
}

/** It is repeated in the next turn, before anything acknowledges an event that its answer may have been; then given up. */
function missLongPoll(draft: TurnDraft, task: Task, tried: boolean): void {
  const { machine, turn } = draft;
  if (!machine.met) return missGeneralPoll(draft, tried);
  // A transfer without an answer is asked about, never sent again unasked.
  if (isMoney(task)) return;
  if (!tried) {
    machine.repeat = { task, tried: false };
    return;
  }
  turn.next = 'general';
  if (task.commandId !== undefined && !isMoney(task)) return;
  giveUp(draft, task);
}

function giveUp(draft: TurnDraft, task: Task): void {
  const { machine } = draft;
  drop(draft, task);
  draft.effects.push({ type: 'log', machineId: machine.machineId, message: 'long poll unanswered', detail: task.poll });
  if (machine.memory.transfer?.commandId === task.commandId && task.commandId !== undefined) return;
  withoutPoll(machine, task);
  if (task.poll === 'registration') giveUpRegistration(draft);
  if (task.poll === 'handpay') {
    writeFact(draft, machine, { kind: 'exception-reported', code: exceptionCodes.handpayPending, realTime: false });
  }
  finishReadings(draft);
}

function missGeneralPoll(draft: TurnDraft, tried: boolean): void {
  const { machine } = draft;
  machine.missedPolls += 1;
  const { missedPolls, lastAnswerAt, memory } = machine;
  if (missedPolls < missedPollsUntilOffline) {
    if (!tried && machine.met) machine.repeat = { task: null, tried: false };
    return;
  }
  if (memory.online === false) return;
  writeFact(draft, machine, { kind: 'went-offline', missedPolls, lastAnswerAt }, { ...memory, online: false });
  draft.effects.push({ type: 'log', machineId: machine.machineId, message: 'machine went offline' });
}
