import { useCallback, useEffect, useReducer } from 'react';

import { requestPlayLock } from '../api/endpoints.js';
import { makeIdempotencyKey } from '../api/idempotency-key.js';
import { problemOf } from '../api/problem.js';
import { useSession } from '../session/session-context.js';
import { type LockAction, type LockIntent, type LockStatus, noLock, reduceLock } from '../state/lock-intent.js';
import { useHall } from './hall-context.js';

export interface LockAccess {
  readonly status: LockStatus;
  /** A new wish, with a key of its own. */
  readonly ask: (action: LockAction, reason: string) => void;
  /** The same wish again, under its own key: it happens once whatever became of the first. */
  readonly retry: (intent: LockIntent) => void;
}

/** Locks or unlocks one machine's play, and follows what the machine makes of it. */
export function useLock(machineId: string): LockAccess {
  const { api } = useSession();
  const { listen } = useHall();
  const [{ status }, dispatch] = useReducer(reduceLock, noLock);

  useEffect(() => listen((events) => dispatch({ type: 'events', events })), [listen]);

  const retry = useCallback(
    (intent: LockIntent) => {
      const { action, reason, key } = intent;
      dispatch({ type: 'sent', intent });
      requestPlayLock(api, intent.machineId, action, reason, key).then(
        ({ body }) => dispatch({ type: 'accepted', key, lockId: body.commandId }),
        (error: unknown) => dispatch({ type: 'failed', key, problem: problemOf(error) }),
      );
    },
    [api],
  );

  const ask = useCallback(
    (action: LockAction, reason: string) =>
      retry({ machineId, action, reason: reason.trim(), key: makeIdempotencyKey() }),
    [machineId, retry],
  );

  return { status, ask, retry };
}
