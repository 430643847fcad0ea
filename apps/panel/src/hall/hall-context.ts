import { createContext, useContext } from 'react';

import type { PublicEvent } from '#kernel';

import type { Problem } from '../api/problem.js';
import type { Machine } from '../api/types.js';
import type { Alarm } from '../state/alarms.js';
import type { Connection } from '../state/connection.js';
import type { Floor } from '../state/floor.js';

/** Told the events that were applied, in batches. */
export type EventListener = (events: readonly PublicEvent[]) => void;

export interface HallAccess {
  readonly hallId: string;
  readonly floor: Floor;
  readonly status: 'loading' | 'ready' | 'failed';
  readonly problem: Problem | undefined;
  readonly connection: Connection;
  readonly alarms: readonly Alarm[];
  readonly putAlarmAside: (id: string) => void;
  readonly putAllAlarmsAside: () => void;
  /** Reads everything anew. */
  readonly reload: () => void;
  /** Puts a machine that was read by itself onto the floor. */
  readonly putMachine: (machine: Machine, position: bigint) => void;
  readonly listen: (listener: EventListener) => () => void;
}

export const HallContext = createContext<HallAccess | undefined>(undefined);

export function useHall(): HallAccess {
  const access = useContext(HallContext);
  if (!access) throw new Error('useHall outside of HallProvider');
  return access;
}
