import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A UUID, or up to 128 characters of an HTTP token. */
const wellFormed = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/;

/** The caller's `X-Correlation-Id` where it is well-formed, else a new one. */
export function correlationIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-correlation-id'];
  return typeof given === 'string' && wellFormed.test(given) ? given : randomUUID();
}
