import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';

import { type ApiClient, createApiClient } from '../api/client.js';
import type { TokenAnswer } from '../api/types.js';
import { createTokenHolder } from './token-holder.js';
import { forgetSession, restoreSession, type Session, startSession, storeSession } from './session.js';

/** Longest delay that a browser's timer takes, in milliseconds. */
const maxTimerMs = 2_147_483_647;

interface SessionAccess {
  readonly session: Session | undefined;
  /** Why the sign-in page is shown, when it was not the person's own wish. */
  readonly notice: string | undefined;
  readonly api: ApiClient;
  readonly token: () => string | undefined;
  readonly start: (answer: TokenAnswer) => void;
  readonly end: (notice?: string) => void;
}

const Context = createContext<SessionAccess | undefined>(undefined);

export function useSession(): SessionAccess {
  const access = useContext(Context);
  if (!access) throw new Error('useSession outside of SessionProvider');
  return access;
}

const ended = 'Your session has ended. Sign in again to go on where you were.';

/** Holds the token in memory and in the tab's session storage, and the API client that uses it. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [session, setSession] = useState(() => restoreSession(sessionStorage, Date.now()));
  const [notice, setNotice] = useState<string>();
  const [token] = useState(() => createTokenHolder(session?.token));

  const end = useCallback(
    (why?: string) => {
      token.replace(undefined);
      forgetSession(sessionStorage);
      setNotice(why);
      setSession(undefined);
    },
    [token],
  );

  const start = useCallback(
    (answer: TokenAnswer) => {
      const started = startSession(answer, Date.now());
      token.replace(started.token);
      storeSession(sessionStorage, started);
      setNotice(undefined);
      setSession(started);
    },
    [token],
  );

  useEffect(() => {
    if (!session) return;
    const timer = setTimeout(() => end(ended), Math.min(session.expiresAtMs - Date.now(), maxTimerMs));
    return () => clearTimeout(timer);
  }, [session, end]);

  const access = useMemo<SessionAccess>(
    () => ({
      session,
      notice,
      token: token.read,
      api: createApiClient({
        fetch: (url, init) => fetch(url, init),
        token: token.read,
        onUnauthorized: () => end(ended),
      }),
      start,
      end,
    }),
    [session, notice, token, start, end],
  );
  return <Context value={access}>{children}</Context>;
}
