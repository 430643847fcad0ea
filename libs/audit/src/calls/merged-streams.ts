import type { EventStore } from '#event-sourcing';
import type { RecordedEvent } from '#kernel';

type Streams = Pick<EventStore, 'readStream'>;

/** Events of one stream that are read at once; each may hold 500 calls, and every stream of a day is open. */
const pageLength = 50;

/**
 * The events of several streams as one, the last stored first: the store's positions order them, whatever the clocks of
 * their writers say.
 * @param isWithin whether to begin at an event or before it: true for one says true for all older ones of its stream
 */
export async function* mergedBackwards(
  store: Streams,
  streams: readonly string[],
  isWithin: (event: RecordedEvent) => boolean,
): AsyncGenerator<RecordedEvent> {
  const opened = streams.map(async (stream) => {
    const events = backwards(store, stream, await newestWithin(store, stream, isWithin));
    return { events, next: await events.next() };
  });
  const heads = await Promise.all(opened);
  for (;;) {
    let newest: { head: (typeof heads)[number]; event: RecordedEvent } | undefined;
    for (const head of heads) {
      if (head.next.done === true) continue;
      const event = head.next.value;
      if (!newest || event.position > newest.event.position) newest = { head, event };
    }
    if (!newest) return;
    yield newest.event;
    newest.head.next = await newest.head.events.next();
  }
}

/** By halving: reading on from the end would read everything that came since. */
async function newestWithin(
  store: Streams,
  stream: string,
  isWithin: (event: RecordedEvent) => boolean,
): Promise<bigint | undefined> {
  const last = await single(store, stream);
  if (!last || isWithin(last)) return last?.revision;
  let [within, beyond] = [-1n, last.revision];
  while (beyond - within > 1n) {
    const middle = (within + beyond) / 2n;
    const event = await single(store, stream, middle);
    if (event && isWithin(event)) within = middle;
    else beyond = middle;
  }
  return within < 0n ? undefined : within;
}

async function single(store: Streams, stream: string, from?: bigint): Promise<RecordedEvent | undefined> {
  const options = { direction: 'backwards' as const, maxCount: 1, ...(from === undefined ? {} : { from }) };
  for await (const event of store.readStream(stream, options)) return event;
  return undefined;
}

async function* backwards(
  store: Streams,
  stream: string,
  from: bigint | undefined,
): AsyncGenerator<RecordedEvent, undefined> {
  for (let next = from; next !== undefined && next >= 0n;) {
    const page: RecordedEvent[] = [];
    const options = { direction: 'backwards' as const, maxCount: pageLength, from: next };
    for await (const event of store.readStream(stream, options)) page.push(event);
    yield* page;
    const last = page.at(-1);
    next = last && last.revision - 1n;
  }
  return undefined;
}
