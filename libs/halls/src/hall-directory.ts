import type { CommandExecutor, HallDirectory } from '#event-sourcing';
import { notFound } from '#kernel';

import { halls } from './halls.aggregate.js';

/** Halls as the other domain libraries need them, from the aggregate's own state. */
export const hallDirectory = (executor: CommandExecutor): HallDirectory => ({
  hall: async (hallId) => {
    const { state } = await executor.load(halls, hallId);
    if (state.status === 'open') {
      const { currency, timeZone, dayStart } = state;
      return { hallId, currency, calendar: { timeZone, dayStart } };
    }
    throw notFound('hall_unknown', 'There is no such hall.');
  },
});
