import { isEvent, recordEnd, type StoredEvent } from '../storage/record.js';
import type { Block } from '../storage/log-segment.js';

const remembered = new WeakMap<Block, readonly StoredEvent[]>();

/** All events of a block. Readers that are given the same block share the list. */
export const allEventsIn = (block: Block): readonly StoredEvent[] => {
  const known = remembered.get(block);
  if (known !== undefined) return known;
  const events: StoredEvent[] = [];
  const { buffer, start, end } = block;
  for (let at = start; at < end; at = recordEnd(buffer, at)) if (isEvent(buffer, at)) events.push({ buffer, at });
  remembered.set(block, events);
  return events;
};
