/** Reading streams and $all, both directions, as lists of stored events that become one list after another. */
import { setImmediate as turnOfOthers } from 'node:timers/promises';
import type { LogReader } from '../storage/log-reader.js';
import { isEvent, positionAt, recordEnd, type StoredEvent } from '../storage/record.js';
import type { Block } from '../storage/log-segment.js';
import type { Store } from './store.js';

/** Events of one stream fetched at once; then others get their turn. */
const streamBatchEvents = 32;

/** The events of a block from `fromPosition` to before `toPosition`. */
export const eventsIn = ({ buffer, start, end }: Block, fromPosition: number, toPosition: number): StoredEvent[] => {
  const events: StoredEvent[] = [];
  for (let at = start; at < end; at = recordEnd(buffer, at)) {
    const position = positionAt(buffer, at);
    if (position >= toPosition) break;
    if (position >= fromPosition && isEvent(buffer, at)) events.push({ buffer, at });
  }
  return events;
};

/** Events of $all that are not before `position`, up to what is durable when the reader gets there. */
export async function* readAllForwards(log: LogReader, position: number): AsyncGenerator<readonly StoredEvent[]> {
  let next = await log.seek(position);
  for (;;) {
    const block = await log.blockFrom(next);
    if (block === null) return;
    yield eventsIn(block, next, log.durable);
    next = log.following(block.nextPosition);
  }
}

const stretchEvents = async (log: LogReader, from: number, to: number): Promise<StoredEvent[]> => {
  const events: StoredEvent[] = [];
  for (let next = from; next < to;) {
    const block = await log.blockFrom(next);
    if (block === null) break;
    events.push(...eventsIn(block, from, to));
    next = block.nextPosition;
    if (log.following(next) !== next) break;
  }
  return events;
};

/** Events of $all before `position`, the newest first. */
export async function* readAllBackwards(log: LogReader, position: number): AsyncGenerator<readonly StoredEvent[]> {
  for (let stretch = log.stretchBefore(position); stretch !== null; stretch = log.stretchBefore(stretch.from)) {
    const events = await stretchEvents(log, stretch.from, stretch.to);
    yield events.reverse();
  }
}

/** Events of a stream from revision `from` to revision `to`, both included, in steps of `step`. */
export async function* readStreamEvents(
  store: Store,
  streamKey: string,
  from: number,
  to: number,
  step: 1 | -1,
): AsyncGenerator<readonly StoredEvent[]> {
  const { streams } = store.index;
  const isPast = (revision: number): boolean => (step === 1 ? revision > to : revision < to);
  for (let revision = from; !isPast(revision); revision += step * streamBatchEvents) {
    const end =
      step === 1 ? Math.min(to, revision + streamBatchEvents - 1) : Math.max(to, revision - streamBatchEvents + 1);
    const positions = streams.positions(streamKey, Math.min(revision, end), Math.max(revision, end));
    const events = store.reader.records(positions);
    yield step === 1 ? events : events.reverse();
    if (end !== to) await turnOfOthers();
  }
}
