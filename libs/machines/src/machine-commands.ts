import { type z } from 'zod';

import type { CommandHandler } from '#event-sourcing';
import { machineControlSchema, type MachineControl } from '#gateway-protocol';
import type { Command } from '#kernel';

import { machines } from './machines.aggregate.js';
import { hallOfMachine, type MachineDependencies, playRequestSeconds } from './machines.commands.js';

export const controlRequestSchema = machineControlSchema;
type ControlRequest = Command<'ControlMachine', { machineId: string; control: MachineControl }>;

/** Asks a machine for something; its gateway says in the feed what became of it. */
export const controlMachine =
  (dependencies: MachineDependencies): CommandHandler<ControlRequest> =>
  async ({ command: { data }, envelope, caller }) => {
    const { machineId, control } = data;
    const hall = await hallOfMachine(dependencies, machineId, caller);
    const deadline = new Date(dependencies.clock().getTime() + playRequestSeconds * 1_000).toISOString();
    const commandId = envelope.commandId;
    const { position } = await dependencies.executor.execute({
      aggregate: machines,
      id: machineId,
      command: { type: 'RequestControl', data: { machineId, commandId, deadline, control } },
      envelope,
      hall,
    });
    return { status: 202, body: { commandId, position: position?.toString() ?? null }, position };
  };

export type ControlRequestBody = z.output<typeof controlRequestSchema>;
