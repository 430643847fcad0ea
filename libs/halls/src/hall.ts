import { z } from 'zod';

import {
  type Command,
  conflict,
  currencySchema,
  dayStartSchema,
  type Decider,
  type EventOf,
  eventType,
  timeZoneSchema,
} from '#kernel';

/** What a hall is: its name, the currency of its money, and the calendar of its gaming days. */
export const hallDetailsSchema = z.strictObject({
  name: z.string().trim().min(1).max(100).meta({ example: 'Casino Rila' }),
  currency: currencySchema,
  timeZone: timeZoneSchema,
  dayStart: dayStartSchema,
});
export type HallDetails = z.output<typeof hallDetailsSchema>;

export const hallCreated = eventType('hall.created.v1', hallDetailsSchema);
export const hallEvents = [hallCreated] as const;

export type HallCreated = EventOf<typeof hallCreated>;
export type CreateHall = Command<'CreateHall', HallDetails>;

export type HallState = { readonly status: 'missing' } | ({ readonly status: 'open' } & HallDetails);

export const hall: Decider<HallState, CreateHall, HallCreated> = {
  initialState: () => ({ status: 'missing' }),
  decide: ({ data }, state) => {
    if (state.status !== 'missing') throw conflict('hall_exists', 'This hall exists already.');
    return [{ type: 'hall.created.v1', data }];
  },
  evolve: (_, { data }) => ({ status: 'open', ...data }),
};
