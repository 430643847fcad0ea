import type { RecordedEvent } from '#kernel';

import { meaningOfException } from './sas-words.js';

/** What a code says, where an event has only the code. */
function meaningOf(data: unknown): { meaning?: string } {
  const code = typeof data === 'object' && data !== null && 'realTime' in data && 'code' in data ? data.code : null;
  const meaning = typeof code === 'number' ? meaningOfException(code) : null;
  return meaning === null ? {} : { meaning };
}

/** Whoever has a ticket's whole validation number could print the ticket: the last four digits tell it from others. */
function withoutBearerNumber(data: unknown): unknown {
  const validation = typeof data === 'object' && data !== null && 'validation' in data ? data.validation : undefined;
  if (typeof validation !== 'string') return data;
  return { ...(data as object), validation: validation.slice(-4).padStart(validation.length, '*') };
}

/** An event of a machine's history as the API shows it. */
export const historyItem = ({ id, type, position, metadata, data }: RecordedEvent) => ({
  id,
  type,
  position: position.toString(),
  occurredAt: metadata.occurredAt,
  gamingDate: metadata.gamingDate,
  actor: metadata.actor,
  data: withoutBearerNumber(data),
  ...meaningOf(data),
});
