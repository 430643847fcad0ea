import type { CommandExecutor, HallDirectory, Policy } from '#event-sourcing';
import { derivedId, type RecordedEvent } from '#kernel';

import { transferSettled } from './feed-events.js';
import { machines } from './machines.aggregate.js';
import { transfers } from './transfers.aggregate.js';

export interface TransferDependencies {
  readonly executor: CommandExecutor;
  readonly halls: HallDirectory;
}

/** What a machine said became of a transfer, as its gateway reported it in the feed, becomes its outcome. Said twice, it is written once. */
export const transferPolicy = ({ executor, halls }: TransferDependencies): Policy => ({
  name: 'transfers',
  handles: [transferSettled.type],
  react: async (event: RecordedEvent) => {
    const data = transferSettled.schema.parse(event.data);
    const { state } = await executor.load(machines, data.machineId);
    if (state.status === 'missing') return;
    const { commandId: transferId, outcome, amount: moved, status: machineStatus, detail } = data;
    await executor.execute({
      aggregate: transfers,
      id: transferId,
      command: {
        type: 'SettleTransfer',
        data: { transferId, outcome, moved, machineStatus, ...(detail === undefined ? {} : { detail }) },
      },
      envelope: {
        commandId: derivedId('policy', 'transfers', event.id),
        commandHash: '',
        actor: { kind: 'system', id: 'transfers' },
        correlationId: event.metadata.$correlationId,
        causationId: event.id,
      },
      hall: await halls.hall(state.hallId),
    });
  },
});
