import type { PublicEvent } from '#kernel';

import { textOf } from './event-data.js';

/** Alarms kept in the panel; older ones stand in the history. */
export const maxAlarms = 200;

export interface Alarm {
  readonly id: string;
  readonly machineId: string | undefined;
  readonly kind: string;
  readonly message: string;
  readonly occurredAt: string;
  readonly seen: boolean;
}

export type AlarmsAction =
  { type: 'events'; events: readonly PublicEvent[] } | { type: 'put-aside'; id: string } | { type: 'all-put-aside' };

/** Newest first. */
export function reduceAlarms(alarms: readonly Alarm[], action: AlarmsAction): readonly Alarm[] {
  switch (action.type) {
    case 'events': {
      const fresh = action.events.flatMap(alarmOf).reverse();
      return fresh.length === 0 ? alarms : [...fresh, ...alarms].slice(0, maxAlarms);
    }
    case 'put-aside':
      return alarms.map((alarm) => (alarm.id === action.id ? { ...alarm, seen: true } : alarm));
    case 'all-put-aside':
      return alarms.map((alarm) => ({ ...alarm, seen: true }));
  }
}

function alarmOf({ id, type, occurredAt, data }: PublicEvent): Alarm[] {
  if (type !== 'hall.alarm') return [];
  const kind = textOf(data, 'kind') ?? 'alarm';
  return [
    {
      id,
      machineId: textOf(data, 'machineId'),
      kind,
      message: textOf(data, 'message') ?? kind,
      occurredAt,
      seen: false,
    },
  ];
}
