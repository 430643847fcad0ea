import type { AggregateDefinition } from '#event-sourcing';

import { machine, type MachineCommand, type MachineEvent, machineEvents, type MachineState } from './machine.js';

/** Stream `machine-<id>`: what people and rules decided. What hardware reports stands in feeds. */
export const machines: AggregateDefinition<MachineState, MachineCommand, MachineEvent> = {
  name: 'machine',
  decider: machine,
  types: machineEvents,
};
