import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';

import { type ApiClient, createApiClient } from '../api/client.js';
import { createSessionKeeper, type SessionKeeper, type SessionState } from './session-keeper.js';

interface SessionAccess extends SessionState, Pick<SessionKeeper, 'token' | 'start' | 'renew' | 'end'> {
  /** The same for as long as the page lives: it takes the newest token at each request. */
  readonly api: ApiClient;
}

const Context = createContext<SessionAccess | undefined>(undefined);

export function useSession(): SessionAccess {
  const access = useContext(Context);
  if (!access) throw new Error('useSession outside of SessionProvider');
  return access;
}

const fetchHere = (url: string, init: RequestInit): Promise<Response> => fetch(url, init);

export const openSessionKeeper = (): SessionKeeper =>
  createSessionKeeper({
    store: sessionStorage,
    fetch: fetchHere,
    nowMs: Date.now,
    schedule: (work, delayMs) => {
      const timer = setTimeout(work, delayMs);
      return () => clearTimeout(timer);
    },
  });

interface SessionProviderProps {
  /** One a page: the refresh token is in it. */
  readonly keeper: SessionKeeper;
  readonly children: ReactNode;
}

/** Whoever is signed in in this tab, and the API client that speaks for them. */
export function SessionProvider({ keeper, children }: SessionProviderProps) {
  const state = useSyncExternalStore(keeper.subscribe, keeper.state);
  const [api] = useState(() => createApiClient({ fetch: fetchHere, token: keeper.token, renew: keeper.renew }));

  useEffect(() => {
    window.addEventListener('pagehide', keeper.hide);
    window.addEventListener('pageshow', keeper.show);
    return () => {
      window.removeEventListener('pagehide', keeper.hide);
      window.removeEventListener('pageshow', keeper.show);
    };
  }, [keeper]);

  const access = useMemo<SessionAccess>(() => {
    const { token, start, renew, end } = keeper;
    return { ...state, api, token, start, renew, end };
  }, [state, api, keeper]);
  return <Context value={access}>{children}</Context>;
}
