import { type Dispatch, useEffect } from 'react';

import { readHall } from '../api/endpoints.js';
import { useSession } from '../session/session-context.js';
import type { FloorAction } from '../state/floor.js';
import type { HallAccess } from './hall-context.js';
import { createReread } from './reread.js';
import { schedule } from './schedule.js';

/** Shortest time between two reads of the totals, in milliseconds, however many games end. */
const rereadAtMostEveryMs = 2_000;

/** Reads the hall's totals anew as games end. They are not counted here: the platform's figures are the figures. */
export function useHallTotals(
  hallId: string,
  ready: boolean,
  listen: HallAccess['listen'],
  dispatchFloor: Dispatch<FloorAction>,
): void {
  const { api } = useSession();
  useEffect(() => {
    if (!ready) return;
    const reread = createReread({
      read: ({ after, signal }) =>
        readHall(api, hallId, { after, signal }).then(({ body }) => dispatchFloor({ type: 'hall-read', hall: body })),
      schedule,
      atMostEveryMs: rereadAtMostEveryMs,
    });
    const stopListening = listen((events) => {
      const newest = events.at(-1);
      if (newest) reread.request(BigInt(newest.position));
    });
    return () => {
      stopListening();
      reread.stop();
    };
  }, [api, hallId, ready, listen, dispatchFloor]);
}
