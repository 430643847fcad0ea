import { z } from 'zod';

import type { CommandExecutor, CommandHandler, HallDirectory } from '#event-sourcing';
import { type Caller, type Clock, type Command, derivedId, mayUseHall, notFound, reasonSchema } from '#kernel';

import { type LockPlay, type machineDetailsSchema, type UnlockPlay } from './machine.js';
import { machines } from './machines.aggregate.js';

/** How long a machine may take to acknowledge; after that the request is not sent any more. */
export const playRequestSeconds = 30;

export const playRequestSchema = z.strictObject({ reason: reasonSchema.optional() });
/** The same with the machine, where no path names one: over the socket. */
export const playCommandSchema = playRequestSchema.extend({ machineId: z.string().min(1).max(64) });
export const acceptJournalSchema = z.strictObject({ journalId: z.uuid() });

type RegisterMachineRequest = Command<'RegisterMachine', z.output<typeof machineDetailsSchema>>;
type PlayRequest = Command<'LockPlay' | 'UnlockPlay', z.output<typeof playCommandSchema>>;
type AcceptJournalRequest = Command<'AcceptJournal', { machineId: string; journalId: string }>;

export interface MachineDependencies {
  readonly executor: CommandExecutor;
  readonly halls: HallDirectory;
  readonly clock: Clock;
}

/** The machine's id comes from the command's, so that a repeat is the same machine. */
export const registerMachine =
  ({ executor, halls }: MachineDependencies): CommandHandler<RegisterMachineRequest> =>
  async ({ command: { type, data }, envelope, caller }) => {
    if (!mayUseHall(caller, data.hallId)) throw notFound('hall_unknown', 'There is no such hall.');
    const hall = await halls.hall(data.hallId);
    const machineId = derivedId('machine', envelope.commandId);
    const command = { type, data: { machineId, ...data } };
    const { position, revision } = await executor.execute({
      aggregate: machines,
      id: machineId,
      command,
      envelope,
      hall,
    });
    return { status: 201, body: { id: machineId, ...data }, position, revision };
  };

/** Answered as accepted: only the machine's own acknowledgement makes it so. */
export const requestPlay =
  (dependencies: MachineDependencies): CommandHandler<PlayRequest> =>
  async ({ command: { type, data }, envelope, caller }) => {
    const { machineId, reason } = data;
    const hall = await hallOfMachine(dependencies, machineId, caller);
    const deadline = new Date(dependencies.clock().getTime() + playRequestSeconds * 1_000).toISOString();
    const lockId = envelope.commandId;
    const request: LockPlay | UnlockPlay = {
      type,
      data: { machineId, lockId, deadline, ...(reason === undefined ? {} : { reason }) },
    };
    const { position } = await dependencies.executor.execute({
      aggregate: machines,
      id: machineId,
      command: request,
      envelope,
      hall,
    });
    return { status: 202, body: { commandId: lockId, position: position?.toString() ?? null }, position };
  };

/** Lets another journal feed the machine, because its gateway was replaced. */
export const acceptJournal =
  (dependencies: MachineDependencies): CommandHandler<AcceptJournalRequest> =>
  async ({ command, envelope, caller }) => {
    const { machineId } = command.data;
    const hall = await hallOfMachine(dependencies, machineId, caller);
    const { position } = await dependencies.executor.execute({
      aggregate: machines,
      id: machineId,
      command,
      envelope,
      hall,
    });
    return { status: 201, body: command.data, position };
  };

/** A machine of another hall is not there for this caller. */
export async function hallOfMachine({ executor, halls }: MachineDependencies, machineId: string, caller: Caller) {
  const { state } = await executor.load(machines, machineId);
  if (state.status === 'missing' || !mayUseHall(caller, state.hallId))
    throw notFound('machine_unknown', 'There is no such machine.');
  return halls.hall(state.hallId);
}
