import type { FactBody, MachineCommand } from '#gateway-protocol';

import type { ResponseData } from '../codec/index.js';
import { writeAndWait } from './journalling.js';
import type { TransferMemory } from './memory.js';
import type { MachineState, TurnDraft } from './state.js';
import type { Task } from './tasks.js';
import { acknowledge, interrogate } from './transfer-polls.js';

/** Between two questions about a transfer that a machine has not finished, in milliseconds. */
const askAgainMs = 1000;
/** Times that a transfer is sent which the machine says it never took up. */
const maximumSendings = 4;

const statusOnly = { code: 0xff, condition: 0, timeout: 0 };
/** How long a machine stays locked for a transfer at most, in hundredths of a second, as long poll 74 has it. */
const lockTimeout = 3000;
const unlock = { code: 0x80, condition: 0, timeout: 0 };
const lockStatus = { locked: 0x00, pending: 0x40 } as const;

const toMachine = 0x00;
const toHost = 0x80;
const status = { full: 0x00, partial: 0x01, pending: 0x40, refused: 0x80, busy: 0xc0 } as const;

/** Letters that a transaction id may have on the wire: 20, of the command's id, so that it is never used twice. */
const idLength = 20;
const transactionIdOf = (commandId: string): string => commandId.replaceAll('-', '').slice(0, idLength).toUpperCase();

/** The bytes of the transfer itself: all or nothing, without a receipt. */
function requestOf({ direction, cents, transactionId, asset, key }: TransferMemory): object {
  const transfer = {
    type: direction === 'to-machine' ? toMachine : toHost,
    ...{ cashable: cents, restricted: 0, nonRestricted: 0, flags: 0, asset, key, id: transactionId },
    ...{ expiration: 0, pool: 0, receipt: '', lock: null },
  };
  return { code: 0x00, entry: { index: 0, transfer } };
}

/** What a machine is asked next about the transfer at hand, or to begin the one that waits; null when there is none. */
export function nextTransferTask({ machine, now }: TurnDraft): Task | null {
  const { transfer } = machine.memory;
  if (transfer === null) {
    const [command] = machine.commands;
    if (command?.kind !== 'transfer' || Date.parse(command.deadline) <= now.epochMs) return null;
    return taskBefore(machine, command, now.elapsedMs);
  }
  const { phase, commandId } = transfer;
  switch (phase) {
    case 'ready':
      return { poll: 'transfer', data: requestOf(transfer), commandId };
    case 'sent':
      return { poll: 'transfer', data: interrogate, commandId };
    case 'pending':
      return now.elapsedMs < machine.nextInterrogationAt ? null : { poll: 'transfer', data: interrogate, commandId };
    case 'clearing':
    case 'told':
      return { poll: 'transfer', data: acknowledge, commandId };
  }
}

type TransferCommand = Extract<MachineCommand, { kind: 'transfer' }>;

/** Before a transfer the machine says who it is; one that wants that is locked first, and registered. */
function taskBefore(machine: MachineState, { id, direction }: TransferCommand, elapsedMs: number): Task | null {
  const { lockFirst } = machine.profile.transfers;
  if (machine.registration !== null || (lockFirst && elapsedMs < machine.nextInterrogationAt)) return null;
  if (!lockFirst || machine.lockAskedFor === id) return { poll: 'lockAndStatus', data: statusOnly, commandId: id };
  const condition = direction === 'to-machine' ? 0b01 : 0b10;
  return { poll: 'lockAndStatus', data: { code: 0x00, condition, timeout: lockTimeout }, commandId: id };
}

/** Whether the machine is locked where it has to be. One that waits for a game's end is asked again; one that did not lock, to lock again. */
function isLocked({ machine, now }: TurnDraft, id: string, lock: number): boolean {
  if (!machine.profile.transfers.lockFirst || lock === lockStatus.locked) return true;
  machine.lockAskedFor = lock === lockStatus.pending ? id : null;
  machine.nextInterrogationAt = now.elapsedMs + askAgainMs;
  return false;
}

/** The memory with which a transfer's poll goes out: from here on the machine may have it. */
export const asSent = (transfer: TransferMemory): TransferMemory =>
  transfer.phase === 'ready' ? { ...transfer, phase: 'sent', sendings: transfer.sendings + 1 } : transfer;

/** The machine said who it is: the transfer that waits is made ready, and its intent goes to disk before its first byte. */
export function prepareTransfer(draft: TurnDraft, { asset, lock }: ResponseData<'lockAndStatus'>): void {
  const { machine, line } = draft;
  const [command] = machine.commands;
  if (machine.memory.transfer !== null || command?.kind !== 'transfer') return;
  if (!isLocked(draft, command.id, lock)) return;
  machine.lockAskedFor = null;
  const { direction, cents, id: commandId } = command;
  const transfer: TransferMemory = {
    ...{ commandId, direction, cents, asset, key: line.settings.registrationKey ?? '0'.repeat(40) },
    ...{ transactionId: transactionIdOf(commandId), phase: 'ready', sendings: 0, epoch: machine.memory.epoch },
  };
  writeAndWait(draft, { bodies: [], memory: { ...machine.memory, transfer, longPoll: null, longPollData: null } });
}

type Settled = Extract<FactBody, { kind: 'transfer-settled' }>;

function settle(
  draft: TurnDraft,
  transfer: TransferMemory,
  outcome: Settled['outcome'],
  said: { status: number | null; cents?: number; detail?: string; frame?: string },
): void {
  const { machine } = draft;
  const { commandId, direction, transactionId } = transfer;
  const body: Settled = {
    ...{ kind: 'transfer-settled', commandId, outcome, direction, transactionId },
    ...{ status: said.status, cents: said.cents ?? 0, ...(said.detail === undefined ? {} : { detail: said.detail }) },
  };
  machine.commands = machine.commands.filter(({ id }) => id !== commandId);
  machine.nextMetersAt = draft.now.elapsedMs;
  const known = said.status !== null && outcome !== 'unresolved';
  const next = known ? { ...transfer, phase: 'told' as const } : null;
  const memory = { ...machine.memory, transfer: next, command: null, longPoll: null, longPollData: null };
  writeAndWait(draft, { bodies: [body], memory, frame: said.frame });
}

function move(draft: TurnDraft, transfer: TransferMemory | null): void {
  const { machine } = draft;
  writeAndWait(draft, { bodies: [], memory: { ...machine.memory, transfer, longPoll: null, longPollData: null } });
}

/** The machine does not know of the transfer. Then it has moved nothing, unless it forgot: its meters began anew, or it had it before. */
function notKnown(draft: TurnDraft, transfer: TransferMemory): void {
  const forgot = transfer.epoch !== draft.machine.memory.epoch || transfer.phase === 'pending';
  if (forgot) {
    return settle(draft, transfer, 'unresolved', { status: null, detail: 'the machine does not know of it any more' });
  }
  const [command] = draft.machine.commands;
  const late = command === undefined || Date.parse(command.deadline) <= draft.now.epochMs;
  if (late || transfer.sendings >= maximumSendings) {
    return settle(draft, transfer, 'failed', { status: null, detail: 'the machine never took it up' });
  }
  move(draft, { ...transfer, phase: 'ready' });
}

function concludeBy(draft: TurnDraft, transfer: TransferMemory, data: ResponseData<'transfer'>, frame: string): void {
  const { machine, now } = draft;
  if (data.status === status.pending) {
    machine.nextInterrogationAt = now.elapsedMs + askAgainMs;
    if (transfer.phase !== 'pending') move(draft, { ...transfer, phase: 'pending' });
    return;
  }
  if (data.status >= status.refused) return settle(draft, transfer, 'failed', { status: data.status, frame });
  if (data.details === null) return;
  const { cashable, restricted, nonRestricted } = data.details;
  const cents = cashable + restricted + nonRestricted;
  settle(draft, transfer, 'completed', { status: data.status, cents, frame });
}

/** The machine knows that its word was heard. One that was locked for it and refused is let go at once. */
function endTransfer(draft: TurnDraft): void {
  const { machine } = draft;
  if (machine.profile.transfers.lockFirst) machine.tasks = [{ poll: 'lockAndStatus', data: unlock }, ...machine.tasks];
  move(draft, null);
}

/** What the machine answered to long poll 72. The outcome is only ever its final word about this very transfer. */
export function takeTransferAnswer(draft: TurnDraft, sent: Task, data: ResponseData<'transfer'>, frame: string): void {
  const { transfer } = draft.machine.memory;
  if (transfer === null || sent.commandId !== transfer.commandId) return;
  if (transfer.phase === 'told') return endTransfer(draft);
  if (transfer.phase === 'clearing') return move(draft, { ...transfer, phase: 'ready' });
  const ours = data.details?.id === transfer.transactionId;
  if (ours) return concludeBy(draft, transfer, data, frame);
  const asked = sent.data === interrogate;
  if (asked) return notKnown(draft, transfer);
  // Another transfer is under way, or ended and was never acknowledged: nobody waits for it here.
  if (data.status === status.busy && transfer.sendings < maximumSendings) {
    return move(draft, { ...transfer, phase: 'clearing' });
  }
  if (data.details === null && data.status >= status.refused) {
    return settle(draft, transfer, 'failed', { status: data.status, frame });
  }
  // Anything else is asked for again, by its own id.
}

/** A transfer that never went out expires; one that may have is only ever settled by the machine. */
export const expiredTransfer = (commandId: string, direction: Settled['direction']): Settled => ({
  kind: 'transfer-settled',
  ...{ commandId, direction, outcome: 'expired', status: null, cents: 0, transactionId: transactionIdOf(commandId) },
});

/** A transfer that a machine can never do: nothing was sent. */
export const refusedTransfer = ({ id: commandId, direction }: TransferCommand, detail: string): Settled => ({
  ...expiredTransfer(commandId, direction),
  ...{ outcome: 'failed', detail },
});
