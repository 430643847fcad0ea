import type { FactBody, MachineCommand } from '#gateway-protocol';

import { writeFact } from './journalling.js';
import { maximumWaitingCommands } from './settings.js';
import type { Draft, MachineState } from './state.js';
import { expiredTransfer, refusedTransfer } from './transfers.js';

const withoutAft = 'the machine’s profile says that it does not know AFT';

type Settlement = Extract<FactBody, { kind: 'command-settled' }>;

/** Writes the outcome of a command and forgets it. */
export function settle(
  draft: Draft,
  machine: MachineState,
  commandId: string,
  outcome: Settlement['outcome'],
  detail?: string,
): void {
  const body: Settlement = { kind: 'command-settled', commandId, outcome, ...(detail === undefined ? {} : { detail }) };
  machine.commands = machine.commands.filter(({ id }) => id !== commandId);
  const sent = machine.memory.command === commandId;
  const memory = sent ? { ...machine.memory, command: null } : machine.memory;
  writeFact(draft, machine, body, memory);
}

/** Takes a command in. The same id a second time changes nothing. */
export function accept(draft: Draft, command: MachineCommand): void {
  const machine = draft.line.machines.find(({ machineId }) => machineId === command.machineId);
  if (!machine || machine.commands.some(({ id }) => id === command.id)) return;
  if (!machine.profile.transfers.known) {
    if (command.kind === 'transfer') return writeFact(draft, machine, refusedTransfer(command, withoutAft));
    if (command.kind === 'transfer-registration') return settle(draft, machine, command.id, 'refused', withoutAft);
  }
  if (machine.commands.length >= maximumWaitingCommands) {
    const reason = `${maximumWaitingCommands} commands wait for this machine`;
    if (command.kind === 'transfer') writeFact(draft, machine, expiredTransfer(command.id, command.direction));
    else settle(draft, machine, command.id, 'refused', reason);
    return;
  }
  machine.commands = [...machine.commands, command];
}

function expireTransfer(draft: Draft, machine: MachineState, id: string, direction: 'to-machine' | 'to-house'): void {
  machine.commands = machine.commands.filter((command) => command.id !== id);
  const { transfer, ...memory } = machine.memory;
  const kept = { ...memory, transfer: transfer?.commandId === id ? null : transfer };
  writeFact(draft, machine, expiredTransfer(id, direction), kept);
}

/** Settles commands whose deadline has passed. One that was on the line may have been carried out: that is said. */
export function expireCommands(draft: Draft, machine: MachineState): void {
  for (const command of machine.commands) {
    const { id, deadline } = command;
    if (Date.parse(deadline) > draft.now.epochMs) continue;
    if (command.kind === 'transfer') {
      const { transfer } = machine.memory;
      const begun = transfer?.commandId === id;
      if (!begun || transfer.sendings === 0) expireTransfer(draft, machine, id, command.direction);
      continue;
    }
    const sent = machine.memory.command === id;
    settle(draft, machine, id, 'expired', sent ? 'sent, no answer was heard: the outcome is unknown' : undefined);
  }
}
