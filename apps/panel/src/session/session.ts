import type { TokenAnswer } from '../api/types.js';
import type { Role } from './roles.js';

/** Who is signed in, in this tab, and with which access token. */
export interface Session {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
  /** When to ask for the next token: before this one ends. */
  readonly renewAtMs: number;
  readonly roles: readonly Role[];
  readonly login: string;
}

/** As much of the browser's storage as a session needs. */
export type SessionStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const storageKey = 'tallyhall.session';
const refreshKey = 'tallyhall.refresh';
/** A token is renewed this long before it ends, in milliseconds; a short-lived one after half of its life. */
const renewBeforeMs = 60_000;

/** The session that an answer to a sign-in or a renewal starts. */
export function startSession({ access_token, expires_in, staff }: TokenAnswer, nowMs: number): Session {
  const lastsMs = expires_in * 1_000;
  return {
    token: access_token,
    expiresAtMs: nowMs + lastsMs,
    renewAtMs: nowMs + Math.max(lastsMs - renewBeforeMs, lastsMs / 2),
    roles: staff.roles,
    login: staff.login,
  };
}

export const storeSession = (store: SessionStore, session: Session): void =>
  store.setItem(storageKey, JSON.stringify(session));

export function forgetSession(store: SessionStore): void {
  store.removeItem(storageKey);
  store.removeItem(refreshKey);
}

/** Hands the refresh token over to whichever page comes next in this tab. */
export const keepRefreshToken = (store: SessionStore, refreshToken: string): void =>
  store.setItem(refreshKey, refreshToken);

/** The refresh token that the page before handed over; it is there once. */
export function takeRefreshToken(store: SessionStore): string | undefined {
  const token = store.getItem(refreshKey) ?? undefined;
  store.removeItem(refreshKey);
  return token;
}

/** The stored session while it lasts, or can be renewed; one that is over or broken is removed. */
export function restoreSession(store: SessionStore, nowMs: number, canRenew: boolean): Session | undefined {
  const stored = parse(store.getItem(storageKey) ?? 'null');
  if (isSession(stored) && (canRenew || stored.expiresAtMs > nowMs)) return stored;
  forgetSession(store);
  return undefined;
}

const isSession = (value: unknown): value is Session =>
  typeof value === 'object' &&
  value !== null &&
  'token' in value &&
  typeof value.token === 'string' &&
  'expiresAtMs' in value &&
  typeof value.expiresAtMs === 'number' &&
  'renewAtMs' in value &&
  typeof value.renewAtMs === 'number' &&
  'roles' in value &&
  Array.isArray(value.roles) &&
  'login' in value;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
