import type { EventStore } from '#event-sourcing';
import type { RecordedEvent } from '#kernel';

/** Events of one read. */
const pageLength = 2_000;

/**
 * The events of the whole store after a position, oldest first, page by page, as they are stored; ends where the store ends, or
 * after `count` events.
 */
export async function* storePages(
  store: Pick<EventStore, 'readAll'>,
  after?: bigint | null,
  count = Infinity,
): AsyncGenerator<RecordedEvent[]> {
  let from = after ?? undefined;
  for (let left = count; left > 0;) {
    const page: RecordedEvent[] = [];
    const maxCount = Math.min(pageLength, left);
    for await (const event of store.readAll({ maxCount, ...(from === undefined ? {} : { after: from }) }))
      page.push(event);
    const last = page.at(-1);
    if (!last) return;
    yield page;
    from = last.position;
    left -= page.length;
  }
}
