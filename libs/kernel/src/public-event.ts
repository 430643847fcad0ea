import type { z } from 'zod';

import type { EventOf, EventType } from './message.js';
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
export interface PublicEventType {
  /** `<context>.<name>`, such as `wallet.deposit`; part of the public API. */
  readonly type: string;
  readonly version: number;
  readonly topics: readonly Topic[];
  /** The stored event's type. */
  readonly from: string;
  readonly schema: z.ZodType;
  readonly description: string;
  /** The public data; undefined when this particular event is not made public. */
  readonly data: (event: RecordedEvent) => unknown;
}

interface PublicEventDeclaration<From extends EventType, Schema extends z.ZodType> extends Omit<
  PublicEventType,
  'from' | 'schema' | 'data'
> {
  readonly from: From;
  readonly schema: Schema;
  readonly data: (event: RecordedEvent<EventOf<From>>) => z.output<Schema> | undefined;
}

/** Declares a public event type. The stored event's type comes as a value, so that the mapping is checked against its schema. */
export const publicEventType = <From extends EventType, Schema extends z.ZodType>({
  from,
  data,
  ...row
}: PublicEventDeclaration<From, Schema>): PublicEventType => ({
  ...row,
  from: from.type,
  data: (event) => data(event as RecordedEvent<EventOf<From>>),
});

/** The public event that a stored one becomes by one row of the catalogue. */
export function toPublicEvent(row: PublicEventType, event: RecordedEvent): PublicEvent | undefined {
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
