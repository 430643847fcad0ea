import { useCallback, useEffect, useReducer } from 'react';

import { readHistory } from '../api/endpoints.js';
import { problemOf } from '../api/problem.js';
import { useSession } from '../session/session-context.js';
import { emptyHistory, type History, reduceHistory } from '../state/history.js';
import { machineIdOf } from '../state/machine-events.js';
import { useHall } from './hall-context.js';
import { createReread } from './reread.js';
import { schedule } from './schedule.js';

/** Shortest time between two reads of the newest entries, in milliseconds, however fast events come. */
const rereadAtMostEveryMs = 1_000;

export interface HistoryAccess {
  readonly history: History;
  readonly loadOlder: () => void;
  readonly retry: () => void;
}

/** A machine's history: its newest page, read again as events of the machine come, and older pages on demand. */
export function useHistory(machineId: string): HistoryAccess {
  const { api } = useSession();
  const { listen } = useHall();
  const [history, dispatch] = useReducer(reduceHistory, emptyHistory);

  const readNewest = useCallback(
    (after: bigint | undefined, signal?: AbortSignal) =>
      readHistory(api, machineId, null, { after, signal }).then(
        ({ body }) => dispatch({ type: 'newest-read', page: body }),
        (error: unknown) => signal?.aborted || dispatch({ type: 'failed', problem: problemOf(error) }),
      ),
    [api, machineId],
  );

  useEffect(() => {
    const reread = createReread({
      read: ({ after, signal }) => readNewest(after, signal),
      schedule,
      atMostEveryMs: rereadAtMostEveryMs,
    });
    reread.request(undefined);
    const stopListening = listen((events) => {
      const mine = events.findLast((event) => machineIdOf(event) === machineId);
      if (mine) reread.request(BigInt(mine.position));
    });
    return () => {
      stopListening();
      reread.stop();
    };
  }, [listen, machineId, readNewest]);

  const loadOlder = useCallback(() => {
    dispatch({ type: 'older-asked' });
    readHistory(api, machineId, history.next).then(
      ({ body }) => dispatch({ type: 'older-read', page: body }),
      (error: unknown) => dispatch({ type: 'failed', problem: problemOf(error) }),
    );
  }, [api, machineId, history.next]);

  return { history, loadOlder, retry: () => void readNewest(undefined) };
}
