import { type Role, roles } from './roles.js';

/** Who is signed in, in this tab, until the token ends. */
export interface Session {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
  /** undefined when the platform does not say: then nothing is hidden, and the platform refuses. */
  readonly role: Role | undefined;
  readonly name: string | undefined;
}

/** As much of the browser's storage as a session needs. */
export type SessionStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const storageKey = 'tallyhall.session';

/** The session that an answer to a sign-in starts. The role and name come from the answer, or else from the token's claims. */
export function startSession(
  answer: {
    readonly access_token: string;
    readonly expires_in: number;
    readonly role?: unknown;
    readonly name?: unknown;
  },
  login: string,
  nowMs: number,
): Session {
  const claims = claimsOf(answer.access_token);
  return {
    token: answer.access_token,
    expiresAtMs: nowMs + answer.expires_in * 1_000,
    role: roleOf(answer.role) ?? roleOf(claims['role']),
    name: nameOf(answer.name) ?? nameOf(claims['name']) ?? login,
  };
}

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
  typeof value.expiresAtMs === 'number';

const roleOf = (value: unknown): Role | undefined => roles.find((role) => role === value);

const nameOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** The token's claims, unverified: they decide only what is shown; the platform decides what is done. */
function claimsOf(token: string): Record<string, unknown> {
  const payload = token.split('.')[1] ?? '';
  const bytes = Uint8Array.from(decodeBase64(payload), (character) => character.charCodeAt(0));
  const claims = parse(new TextDecoder().decode(bytes));
  return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : {};
}

function decodeBase64(text: string): string {
  try {
    return atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return '';
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
