import { z } from 'zod';

import type { CommandHandler } from '#event-sourcing';
import { maximumTransferCents } from '#gateway-protocol';
import {
  type Command,
  DomainError,
  mayUseHall,
  minorUnitDigits,
  moneySchema,
  notFound,
  positiveMoneySchema,
  reasonSchema,
} from '#kernel';

import { hallOfMachine, type MachineDependencies } from './machines.commands.js';
import { machines } from './machines.aggregate.js';
import { transfers } from './transfers.aggregate.js';

/** How long a transfer may wait for its machine; one that was sent is settled by the machine alone. */
export const transferRequestSeconds = 60;
/** What the wire calls cents are minor units of a currency with so many decimal places. */
const wireDecimals = 2;

export const transferSchema = z.strictObject({
  direction: z.enum(['to-machine', 'to-house']),
  amount: positiveMoneySchema,
  reason: reasonSchema.optional(),
});
export const resolutionSchema = z.strictObject({ moved: moneySchema, reason: reasonSchema });

type RequestBody = Command<'RequestTransfer', z.output<typeof transferSchema> & { machineId: string }>;
type ResolveBody = Command<'ResolveTransfer', z.output<typeof resolutionSchema> & { transferId: string }>;

/** Writes the intent. The machine is told by its gateway, and only its own word makes it so. */
export const requestTransfer =
  (dependencies: MachineDependencies): CommandHandler<RequestBody> =>
  async ({ command: { data }, envelope, caller }) => {
    const { machineId, direction, amount, reason } = data;
    const hall = await hallOfMachine(dependencies, machineId, caller);
    assertTransferable(amount.value, amount.currency, hall.currency);
    const { state } = await dependencies.executor.load(machines, machineId);
    const gatewayId = state.status === 'missing' ? '' : state.gatewayId;
    const deadline = new Date(dependencies.clock().getTime() + transferRequestSeconds * 1_000).toISOString();
    const transferId = envelope.commandId;
    const why = reason === undefined ? {} : { reason };
    const { position } = await dependencies.executor.execute({
      aggregate: transfers,
      id: transferId,
      command: {
        type: 'RequestTransfer',
        data: { transferId, machineId, gatewayId, direction, requested: amount, deadline, ...why },
      },
      envelope,
      hall,
    });
    return { status: 202, body: { transferId, position: position?.toString() ?? null }, position };
  };

function assertTransferable(value: number, currency: string, hallCurrency: string): void {
  const pointer = '/amount/currency';
  if (currency !== hallCurrency) {
    throw new DomainError('currency_mismatch', `The currency is ${hallCurrency}, not ${currency}.`, { pointer });
  }
  if (minorUnitDigits(currency) !== wireDecimals) {
    throw new DomainError('currency_not_transferable', 'Machines count cents: a currency needs two decimal places.', {
      pointer,
    });
  }
  if (value > maximumTransferCents) {
    throw new DomainError('amount_invalid', `At most ${maximumTransferCents} minor units fit the wire.`, {
      pointer: '/amount/value',
    });
  }
}

/** Says by hand what became of a transfer that its machine cannot tell any more. */
export const resolveTransfer =
  ({ executor, halls }: MachineDependencies): CommandHandler<ResolveBody> =>
  async ({ command: { data }, envelope, caller }) => {
    const { transferId, moved, reason } = data;
    const { state } = await executor.load(transfers, transferId);
    const machine = state.status === 'missing' ? undefined : (await executor.load(machines, state.machineId)).state;
    if (machine?.status !== 'registered' || !mayUseHall(caller, machine.hallId)) {
      throw notFound('transfer_unknown', 'There is no such transfer.');
    }
    const { position } = await executor.execute({
      aggregate: transfers,
      id: transferId,
      command: { type: 'ResolveTransfer', data: { transferId, moved, reason } },
      envelope,
      hall: await halls.hall(machine.hallId),
    });
    return { status: 201, body: { transferId, moved, reason }, position };
  };
