import type { AggregateDefinition } from '#event-sourcing';

import { transfer, type TransferCommand, type TransferEvent, transferEvents, type TransferState } from './transfer.js';

/** Stream `transfer-<id>`: one movement between the house's account and a machine, from its intent to its outcome. */
export const transfers: AggregateDefinition<TransferState, TransferCommand, TransferEvent> = {
  name: 'transfer',
  decider: transfer,
  types: transferEvents,
};
