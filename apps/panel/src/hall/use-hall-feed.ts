import { type RefObject, useEffect, useReducer, useRef, useState } from 'react';

import { listMachines, readHall } from '../api/endpoints.js';
import { type Problem, problemOf } from '../api/problem.js';
import { followHall } from '../live/hall-feed.js';
import { openLiveSocket } from '../live/live-socket.js';
import { useSession } from '../session/session-context.js';
import { type Alarm, reduceAlarms } from '../state/alarms.js';
import { type Connection, reduceConnection } from '../state/connection.js';
import { emptyFloor, reduceFloor } from '../state/floor.js';
import { createEventBatcher } from './event-batcher.js';
import type { EventListener } from './hall-context.js';
import { schedule } from './schedule.js';

/** After so long away, in milliseconds, reading anew is cheaper than replaying what was missed. */
const rereadAfterAwayMs = 600_000;
/** Milliseconds until a failed first read is tried again by itself. */
const retryReadMs = 5_000;

/** Reads a hall and follows it; a new `generation` reads it anew. */
export function useHallFeed(hallId: string, listeners: RefObject<ReadonlySet<EventListener>>) {
  const { api, token, renew } = useSession();
  const [floor, dispatchFloor] = useReducer(reduceFloor, emptyFloor);
  const [alarms, dispatchAlarms] = useReducer(reduceAlarms, [] as readonly Alarm[]);
  const [connection, dispatchConnection] = useReducer(reduceConnection, { state: 'connecting' } as Connection);
  const [status, setStatus] = useState<'loading' | 'ready' | 'failed'>('loading');
  const [problem, setProblem] = useState<Problem>();
  const [generation, setGeneration] = useState(0);
  const awaySinceMs = useRef<number | undefined>(undefined);

  useEffect(() => {
    const abort = new AbortController();
    const batcher = createEventBatcher((events, live) => {
      dispatchFloor({ type: 'events', events, live });
      dispatchAlarms({ type: 'events', events });
      for (const listener of listeners.current) listener(events);
    }, schedule);
    let stopFollowing = () => {};
    let cancelRetry = () => {};

    const follow = (after: bigint | undefined) => {
      stopFollowing = followHall({
        socket: openLiveSocket(token),
        hallId,
        after,
        nowMs: Date.now,
        onEvents: (events, live) => batcher.add(events, live),
        onConnection: (change) => {
          dispatchConnection({ change, at: new Date().toISOString() });
          if (change === 'lost') awaySinceMs.current ??= Date.now();
          if (change !== 'connected') return;
          const awayMs = Date.now() - (awaySinceMs.current ?? Date.now());
          awaySinceMs.current = undefined;
          if (awayMs > rereadAfterAwayMs) setGeneration((n) => n + 1);
        },
        onProblem: (refusal) => {
          if (refusal.code === 'position_unknown') setGeneration((n) => n + 1);
          if (refusal.status === 401) void renew();
        },
      });
    };

    const read = async () => {
      const options = { signal: abort.signal };
      const [hall, machines] = await Promise.all([readHall(api, hallId, options), listMachines(api, hallId, options)]);
      dispatchFloor({ type: 'hall-read', hall: hall.body });
      dispatchFloor({ type: 'machines-read', machines: machines.items, position: machines.position ?? 0n });
      setProblem(undefined);
      setStatus('ready');
      follow(machines.position);
    };

    read().catch((error: unknown) => {
      if (abort.signal.aborted) return;
      const failure = problemOf(error);
      setProblem(failure);
      setStatus((before) => (before === 'ready' ? before : 'failed'));
      if (failure.status === 0 || failure.status >= 500)
        cancelRetry = schedule(() => setGeneration((n) => n + 1), retryReadMs);
    });
    return () => {
      abort.abort();
      cancelRetry();
      stopFollowing();
      batcher.stop();
    };
  }, [api, token, renew, hallId, generation, listeners]);

  return { floor, dispatchFloor, alarms, dispatchAlarms, connection, status, problem, reload: setGeneration };
}
