import type { AllStreamResolvedEvent, ResolvedEvent } from '@eventstore/db-client';

import type { EventMetadata, RecordedEvent } from '#kernel';

type ClientEvent = NonNullable<ResolvedEvent['event']>;
type ProgramEvent = AllStreamResolvedEvent & { readonly event: NonNullable<AllStreamResolvedEvent['event']> };

/** Whether an event is the program's: not one of the store's own, whose types and streams begin with `$`. */
export const isForProgram = (resolved: AllStreamResolvedEvent): resolved is ProgramEvent =>
  resolved.event !== undefined && !resolved.event.type.startsWith('$') && !resolved.event.streamId.startsWith('$');

/** Positions of 2^63 and more are not positions: some servers answer 2^64 − 1 for none. */
const positionLimit = 2n ** 63n;

/** The client's form of an event as ours. The content is as stored: the catalogue parses it. */
export function toRecordedEvent(event: ClientEvent): RecordedEvent {
  const position = event.position?.commit;
  if (position === undefined || position >= positionLimit) throw new TypeError(`Event ${event.id} has no position.`);
  return {
    id: event.id,
    type: event.type,
    data: event.data,
    metadata: storedMetadata(event.metadata),
    stream: event.streamId,
    revision: event.revision,
    position,
    recordedAt: event.created,
  };
}

const nobody: EventMetadata = {
  $correlationId: 'unknown',
  $causationId: 'unknown',
  commandId: '00000000-0000-5000-8000-000000000000',
  actor: { kind: 'system', id: 'unknown' },
  hallId: null,
  gamingDate: null,
  occurredAt: '1970-01-01T00:00:00.000Z',
};

/** Metadata that is no object (another program's event) becomes that of nobody; the catalogue refuses the event. */
const storedMetadata = (metadata: unknown): EventMetadata => (isMetadata(metadata) ? metadata : nobody);

const isMetadata = (metadata: unknown): metadata is EventMetadata =>
  typeof metadata === 'object' && metadata !== null && 'commandId' in metadata && 'actor' in metadata;
