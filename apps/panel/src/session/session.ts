import type { TokenAnswer } from '../api/types.js';
import type { Role } from './roles.js';

/** Who is signed in, in this tab, until the token ends. */
export interface Session {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
  readonly roles: readonly Role[];
  readonly login: string;
}

/** As much of the browser's storage as a session needs. */
export type SessionStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const storageKey = 'tallyhall.session';

/** The session that an answer to a sign-in starts. */
export const startSession = ({ access_token, expires_in, staff }: TokenAnswer, nowMs: number): Session => ({
  token: access_token,
  expiresAtMs: nowMs + expires_in * 1_000,
  roles: staff.roles,
  login: staff.login,
});

export const storeSession = (store: SessionStore, session: Session): void =>
  store.setItem(storageKey, JSON.stringify(session));

export const forgetSession = (store: SessionStore): void => store.removeItem(storageKey);

/** The stored session while it lasts; one that is over or broken is removed. */
export function restoreSession(store: SessionStore, nowMs: number): Session | undefined {
  const stored = parse(store.getItem(storageKey) ?? 'null');
  if (isSession(stored) && stored.expiresAtMs > nowMs) return stored;
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
