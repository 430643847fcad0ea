import type { SessionStore } from '../session/session.js';

/** What this browser remembers of a log: by it a rewritten log, or another key, is noticed. */
export interface KeptLog {
  readonly key: string;
  /** The newest checkpoint that was verified here. */
  readonly note: string;
  /** When the log was first seen here. */
  readonly since: string;
}

const prefix = 'tallyhall.log.';

export function readKept(store: SessionStore, origin: string): KeptLog | undefined {
  const kept = parse(store.getItem(prefix + origin) ?? 'null');
  return isKept(kept) ? kept : undefined;
}

export const keep = (store: SessionStore, origin: string, kept: KeptLog): void =>
  store.setItem(prefix + origin, JSON.stringify(kept));

const isKept = (value: unknown): value is KeptLog =>
  typeof value === 'object' &&
  value !== null &&
  (['key', 'note', 'since'] as const).every((name) => typeof Reflect.get(value, name) === 'string');

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
