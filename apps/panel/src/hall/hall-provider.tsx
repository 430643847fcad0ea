import { type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react';

import { readMachine } from '../api/endpoints.js';
import type { Machine } from '../api/types.js';
import { useSession } from '../session/session-context.js';
import { type EventListener, type HallAccess, HallContext } from './hall-context.js';
import { useHallTotals } from './use-hall-totals.js';
import { useHallFeed } from './use-hall-feed.js';

/** One hall, read and followed, for the pages within it. */
export function HallProvider({ hallId, children }: { readonly hallId: string; readonly children: ReactNode }) {
  const { api } = useSession();
  const listeners = useRef<ReadonlySet<EventListener>>(new Set<EventListener>());
  const feed = useHallFeed(hallId, listeners);
  const { floor, dispatchFloor, alarms, dispatchAlarms, connection, status, problem, reload } = feed;

  const putMachine = useCallback(
    (machine: Machine, position: bigint) => dispatchFloor({ type: 'machine-read', machine, position }),
    [dispatchFloor],
  );

  const missing = floor.missing[0];
  useEffect(() => {
    if (missing === undefined) return;
    const { machineId, position: after } = missing;
    readMachine(api, machineId, { after }).then(
      ({ body }) => putMachine(body, after),
      () => dispatchFloor({ type: 'machine-gone', machineId }),
    );
  }, [api, missing, putMachine, dispatchFloor]);

  const listen = useCallback((listener: EventListener) => {
    listeners.current = new Set([...listeners.current, listener]);
    return () => {
      listeners.current = new Set([...listeners.current].filter((other) => other !== listener));
    };
  }, []);

  useHallTotals(hallId, status === 'ready', listen, dispatchFloor);

  const access = useMemo<HallAccess>(
    () => ({
      hallId,
      floor,
      status,
      problem,
      connection,
      alarms,
      putAlarmAside: (id) => dispatchAlarms({ type: 'put-aside', id }),
      putAllAlarmsAside: () => dispatchAlarms({ type: 'all-put-aside' }),
      reload: () => reload((n) => n + 1),
      putMachine,
      listen,
    }),
    [hallId, floor, status, problem, connection, alarms, dispatchAlarms, reload, putMachine, listen],
  );
  return <HallContext value={access}>{children}</HallContext>;
}
