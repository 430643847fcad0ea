import type { AggregateDefinition } from '#event-sourcing';

import { type CreateHall, hall, type HallCreated, hallEvents, type HallState } from './hall.js';

/** Stream `hall-<id>`. */
export const halls: AggregateDefinition<HallState, CreateHall, HallCreated> = {
  name: 'hall',
  decider: hall,
  types: hallEvents,
};
