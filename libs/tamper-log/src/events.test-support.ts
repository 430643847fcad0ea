import type { RecordedEvent } from '#kernel';

import { sha256Hex } from './hashing.js';

const hallId = '7d444840-9dc0-41d1-b245-5ffdce74fad2';

/** The event at a place of a made-up history: five streams in turn, everything derived from its number. */
export function eventAt(number: number): RecordedEvent {
  const digits = sha256Hex(`event ${number}`);
  const id = `${digits.slice(0, 8)}-${digits.slice(8, 12)}-5${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
  return {
    id,
    type: 'wallet.funds-deposited.v1',
    data: { entryId: id, amount: { value: number, currency: 'EUR' }, balance: { value: number * 2, currency: 'EUR' } },
    metadata: {
      $correlationId: `request-${number}`,
      $causationId: id,
      commandId: id,
      commandHash: digits.slice(0, 32),
      actor: { kind: 'client', id: 'c1' },
      hallId,
      gamingDate: '2026-01-15',
      occurredAt: '2026-01-15T13:30:00.000Z',
    },
    stream: `wallet-${number % 5}`,
    revision: BigInt(Math.floor(number / 5)),
    position: BigInt(number) * 640n,
    recordedAt: new Date(1_768_483_800_000 + number),
  };
}

export const eventsUpTo = (count: number, from = 0): RecordedEvent[] =>
  Array.from({ length: count - from }, (_, at) => eventAt(from + at));

/** Pages of a store that has just these events. */
export async function* pagesOf(events: readonly RecordedEvent[], pageLength = 100): AsyncIterable<RecordedEvent[]> {
  for (let at = 0; at < events.length; at += pageLength) yield events.slice(at, at + pageLength);
}
