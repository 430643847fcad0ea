import type { EventStore } from '#event-sourcing';
import { notFound, type RecordedEvent } from '#kernel';

/** Events that are read until the one at the position comes; more lie between only where the log is far behind. */
const maximumScanned = 10_000;
/** Events of one command; none decides so many. */
const maximumCaused = 500;

/**
 * The events of the command whose last event is at a position: one command is one append to one stream.
 * @param shortOf a position from which reading on soon comes to the event
 * @throws {DomainError} `position_unknown`: no event is there
 */
export async function causedEvents(
  store: Pick<EventStore, 'readAll' | 'readStream'>,
  position: bigint,
  shortOf: bigint | undefined,
): Promise<RecordedEvent[]> {
  const last = await eventAt(store, position, shortOf);
  const caused: RecordedEvent[] = [];
  const options = { direction: 'backwards' as const, from: last.revision, maxCount: maximumCaused };
  for await (const event of store.readStream(last.stream, options)) {
    if (event.metadata.commandId !== last.metadata.commandId) break;
    caused.unshift(event);
  }
  return caused;
}

async function eventAt(
  store: Pick<EventStore, 'readAll'>,
  position: bigint,
  shortOf: bigint | undefined,
): Promise<RecordedEvent> {
  const after = shortOf === undefined ? {} : { after: shortOf };
  for await (const event of store.readAll({ ...after, maxCount: maximumScanned })) {
    if (event.position === position) return event;
    if (event.position > position) break;
  }
  throw notFound('position_unknown', 'No event is at that position.');
}
