import type { RecordedEvent } from '#kernel';

import type { ActorNames } from './actor-names.js';

/** One event of the history as a regulator reads it: as stored, with who did it in words. */
export interface AuditRecord {
  readonly position: string;
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: string;
  readonly recordedAt: string;
  readonly occurredAt: string;
  readonly hallId: string | null;
  readonly gamingDate: string | null;
  readonly bookedGamingDate: string | null;
  readonly actor: { readonly kind: string; readonly id: string; readonly name: string | null };
  readonly reason: string | null;
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly data: unknown;
  /** As it is stored: with it and the data, anybody can make the event's leaf of the tamper log. */
  readonly metadata: unknown;
}

export async function auditRecord(event: RecordedEvent, names: ActorNames): Promise<AuditRecord> {
  const { metadata } = event;
  return {
    position: event.position.toString(),
    id: event.id,
    type: event.type,
    stream: event.stream,
    revision: event.revision.toString(),
    recordedAt: event.recordedAt.toISOString(),
    occurredAt: metadata.occurredAt,
    hallId: metadata.hallId,
    gamingDate: metadata.gamingDate,
    bookedGamingDate: metadata.bookedGamingDate ?? null,
    actor: { ...metadata.actor, name: await names.nameOf(metadata.actor) },
    reason: metadata.reason ?? null,
    commandId: metadata.commandId,
    correlationId: metadata.$correlationId,
    causationId: metadata.$causationId,
    data: event.data,
    metadata,
  };
}
