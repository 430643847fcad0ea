import { exchange } from '../api/client.js';
import { problemOf } from '../api/problem.js';
import type { TokenAnswer } from '../api/types.js';
import {
  forgetSession,
  keepRefreshToken,
  restoreSession,
  type Session,
  type SessionStore,
  startSession,
  storeSession,
  takeRefreshToken,
} from './session.js';

/** Pause after a renewal that nobody answered, in milliseconds. */
const retryMs = 10_000;
/** Longest delay that a browser's timer takes, in milliseconds. */
const longestTimerMs = 2_147_483_647;

export const ended = 'Your session has ended. Sign in again to go on where you were.';

export interface SessionState {
  readonly session: Session | undefined;
  /** Why the sign-in page is shown, when it was not the person's own wish. */
  readonly notice: string | undefined;
}

export interface SessionKeeper {
  readonly state: () => SessionState;
  /** @returns ends it */
  readonly subscribe: (listener: () => void) => () => void;
  /** The newest access token. */
  readonly token: () => string | undefined;
  readonly start: (answer: TokenAnswer) => void;
  /** Gets the next token, once for all who ask; a session that is over ends. @returns whether there is a new token */
  readonly renew: () => Promise<boolean>;
  readonly end: (notice?: string) => void;
  /** The page goes, and may come back: the refresh token is handed over, and taken back by {@link show}. */
  readonly hide: () => void;
  readonly show: () => void;
}

export interface KeeperOptions {
  readonly store: SessionStore;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly nowMs: () => number;
  /** @returns cancels it */
  readonly schedule: (work: () => void, delayMs: number) => () => void;
}

/**
 * Keeps a person signed in: access tokens are renewed before they end. The refresh token is good for one use, so it is in the
 * memory of this page alone; a tab that is duplicated gets the access token, and not the right to the next one.
 */
export function createSessionKeeper({ store, fetch, nowMs, schedule }: KeeperOptions): SessionKeeper {
  let refreshToken = takeRefreshToken(store);
  let state: SessionState = { session: restoreSession(store, nowMs(), refreshToken !== undefined), notice: undefined };
  let renewing: Promise<boolean> | undefined;
  let cancel = (): void => undefined;
  const listeners = new Set<() => void>();

  const become = (next: SessionState): void => {
    state = next;
    cancel();
    if (next.session) due(next.session);
    for (const listener of listeners) listener();
  };
  const due = ({ renewAtMs, expiresAtMs }: Session): void => {
    const at = refreshToken === undefined ? expiresAtMs : renewAtMs;
    wake(at - nowMs());
  };
  const wake = (delayMs: number): void => {
    cancel = schedule(() => void renew(), Math.min(Math.max(0, delayMs), longestTimerMs));
  };
  const send = (path: string, init: RequestInit = {}) =>
    exchange<TokenAnswer>(fetch, path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ refreshToken }),
      ...init,
    });

  const start = (answer: TokenAnswer): void => {
    const session = startSession(answer, nowMs());
    refreshToken = answer.refresh_token;
    storeSession(store, session);
    become({ session, notice: undefined });
  };
  const forget = (notice?: string): void => {
    refreshToken = undefined;
    forgetSession(store);
    become({ session: undefined, notice });
  };
  const askForNext = async (): Promise<boolean> => {
    const asked = refreshToken;
    if (asked === undefined) {
      forget(ended);
      return false;
    }
    try {
      const { body } = await send('/auth/refresh');
      if (refreshToken !== asked) return false;
      start(body);
      return true;
    } catch (error) {
      const { status } = problemOf(error);
      if (refreshToken !== asked) return false;
      if (status === 400 || status === 401) forget(ended);
      else wake(retryMs);
      return false;
    }
  };
  const renew = (): Promise<boolean> => {
    renewing ??= askForNext().finally(() => (renewing = undefined));
    return renewing;
  };

  if (state.session) due(state.session);
  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    token: () => state.session?.token,
    start,
    renew,
    end: (notice) => {
      // Told to the platform even while the page goes; whether it hears it or not, this tab has forgotten.
      if (refreshToken !== undefined) void send('/auth/logout', { keepalive: true }).catch(() => undefined);
      forget(notice);
    },
    hide: () => {
      if (refreshToken !== undefined) keepRefreshToken(store, refreshToken);
    },
    show: () => {
      refreshToken = takeRefreshToken(store) ?? refreshToken;
    },
  };
}
