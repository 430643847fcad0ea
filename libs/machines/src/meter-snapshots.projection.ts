import type { Projection } from '#kernel';

import type { FeedEventOf } from './feed-events.js';

/** All meters of a machine at one time, and why they were read. Those of the schedule, which have a part of the meters, are left out. */
export interface MeterSnapshot {
  readonly hallId: string | null;
  readonly machineId: string;
  readonly gamingDate: string | null;
  readonly trigger: string;
  readonly denomination: number;
  readonly meters: Readonly<Record<string, number>>;
  readonly readAt: string;
}

export const meterSnapshots: Projection<MeterSnapshot, FeedEventOf<'machine.meters-read.v1'>> = {
  name: 'meter-snapshots',
  version: 1,
  handles: ['machine.meters-read.v1'],
  idOf: ({ id, data }) => (data.trigger === 'schedule' ? undefined : id),
  evolve: (_, { data, metadata }) => ({
    ...{ hallId: metadata.hallId, machineId: data.machineId, gamingDate: metadata.gamingDate },
    ...{ trigger: data.trigger, denomination: data.denomination, meters: data.meters, readAt: metadata.occurredAt },
  }),
  indexes: [{ machineId: 1 }, { hallId: 1 }],
  insertsFirst: true,
};
