import type { z } from 'zod';

import type { Event } from './message.js';
import type { Actor } from './metadata.js';
import type { RecordedEvent } from './recorded-event.js';

/** What sockets and callbacks carry. Not a stored event: a declared mapping of one, with its own version and schema. */
export interface PublicEvent<Data = unknown> {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly position: string;
  readonly stream: string;
  readonly revision: string;
  readonly hallId: string | null;
  readonly gamingDate: string | null;
  readonly occurredAt: string;
  readonly actor: Actor;
  readonly data: Data;
}

/** The live topics a socket client can subscribe to. */
export type Topic = 'machines' | 'bets' | 'alarms' | 'wallets';

/** One row of the public catalogue: which stored event becomes which public one, and how. */
export interface PublicEventType<E extends Event = Event, Schema extends z.ZodType = z.ZodType> {
  /** `<context>.<name>`, such as `wallet.deposit`; part of the public API. */
  readonly type: string;
  readonly version: number;
  readonly topics: readonly Topic[];
  readonly from: E['type'];
  readonly schema: Schema;
  readonly description: string;
  /** The public data; undefined when this particular event is not made public. */
  readonly data: (event: RecordedEvent<E>) => z.output<Schema> | undefined;
}

/** Declares a public event type; here only for the inference of its parameters. */
export const publicEventType = <E extends Event, Schema extends z.ZodType>(
  row: PublicEventType<E, Schema>,
): PublicEventType<E, Schema> => row;

/** The public event that a stored one becomes by one row of the catalogue. */
export function toPublicEvent<E extends Event>(
  row: PublicEventType<E>,
  event: RecordedEvent<E>,
): PublicEvent | undefined {
  const data = row.data(event);
  if (data === undefined) return undefined;
  const { hallId, gamingDate, occurredAt, actor } = event.metadata;
  return {
    id: `${event.id}:${row.type}`,
    type: row.type,
    version: row.version,
    position: event.position.toString(),
    stream: event.stream,
    revision: event.revision.toString(),
    hallId,
    gamingDate,
    occurredAt,
    actor,
    data,
  };
}
