import type { Money, Projection } from '#kernel';

import type { FeedEventOf } from './feed-events.js';
import { alarmOfException } from './sas-words.js';

/** Newest handpays and alarms of one machine that are kept at hand; the history has all of them. */
export const maximumRecords = 50;

export interface HandpayRecord {
  readonly amount: Money;
  readonly level: number;
  readonly requestedAt: string;
  readonly resetAt: string | null;
}

export interface AlarmRecord {
  readonly kind: string;
  readonly message: string;
  readonly at: string;
}

/** What somebody has to look at on a machine, newest first. */
export interface MachineRecords {
  readonly hallId: string | null;
  readonly handpays: readonly HandpayRecord[];
  readonly alarms: readonly AlarmRecord[];
}

type RecordEvent = FeedEventOf<
  | 'machine.handpay-requested.v1'
  | 'machine.handpay-reset.v1'
  | 'machine.door-opened.v1'
  | 'machine.power-lost.v1'
  | 'machine.went-offline.v1'
  | 'machine.meters-disagree.v1'
  | 'machine.meters-unbalanced.v1'
  | 'machine.meter-epoch-started.v1'
  | 'machine.facts-lost.v1'
  | 'machine.exception-reported.v1'
>;

export const machineRecords: Projection<MachineRecords, RecordEvent> = {
  name: 'machine-records',
  version: 2,
  handles: [
    'machine.handpay-requested.v1',
    'machine.handpay-reset.v1',
    'machine.door-opened.v1',
    'machine.power-lost.v1',
    'machine.went-offline.v1',
    'machine.meters-disagree.v1',
    'machine.meters-unbalanced.v1',
    'machine.meter-epoch-started.v1',
    'machine.facts-lost.v1',
    'machine.exception-reported.v1',
  ],
  idOf: ({ data }) => data.machineId,
  evolve: (doc, { type, data, metadata }) => {
    const at = metadata.occurredAt;
    const before = doc ?? { hallId: metadata.hallId, handpays: [], alarms: [] };
    const event = { type, data } as RecordEvent;
    const alarm = alarmOf(event);
    return {
      ...before,
      handpays: handpaysAfter(before.handpays, event, at),
      alarms: alarm ? [{ ...alarm, at }, ...before.alarms].slice(0, maximumRecords) : before.alarms,
    };
  },
};

function handpaysAfter(handpays: readonly HandpayRecord[], event: RecordEvent, at: string): readonly HandpayRecord[] {
  if (event.type === 'machine.handpay-requested.v1') {
    const { amount, level } = event.data;
    return [{ amount, level, requestedAt: at, resetAt: null }, ...handpays].slice(0, maximumRecords);
  }
  if (event.type !== 'machine.handpay-reset.v1') return handpays;
  const open = handpays.findIndex(({ resetAt }) => resetAt === null);
  return handpays.map((handpay, index) => (index === open ? { ...handpay, resetAt: at } : handpay));
}

function alarmOf(event: RecordEvent): Omit<AlarmRecord, 'at'> | null {
  switch (event.type) {
    case 'machine.door-opened.v1':
      return { kind: 'door-opened', message: `The ${event.data.door} door was opened.` };
    case 'machine.power-lost.v1':
      return { kind: 'power-lost', message: 'The machine lost power.' };
    case 'machine.went-offline.v1':
      return { kind: 'offline', message: `No answer to ${event.data.missedPolls} polls.` };
    case 'machine.meters-disagree.v1':
      return { kind: 'meters-disagree', message: `Meter ${event.data.meter}: ${event.data.cause}.` };
    case 'machine.meters-unbalanced.v1':
      return { kind: 'meters-unbalanced', message: `${event.data.credits} credits are not accounted for.` };
    case 'machine.meter-epoch-started.v1':
      return { kind: 'meter-epoch', message: `A new series of meters began: ${event.data.reason}.` };
    case 'machine.facts-lost.v1':
      return { kind: 'facts-lost', message: `Facts are lost: ${event.data.reason}.` };
    case 'machine.exception-reported.v1':
      return alarmOfException(event.data.code) ?? null;
    default:
      return null;
  }
}
